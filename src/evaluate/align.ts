// Which operator of one graph stands where in another: the longest common subsequence, equal names preferred.
import type { Layer } from "./layers.ts";

export interface Alignment {
  /** Index into each side's layers, null where the other side has no counterpart; in order. */
  readonly left: number | null;
  readonly right: number | null;
}

/** Two layers of one operator may be the same one; if their tensors have one name as well, they surely are. */
function likeness(a: Layer, b: Layer): number {
  if (a.operator !== b.operator) return 0;
  return a.tensor === b.tensor ? 3 : 2;
}

export function alignLayers(left: readonly Layer[], right: readonly Layer[]): Alignment[] {
  // best[i][j]: the most likeness that left[i…] and right[j…] can have.
  const best = Array.from({ length: left.length + 1 }, () => new Int32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const like = likeness(left[i]!, right[j]!);
      const together = like === 0 ? 0 : like + best[i + 1]![j + 1]!;
      best[i]![j] = Math.max(together, best[i + 1]![j]!, best[i]![j + 1]!);
    }
  }
  const aligned: Alignment[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const like = i < left.length && j < right.length ? likeness(left[i]!, right[j]!) : 0;
    if (like > 0 && best[i]![j] === like + best[i + 1]![j + 1]!) aligned.push({ left: i++, right: j++ });
    else if (i < left.length && (j === right.length || best[i]![j] === best[i + 1]![j]!)) {
      aligned.push({ left: i++, right: null });
    } else aligned.push({ left: null, right: j++ });
  }
  return aligned;
}
