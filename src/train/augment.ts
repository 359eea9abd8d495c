// Random changes of training windows: which way the band is worn, how it sits on the wrist, how hard it moves, noise and
// timing.
import { turnWrist, type WristOrientation } from "../signal/wrist.ts";
import type { AugmentSpec } from "../spec/band.ts";
import type { Random } from "../util/random.ts";

/** Deviates drawn once: jitter reads them from a random place on, at a thirtieth of the cost of drawing. */
const NOISE_LENGTH = 1 << 16;

export interface Augmenter {
  /** Samples to move a window along its recording, for copyWindow. */
  shift(): number;
  /** Wears one window otherwise, turns and scales it, [T, 6] in counts, in place. */
  move(window: Float32Array): void;
  /** Adds noise to one normalised window, in place. */
  jitter(window: Float32Array): void;
}

export function createAugmenter(spec: AugmentSpec, sampleRateHz: number, random: Random): Augmenter {
  const reach = Math.round(spec.shiftSeconds * sampleRateHz);
  const noise = spec.jitter === 0 ? null : createNoise(spec.jitter, random.fork("noise"));
  // A stream of its own, so that the other changes are the same with and without it.
  const flips = random.fork("flip");
  const deviation = (spec.rotationDegrees * Math.PI) / 180;
  return {
    shift: () => (reach === 0 ? 0 : random.integer(2 * reach + 1) - reach),
    move(window) {
      if (spec.flip > 0 && flips.uniform() < spec.flip) {
        turnWrist(window, (1 + flips.integer(3)) as WristOrientation);
      }
      if (deviation === 0 && spec.scale === 0) return;
      const turn = randomRotation(deviation, random);
      const scale = 1 + spec.scale * random.normal();
      const m = turn.map((element) => element * scale);
      // Accelerometer and gyroscope sit on one chip: the same rotation for both triples of each row.
      for (let i = 0; i < window.length; i += 3) {
        const [x, y, z] = [window[i]!, window[i + 1]!, window[i + 2]!];
        window[i] = m[0]! * x + m[1]! * y + m[2]! * z;
        window[i + 1] = m[3]! * x + m[4]! * y + m[5]! * z;
        window[i + 2] = m[6]! * x + m[7]! * y + m[8]! * z;
      }
    },
    jitter(window) {
      if (noise === null) return;
      for (let i = 0, at = random.integer(NOISE_LENGTH); i < window.length; i++, at++) {
        window[i]! += noise[at % NOISE_LENGTH]!;
      }
    },
  };
}

function createNoise(deviation: number, random: Random): Float32Array {
  return Float32Array.from({ length: NOISE_LENGTH }, () => deviation * random.normal());
}

/** Row-major 3 × 3 about a uniformly random axis by a normal angle (Rodrigues' formula). */
function randomRotation(deviation: number, random: Random): readonly number[] {
  const axis = [random.normal(), random.normal(), random.normal()] as const;
  const length = Math.hypot(...axis) || 1;
  const [x, y, z] = [axis[0] / length, axis[1] / length, axis[2] / length];
  const angle = deviation * random.normal();
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const v = 1 - c;
  return [
    c + x * x * v,
    x * y * v - z * s,
    x * z * v + y * s,
    y * x * v + z * s,
    c + y * y * v,
    y * z * v - x * s,
    z * x * v - y * s,
    z * y * v + x * s,
    c + z * z * v,
  ];
}
