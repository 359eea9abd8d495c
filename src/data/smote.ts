// SMOTE: new windows of a small class, on the line between a window and one of its nearest neighbours.
// Source: Chawla, Bowyer, Hall, Kegelmeyer, "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 16, 2002.
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import type { Random } from "../util/random.ts";
import { copyWindow, type Stream, type WindowSet } from "./window-set.ts";

const NEIGHBOURS = 5;
/** Neighbours are sought among this many windows of a class: all pairs of 88,000 windows would take hours. */
const POOL = 512;

/**
 * Draws `count` synthetic windows, each a stream of exactly one window.
 * @param windows indices of the class's windows; one alone can only be copied
 * @param deviation [6] counts, so that an accelerometer count and a gyroscope count weigh alike
 */
export function synthesizeWindows(
  set: WindowSet,
  windows: readonly number[],
  count: number,
  deviation: readonly number[],
  random: Random,
): Stream[] {
  if (count <= 0 || windows.length === 0) return [];
  const pool = random.shuffle([...windows]).slice(0, POOL);
  const width = set.windowSamples * CHANNEL_COUNT;
  const samples = pool.map((window) => {
    const out = new Int32Array(width);
    copyWindow(set, window, out);
    return out;
  });
  const neighbours = nearest(samples, deviation);
  return Array.from({ length: count }, () => {
    const base = random.integer(pool.length);
    const choice = neighbours[base]!;
    const other = choice.length === 0 ? base : choice[random.integer(choice.length)]!;
    const share = random.uniform();
    const [a, b] = [samples[base]!, samples[other]!];
    const origin = set.streams[set.streamOf[pool[base]!]!]!;
    return {
      ...origin,
      source: `SMOTE of ${origin.source}`,
      samples: a.map((value, i) => Math.round(value + share * (b[i]! - value))),
    };
  });
}

/** For each window the indices of its nearest others, by Euclidean distance in channel deviations. */
function nearest(samples: readonly Int32Array[], deviation: readonly number[]): number[][] {
  const scaled = samples.map((window) =>
    Float32Array.from(window, (v, i) => v / deviation[i % CHANNEL_COUNT]!),
  );
  const size = scaled.length;
  const distance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const d = squaredDistance(scaled[i]!, scaled[j]!);
      distance[i * size + j] = d;
      distance[j * size + i] = d;
    }
  }
  return scaled.map((_, i) =>
    Array.from({ length: size }, (_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distance[i * size + a]! - distance[i * size + b]! || a - b)
      .slice(0, NEIGHBOURS),
  );
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
