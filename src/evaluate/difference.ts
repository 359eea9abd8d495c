// How far two runs of the same int8 values are apart: how many differ, by how much, and where the first one is.

export interface FirstDifference {
  readonly window: number;
  /** Within the tensor, row by row. */
  readonly index: number;
  readonly left: number;
  readonly right: number;
}

export interface Difference {
  /** Values compared. */
  readonly values: number;
  readonly different: number;
  /** Largest absolute difference, in quantised units; 0 where none differ. */
  readonly largest: number;
  readonly first: FirstDifference | null;
}

export interface DifferenceTally {
  /** Adds one window of one tensor; a value that only one side has counts as different. */
  add(window: number, left: ArrayLike<number>, right: ArrayLike<number>): void;
  result(): Difference;
}

export function tallyDifferences(): DifferenceTally {
  let [values, different, largest] = [0, 0, 0];
  let first: FirstDifference | null = null;
  return {
    add(window, left, right) {
      values += Math.max(left.length, right.length);
      different += Math.abs(left.length - right.length);
      for (let i = 0; i < Math.min(left.length, right.length); i++) {
        const [l, r] = [left[i]!, right[i]!];
        if (l === r) continue;
        different++;
        largest = Math.max(largest, Math.abs(l - r));
        first ??= { window, index: i, left: l, right: r };
      }
    },
    result: () => ({ values, different, largest, first }),
  };
}

/** Two runs' outputs, [windows, size] each. */
export function compareOutputs(left: Int8Array, right: Int8Array, size: number): Difference {
  const tally = tallyDifferences();
  for (let from = 0, window = 0; from < left.length; from += size, window++) {
    tally.add(window, left.subarray(from, from + size), right.subarray(from, from + size));
  }
  return tally.result();
}
