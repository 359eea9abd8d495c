// What an LSTM does between the matrix products of its steps.
import { type Grid, isInside, onGrid } from "../grid.ts";
import type { Sizes } from "./recurrent.ts";

/** cell = forget · cell before + input · tanh; `opened` has logistic of every gate's sum, and is [N, 4, U] as `gates`. */
export function updateCells(
  opened: Float32Array,
  gates: Float32Array,
  before: Float32Array | null,
  cells: Float32Array,
  doubled: Float32Array,
  units: number,
): void {
  gates.set(opened);
  for (let first = 0, at = 0; at < cells.length; first += 4 * units) {
    for (let i = first; i < first + units; i++, at++) {
      const added = 2 * opened[i + 2 * units]! - 1;
      gates[i + 2 * units] = added;
      const kept = before === null ? 0 : opened[i + units]! * before[at]!;
      const cell = kept + opened[i]! * added;
      cells[at] = cell;
      doubled[at] = 2 * cell;
    }
  }
}

/** hidden = output · tanh(cell), into y and into the operand of the next step. */
export function updateHidden(
  half: Float32Array,
  gates: Float32Array,
  squashed: Float32Array,
  row: Float32Array,
  y: Float32Array,
  { batch, steps, features, units }: Sizes,
  t: number,
  grid: Grid | null,
): void {
  for (let n = 0, at = 0; n < batch; n++) {
    const out = (n * steps + t) * units;
    const next = n * (features + units) + features;
    const gate = (4 * n + 3) * units;
    for (let u = 0; u < units; u++, at++) {
      const tanh = 2 * half[at]! - 1;
      squashed[at] = tanh;
      const exact = gates[gate + u]! * tanh;
      const hidden = grid === null ? exact : onGrid(exact, grid);
      y[out + u] = hidden;
      row[next + u] = hidden;
    }
  }
}

/** One step of what the backward pass reads and writes. */
interface BackwardStep {
  readonly gates: Float32Array;
  readonly before: Float32Array | null;
  readonly squashed: Float32Array;
  /** Of all steps, [N, T, U]. */
  readonly dy: Float32Array;
  /** Of the step after, [N, F + U]. */
  readonly dRow: Float32Array | null;
  readonly carried: Float32Array;
  /** Written. */
  readonly dSums: Float32Array;
}

/** The gradients of a step's sums, and of the cell before. */
export function backThroughCell(
  { gates, before, squashed, dy, dRow, carried, dSums }: BackwardStep,
  { batch, steps, features, units }: Sizes,
  t: number,
  grid: Grid | null,
): void {
  for (let n = 0, at = 0; n < batch; n++) {
    const out = (n * steps + t) * units;
    const next = n * (features + units) + features;
    const first = 4 * n * units;
    for (let u = 0; u < units; u++, at++) {
      const g = first + u;
      const input = gates[g]!;
      const forget = gates[g + units]!;
      const added = gates[g + 2 * units]!;
      const output = gates[g + 3 * units]!;
      const tanh = squashed[at]!;
      const cutOff = grid !== null && !isInside(output * tanh, grid);
      const dHidden = cutOff ? 0 : dy[out + u]! + (dRow === null ? 0 : dRow[next + u]!);
      const dCell = carried[at]! + dHidden * output * (1 - tanh * tanh);
      dSums[g] = dCell * added * input * (1 - input);
      dSums[g + units] = before === null ? 0 : dCell * before[at]! * forget * (1 - forget);
      dSums[g + 2 * units] = dCell * input * (1 - added * added);
      dSums[g + 3 * units] = dHidden * tanh * output * (1 - output);
      carried[at] = dCell * forget;
    }
  }
}
