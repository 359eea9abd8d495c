// What a gated recurrent unit does between the matrix products of its steps.
import type { Sizes } from "./recurrent.ts";

/** Update, reset and the candidate's recurrent sum into `kept`, and twice the candidate's sum, for tanh. */
export function openGates(
  sums: Float32Array,
  opened: Float32Array,
  kept: Float32Array,
  doubled: Float32Array,
  units: number,
): void {
  kept.set(opened);
  for (let first = 0, at = 0; at < doubled.length; first += 4 * units) {
    for (let i = first; i < first + units; i++, at++) {
      const recurrent = sums[i + 3 * units]!;
      kept[i + 3 * units] = recurrent;
      doubled[at] = 2 * (sums[i + 2 * units]! + opened[i + units]! * recurrent);
    }
  }
}

/** hidden = update · before + (1 − update) · candidate, into y and into the operand of the next step. */
export function updateGru(
  half: Float32Array,
  kept: Float32Array,
  row: Float32Array,
  y: Float32Array,
  { batch, steps, features, units }: Sizes,
  t: number,
): void {
  for (let n = 0, at = 0; n < batch; n++) {
    const out = (n * steps + t) * units;
    const next = n * (features + units) + features;
    const gate = 4 * n * units;
    for (let u = 0; u < units; u++, at++) {
      const candidate = 2 * half[at]! - 1;
      kept[gate + 2 * units + u] = candidate;
      const hidden = candidate + kept[gate + u]! * (row[next + u]! - candidate);
      y[out + u] = hidden;
      row[next + u] = hidden;
    }
  }
}

/** One step of what the backward pass reads and writes. */
interface BackwardStep {
  readonly kept: Float32Array;
  /** Of all steps, [N, T, U]. */
  readonly y: Float32Array;
  readonly dy: Float32Array;
  /** Of the step after, [N, F + U]. */
  readonly dRow: Float32Array | null;
  readonly carried: Float32Array;
  /** Written. */
  readonly dSums: Float32Array;
}

/** The gradients of a step's sums, and what the hidden state before gets directly. */
export function backThroughGru(
  { kept, y, dy, dRow, carried, dSums }: BackwardStep,
  { batch, steps, features, units }: Sizes,
  t: number,
): void {
  for (let n = 0, at = 0; n < batch; n++) {
    const out = (n * steps + t) * units;
    const next = n * (features + units) + features;
    const first = 4 * n * units;
    for (let u = 0; u < units; u++, at++) {
      const g = first + u;
      const update = kept[g]!;
      const reset = kept[g + units]!;
      const candidate = kept[g + 2 * units]!;
      const before = t === 0 ? 0 : y[out - units + u]!;
      const dHidden = dy[out + u]! + carried[at]! + (dRow === null ? 0 : dRow[next + u]!);
      const dCandidate = dHidden * (1 - update) * (1 - candidate * candidate);
      dSums[g] = dHidden * (before - candidate) * update * (1 - update);
      dSums[g + units] = dCandidate * kept[g + 3 * units]! * reset * (1 - reset);
      dSums[g + 2 * units] = dCandidate;
      dSums[g + 3 * units] = dCandidate * reset;
      carried[at] = dHidden * update;
    }
  }
}
