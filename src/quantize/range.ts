// From observed values to the range that int8 shall cover: all of it, a percentile, or the least squared error.

/** Counts of a tensor's values in equal bins from `min` to `max` (see interpret/observe.ts). */
export interface ObservedValues {
  readonly min: number;
  readonly max: number;
  readonly histogram: Float64Array;
}

/** What was observed of one tensor, or of a value inside an operator. */
export interface Observed extends ObservedValues {
  readonly internal: boolean;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface Calibration {
  readonly calibration: "minmax" | "percentile" | "mse";
  /** For "percentile": the share of values, in percent, that stays inside. */
  readonly percentile: number;
}

type RangeRule = (values: ObservedValues, settings: Calibration) => Range;

const RULES: Readonly<Record<Calibration["calibration"], RangeRule>> = {
  minmax: ({ min, max }) => ({ min, max }),
  percentile: (values, { percentile }) => {
    const tail = (1 - percentile / 100) / 2;
    return { min: quantile(values, tail), max: quantile(values, 1 - tail) };
  },
  mse: leastError,
};

/** Ranges of all that was observed. Inside an operator there is room for every value: those are 16 bits wide. */
export function chooseRanges(
  observed: ReadonlyMap<string, Observed>,
  settings: Calibration,
): Map<string, Range> {
  const all = { ...settings, calibration: "minmax" } as const;
  return new Map(
    [...observed].map(([name, values]) => [name, chooseRange(values, values.internal ? all : settings)]),
  );
}

/** The range for int8, stretched to contain 0 as TFLite demands. */
export function chooseRange(values: ObservedValues, settings: Calibration): Range {
  const { min, max } = RULES[settings.calibration](values, settings);
  return { min: Math.min(min, 0), max: Math.max(max, 0) };
}

function quantile({ min, max, histogram }: ObservedValues, share: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    below += histogram[bin]!;
    // The edge of the bin that keeps at least the wanted values inside, on the side being cut.
    if (below > share * total) return min + ((bin + (share > 0.5 ? 1 : 0)) / histogram.length) * (max - min);
  }
  return max;
}

/** Tries shrinking both ends together in steps of 1 % and keeps the least summed squared error. */
function leastError(values: ObservedValues): Range {
  const { min, max, histogram } = values;
  const width = (max - min) / histogram.length;
  let best: Range = { min, max };
  let bestError = Infinity;
  for (let percent = 100; percent >= 20; percent--) {
    const range = { min: Math.min(min, 0) * (percent / 100), max: Math.max(max, 0) * (percent / 100) };
    const step = (range.max - range.min) / 255;
    let error = 0;
    for (let bin = 0; bin < histogram.length; bin++) {
      const value = min + (bin + 0.5) * width;
      const clipped = Math.max(range.min - value, value - range.max, 0);
      // Inside the range the error of rounding is uniform: step² / 12.
      error += histogram[bin]! * (clipped * clipped + (step * step) / 12);
    }
    if (error < bestError) {
      bestError = error;
      best = range;
    }
  }
  return best;
}
