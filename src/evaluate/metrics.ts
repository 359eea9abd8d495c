// Classification metrics over a test set: accuracy, precision, recall, F1, confusion, per subject.

export interface ClassMetrics {
  readonly label: string;
  readonly windows: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface Metrics {
  readonly windows: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly classes: readonly ClassMetrics[];
  /** [true class][predicted class], window counts. */
  readonly confusion: readonly (readonly number[])[];
  readonly subjects: readonly {
    readonly subject: string;
    readonly windows: number;
    readonly accuracy: number;
  }[];
}

/** Index of the largest value; the first of equals, as the firmware decides. */
export function argmax(values: ArrayLike<number>, from = 0, length = values.length): number {
  let best = 0;
  for (let i = 1; i < length; i++) if (values[from + i]! > values[from + best]!) best = i;
  return best;
}

/**
 * @param truth class index a window
 * @param predicted class index a window
 * @param subjects subject a window
 */
export function computeMetrics(
  labels: readonly string[],
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  subjects: readonly string[],
): Metrics {
  const confusion = labels.map(() => new Array<number>(labels.length).fill(0));
  const bySubject = new Map<string, { windows: number; right: number }>();
  let right = 0;
  for (let i = 0; i < truth.length; i++) {
    const row = confusion[truth[i]!]!;
    row[predicted[i]!] = row[predicted[i]!]! + 1;
    const hit = truth[i] === predicted[i] ? 1 : 0;
    right += hit;
    const tally = bySubject.get(subjects[i]!) ?? { windows: 0, right: 0 };
    bySubject.set(subjects[i]!, { windows: tally.windows + 1, right: tally.right + hit });
  }
  const classes = labels.map((label, c) => classMetrics(label, confusion, c));
  // A class without a test window has no F1: leaving it out keeps the mean honest about what was tested.
  const tested = classes.filter((metrics) => metrics.windows > 0);
  return {
    windows: truth.length,
    accuracy: ratio(right, truth.length),
    macroF1: ratio(
      tested.reduce((sum, metrics) => sum + metrics.f1, 0),
      tested.length,
    ),
    classes,
    confusion,
    subjects: [...bySubject].map(([subject, tally]) => ({
      subject,
      windows: tally.windows,
      accuracy: ratio(tally.right, tally.windows),
    })),
  };
}

/** Plain means over the classes that were tested, as `macroF1` is one. */
export function macroMeans({ classes }: Pick<Metrics, "classes">): {
  readonly precision: number;
  readonly recall: number;
} {
  const tested = classes.filter((metrics) => metrics.windows > 0);
  const mean = (of: (metrics: ClassMetrics) => number): number =>
    ratio(
      tested.reduce((sum, metrics) => sum + of(metrics), 0),
      tested.length,
    );
  return { precision: mean(({ precision }) => precision), recall: mean(({ recall }) => recall) };
}

function classMetrics(label: string, confusion: readonly (readonly number[])[], c: number): ClassMetrics {
  const hits = confusion[c]![c]!;
  const windows = confusion[c]!.reduce((sum, count) => sum + count, 0);
  const predicted = confusion.reduce((sum, row) => sum + row[c]!, 0);
  const precision = ratio(hits, predicted);
  const recall = ratio(hits, windows);
  return { label, windows, precision, recall, f1: ratio(2 * precision * recall, precision + recall) };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
