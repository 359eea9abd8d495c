// What a resting wrist says about the units: |a| is 1 g whatever the axes, and wrists turn slower than gyros can.
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import type { Units } from "../spec/band.ts";
import { dataWrongAccelUnit, dataWrongGyroUnit } from "../util/messages.ts";
import { type Recording, sampleCount } from "./recording.ts";
import { TO_G } from "./units.ts";

/**
 * The quietest tenth by angular rate counts as rest. Over the 123 files of SPAR, WISDM, HAPT, UMAFall and the GeoTec
 * watch set its median |a| lies between 0.97 and 1.10 g; a wrong unit is off by a factor of 9.8. The limits leave
 * room for a badly calibrated accelerometer and for files of nothing but swinging.
 */
const QUIET_SHARE = 0.1;
const RESTING_G_MIN = 0.6;
const RESTING_G_MAX = 1.6;
/** The widest gyroscopes in wristbands end at 2000 deg/s on an axis. */
const FASTEST_DPS = 2500;
const FAST_QUANTILE = 0.95;

export interface RestingLevel {
  /** Median |a| of the quietest tenth of the samples, in g. */
  readonly restingG: number;
  /** 95th percentile of the angular rate, deg/s. */
  readonly fastDps: number;
}

export function measureRest(recordings: readonly Recording[]): RestingLevel {
  const total = recordings.reduce((sum, recording) => sum + sampleCount(recording), 0);
  const rates = new Float64Array(total);
  const forces = new Float64Array(total);
  let at = 0;
  for (const { values } of recordings) {
    for (let i = 0; i < values.length; i += CHANNEL_COUNT) {
      forces[at] = Math.hypot(values[i]!, values[i + 1]!, values[i + 2]!);
      rates[at] = Math.hypot(values[i + 3]!, values[i + 4]!, values[i + 5]!);
      at++;
    }
  }
  const sorted = rates.slice().sort();
  const quietRate = quantile(sorted, QUIET_SHARE);
  const quiet = forces.filter((_, i) => rates[i]! <= quietRate).sort();
  return { restingG: quantile(quiet, 0.5), fastDps: quantile(sorted, FAST_QUANTILE) };
}

/**
 * Refuses recordings of one file whose rest is not at 1 g, or whose turning is faster than gyroscopes measure.
 * @throws UserError data/wrong-accel-unit, data/wrong-gyro-unit
 */
export function checkUnits(recordings: readonly Recording[], units: Units): void {
  const [first] = recordings;
  if (first === undefined) return;
  const { restingG, fastDps } = measureRest(recordings);
  if (!isOneG(restingG)) {
    const fits = (Object.keys(TO_G) as Units["accel"][]).find(
      (unit) => unit !== units.accel && isOneG((restingG / TO_G[units.accel]) * TO_G[unit]),
    );
    throw dataWrongAccelUnit(first.file, first.firstLine, restingG.toPrecision(3), units.accel, fits ?? null);
  }
  if (units.gyro === "rad/s" && fastDps > FASTEST_DPS) {
    throw dataWrongGyroUnit(first.file, first.firstLine, fastDps.toFixed(0));
  }
}

function isOneG(g: number): boolean {
  return g >= RESTING_G_MIN && g <= RESTING_G_MAX;
}

/** Value at a share of a sorted list; NaN for an empty one. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
