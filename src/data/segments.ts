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

/** Segments of labelled samples in time order. A recording is one session, so none crosses a session either. */
export function cutSegments(
  recording: Recording,
  classOf: ReadonlyMap<string, number>,
  maxGapMs: number,
): Segment[] {
  const { tMs, labelIndex, labelNames } = recording;
  const classes = labelNames.map((label) => classOf.get(label));
  const segments: Segment[] = [];
  const count = sampleCount(recording);
  let from = 0;
  for (let i = 1; i <= count; i++) {
    const ends = i === count || labelIndex[i] !== labelIndex[i - 1] || tMs[i]! - tMs[i - 1]! > maxGapMs;
    if (!ends) continue;
    const label = classes[labelIndex[from]!];
    if (label !== undefined) segments.push({ recording, label, from, to: i });
    from = i;
  }
  return segments;
}
