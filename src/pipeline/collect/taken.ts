// What was recorded, and where it lies.
import type { Take, WindowShape } from "./take.ts";

export interface Taken {
  readonly file: string;
  readonly activity: string;
  readonly samples: number;
  readonly seconds: number;
  /** Of the project's length, none across a gap. */
  readonly windows: number;
  readonly gaps: number;
  /** Samples that are known to be missing. */
  readonly lost: number;
}

export function takenOf(take: Take, file: string, sampleRateHz: number, shape: WindowShape): Taken {
  const { activity, samples, gaps, lost } = take;
  return {
    file,
    activity,
    samples,
    seconds: samples / sampleRateHz,
    windows: take.windows(shape),
    gaps: gaps.length,
    lost,
  };
}
