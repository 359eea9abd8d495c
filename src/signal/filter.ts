// The streaming integer filters: the same arithmetic in training, on the host and on the band
// (firmware/nn/biquad.h). Samples are int32 with 8 fractional bits, coefficients have 24.
import { type FilterSection, type FilterStage } from "./preprocessing.ts";

const COEFFICIENT_ONE = 16777216; // 2^24
const ROUNDING = 8388608; // 2^23
/** Outputs saturate here: five products of 2^25 coefficients and 2^25 samples stay below 2^53, exact in a double. */
const SAMPLE_LIMIT = 33554432; // 2^25

/** Filters a stream of samples in place, one call a sample. */
export interface FilterBank {
  /** Forgets the past: the next sample is taken as having been there for ever. */
  reset(): void;
  /** `sample`: one value a channel, counts × 2^8, replaced by the filtered ones. */
  push(sample: Int32Array): void;
}

/** x1, x2, y1, y2 of one section on one channel. */
const STATE_WORDS = 4;

export function createFilterBank(stages: readonly FilterStage[]): FilterBank {
  const states = stages.map((stage) =>
    stage.channels.map(() => stage.sections.map(() => new Int32Array(STATE_WORDS))),
  );
  let fresh = true;
  return {
    reset() {
      fresh = true;
    },
    push(sample) {
      stages.forEach((stage, s) => {
        stage.channels.forEach((channel, c) => {
          const input = sample[channel]!;
          let value = input;
          stage.sections.forEach((section, k) => {
            const state = states[s]![c]![k]!;
            if (fresh) settle(section, state, value);
            value = step(section, state, value);
          });
          sample[channel] = stage.subtract ? saturate(input - value) : value;
        });
      });
      fresh = false;
    },
  };
}

function settle(section: FilterSection, state: Int32Array, x: number): void {
  state[0] = x;
  state[1] = x;
  state[2] = x * section.dcGain;
  state[3] = x * section.dcGain;
}

/** Direct form I with one rounding, half up, then saturation. */
function step(section: FilterSection, state: Int32Array, x: number): number {
  const sum =
    section.b0 * x +
    section.b1 * state[0]! +
    section.b2 * state[1]! -
    section.a1 * state[2]! -
    section.a2 * state[3]!;
  const y = saturate(Math.floor((sum + ROUNDING) / COEFFICIENT_ONE));
  state[1] = state[0]!;
  state[0] = x;
  state[3] = state[2]!;
  state[2] = y;
  return y;
}

function saturate(value: number): number {
  return value > SAMPLE_LIMIT ? SAMPLE_LIMIT : value < -SAMPLE_LIMIT ? -SAMPLE_LIMIT : value;
}
