// Cuts recordings where a window must not cross: at a change of label and at a gap in time.
import { type Recording, sampleCount } from "./recording.ts";

/** Samples [from, to) of a recording: one label, no gap. */
export interface Segment {
  readonly recording: Recording;
  /** Class index. */
  readonly label: number;
  readonly from: number;
  readonly to: number;
}

/** Samples [from, to) of a recording without a gap: what the band would have sampled and filtered in one go. */
export interface Stretch {
  readonly recording: Recording;
  readonly from: number;
  readonly to: number;
  /** Its labelled segments, in time order. */
  readonly segments: readonly Segment[];
}

/** Stretches in time order. A recording is one session, so none crosses a session either. */
export function cutStretches(
  recording: Recording,
  classOf: ReadonlyMap<string, number>,
  maxGapMs: number,
): Stretch[] {
  const { tMs } = recording;
  const stretches: Stretch[] = [];
  const count = sampleCount(recording);
  let from = 0;
  for (let i = 1; i <= count; i++) {
    if (i < count && tMs[i]! - tMs[i - 1]! <= maxGapMs) continue;
    stretches.push({ recording, from, to: i, segments: labelled(recording, classOf, from, i) });
    from = i;
  }
  return stretches;
}

/** The runs of one recorded label in samples [start, end), those of ignored labels left out. */
function labelled(
  recording: Recording,
  classOf: ReadonlyMap<string, number>,
  start: number,
  end: number,
): Segment[] {
  const { labelIndex, labelNames } = recording;
  const classes = labelNames.map((label) => classOf.get(label));
  const segments: Segment[] = [];
  let from = start;
  for (let i = start + 1; i <= end; i++) {
    if (i < end && labelIndex[i] === labelIndex[i - 1]) continue;
    const label = classes[labelIndex[from]!];
    if (label !== undefined) segments.push({ recording, label, from, to: i });
    from = i;
  }
  return segments;
}
