// What two runs decide, where their values need not be equal: the class of each window.
import { argmax } from "./metrics.ts";

/** Outputs, [windows, size], to one class a window. */
export function classesOf(outputs: ArrayLike<number>, size: number): Int32Array {
  return Int32Array.from({ length: outputs.length / size }, (_, window) =>
    argmax(outputs, window * size, size),
  );
}

/** Windows whose entries are equal. */
export function countSame(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return same;
}

export interface Hits {
  /** Windows with a known class. */
  readonly known: number;
  readonly right: number;
}

/** @param truth class index a window, −1 where nobody said */
export function countHits(classes: ArrayLike<number>, truth: ArrayLike<number>): Hits {
  let [known, right] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]! < 0) continue;
    known++;
    if (truth[i] === classes[i]) right++;
  }
  return { known, right };
}
