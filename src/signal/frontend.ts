// From raw sensor counts to the network's int8 input, by integers alone (firmware/nn/frontend.h does the same).
import { clampInt8, multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { createFilterBank } from "./filter.ts";
import { type AxisMap, CHANNEL_COUNT, type Preprocessing, SAMPLE_ONE } from "./preprocessing.ts";
import { negated, type WristOrientation, wristSigns } from "./wrist.ts";

/** One channel's step from a filtered sample (counts × 2^8) to int8: zp + (x − offset) × mantissa × 2^(shift−31). */
export interface ChannelQuantizer {
  readonly offset: number;
  readonly mantissa: number;
  readonly shift: number;
}

/** The int8 input of a network: its scale and zero point, and how each channel gets there. */
export interface InputQuantizer {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly channels: readonly ChannelQuantizer[];
}

/** Folds normalisation and input quantisation into one integer step a channel. */
export function createInputQuantizer(
  normalization: Preprocessing["normalization"],
  scale: number,
  zeroPoint: number,
): InputQuantizer {
  return {
    scale,
    zeroPoint,
    channels: normalization.mean.map((mean, c) => {
      const { mantissa, shift } = quantizeMultiplier(1 / (SAMPLE_ONE * normalization.deviation[c]! * scale));
      return { offset: Math.round(mean * SAMPLE_ONE), mantissa, shift };
    }),
  };
}

/** One filtered sample value to int8. */
export function quantizeValue(value: number, channel: ChannelQuantizer, zeroPoint: number): number {
  const scaled = multiplyByQuantizedMultiplier(value - channel.offset, channel.mantissa, channel.shift);
  return clampInt8(scaled + zeroPoint);
}

/**
 * Turns sensor axes into wearer axes, as they would be were the band worn as in the recordings, in place over six
 * counts.
 */
export function mapAxes(counts: Int16Array, axes: AxisMap, wrist: WristOrientation = 0): void {
  const signs = wristSigns(wrist);
  for (let base = 0; base < CHANNEL_COUNT; base += 3) {
    const sensor = [counts[base]!, counts[base + 1]!, counts[base + 2]!] as const;
    axes.forEach(({ axis, sign }, i) => {
      const value = sensor[axis];
      counts[base + i] = sign === signs[base + i] ? value : negated(value);
    });
  }
}

/** The whole path for a stream of raw samples. */
export interface FrontEnd {
  reset(): void;
  /** How the band is worn from now on: 0 at first. Forgets the past. */
  wear(wrist: WristOrientation): void;
  /** `counts`: six raw int16 from the sensor (not changed); `out`: six int8 for the network. */
  push(counts: Int16Array, out: Int8Array): void;
}

export function createFrontEnd(
  preprocessing: Pick<Preprocessing, "sensor" | "filters">,
  quantizer: InputQuantizer,
): FrontEnd {
  const bank = createFilterBank(preprocessing.filters);
  const mapped = new Int16Array(CHANNEL_COUNT);
  const sample = new Int32Array(CHANNEL_COUNT);
  let worn: WristOrientation = 0;
  return {
    reset: () => {
      bank.reset();
    },
    wear(wrist) {
      worn = wrist;
      bank.reset();
    },
    push(counts, out) {
      mapped.set(counts);
      mapAxes(mapped, preprocessing.sensor.axes, worn);
      for (let c = 0; c < CHANNEL_COUNT; c++) sample[c] = mapped[c]! * SAMPLE_ONE;
      bank.push(sample);
      for (let c = 0; c < CHANNEL_COUNT; c++) {
        out[c] = quantizeValue(sample[c]!, quantizer.channels[c]!, quantizer.zeroPoint);
      }
    },
  };
}
