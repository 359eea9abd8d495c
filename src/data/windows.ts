// Cuts streams into windows, and counts them.
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import type { WindowSpec } from "../spec/band.ts";
import { labelOf, type Stream, subjectOf, type WindowSet, windowCount } from "./window-set.ts";

export interface WindowShape {
  readonly windowSamples: number;
  readonly strideSamples: number;
}

export function windowShape(spec: WindowSpec, rateHz: number): WindowShape {
  const windowSamples = Math.max(1, Math.round(spec.seconds * rateHz));
  return { windowSamples, strideSamples: Math.max(1, Math.round(windowSamples * (1 - spec.overlap))) };
}

/** Windows that fit into `samples` samples. */
export function windowsIn(samples: number, { windowSamples, strideSamples }: WindowShape): number {
  return samples < windowSamples ? 0 : Math.floor((samples - windowSamples) / strideSamples) + 1;
}

/** Every window of every stream, stream by stream in time order. */
export function cutWindows(streams: readonly Stream[], shape: WindowShape): WindowSet {
  const counts = streams.map(({ samples }) => windowsIn(samples.length / CHANNEL_COUNT, shape));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const streamOf = new Int32Array(total);
  const startOf = new Int32Array(total);
  let at = 0;
  counts.forEach((count, stream) => {
    for (let k = 0; k < count; k++, at++) {
      streamOf[at] = stream;
      startOf[at] = k * shape.strideSamples;
    }
  });
  return { streams, windowSamples: shape.windowSamples, streamOf, startOf };
}

/** [classes] windows a class. */
export function countByClass(set: WindowSet, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let w = 0; w < windowCount(set); w++) counts[labelOf(set, w)]!++;
  return counts;
}

/** Indices of the windows of each subject, in order. */
export function windowsBySubject(set: WindowSet): Map<string, number[]> {
  const bySubject = new Map<string, number[]>();
  for (let w = 0; w < windowCount(set); w++) {
    const subject = subjectOf(set, w);
    const own = bySubject.get(subject);
    if (own === undefined) bySubject.set(subject, [w]);
    else own.push(w);
  }
  return bySubject;
}
