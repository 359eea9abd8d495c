// An LSTM over whole sequences, forward and backward through time: a step is one matrix product and two runs of the
// backend's vectorised logistic function, by which tanh(x) is 2·logistic(2x) − 1.
// Source: Hochreiter and Schmidhuber 1997 (Neural Computation 9), with the forget gate of Gers et al. 2000.
import * as tf from "@tensorflow/tfjs-core";
import type { PerTensorQuantization } from "../../ir/tensor.ts";
import type { Grid } from "../grid.ts";
import { type Memory, registerKernel, runKernel, transpose } from "./heap.ts";
import { backThroughCell, updateCells, updateHidden } from "./lstm-steps.ts";
import { copyStep, sizesOf, stepOf, takeInputGradient, transposedRows } from "./recurrent.ts";

const FORWARD = "BandsmithLstm";
const GRAD = "BandsmithLstmGrad";

interface Attrs {
  /** What int8 has for the hidden states; null for float. */
  readonly grid: Grid | null;
}

/**
 * Gates are in the order input, forget, cell, output; the state before the first step is zero.
 * x [N, T, F], w [F, 4·U], r [U, 4·U], bias [4·U] → hidden states [N, T, U].
 * @param hidden rounds every hidden state before the next step reads it; gradients pass straight through
 */
export function lstm(
  x: tf.Tensor3D,
  w: tf.Tensor2D,
  r: tf.Tensor2D,
  bias: tf.Tensor1D,
  hidden?: PerTensorQuantization,
): tf.Tensor3D {
  return runKernel(FORWARD, { x, w, r, bias }, { grid: hidden ?? null })[0] as tf.Tensor3D;
}

export function registerLstm(): void {
  registerKernel(FORWARD, ({ x, w, r, bias }, { grid }: Attrs, memory) => {
    const sizes = sizesOf(x!, r!);
    const { batch, steps, features, units } = sizes;
    const y = memory.allocate([batch, steps, units]);
    // What the gradient needs, step by step: the gates' values, the cell, and tanh of the cell.
    const gates = memory.allocate([steps, batch, 4 * units]);
    const cells = memory.allocate([steps, batch, units]);
    const squashed = memory.allocate([steps, batch, units]);
    const weights = stack(memory, w!, r!);
    doubleCellGate(memory.floats(weights), units);
    const offsets = memory.allocate([4 * units]);
    /** [x, hidden state before], the left operand of a step. */
    const row = memory.allocate([batch, features + units]);
    const doubled = memory.allocate([batch, units]);
    memory.floats(offsets).set(memory.floats(bias!));
    doubleCellGate(memory.floats(offsets), units);
    memory.floats(row).fill(0);
    for (let t = 0; t < steps; t++) {
      copyStep(memory.floats(x!), memory.floats(row), sizes, t);
      const sums = memory.product(row, weights, [batch, features + units, 4 * units], offsets);
      const opened = memory.logistic(sums);
      memory.release(sums);
      updateCells(
        memory.floats(opened),
        stepOf(memory.floats(gates), t, batch * 4 * units),
        t === 0 ? null : stepOf(memory.floats(cells), t - 1, batch * units),
        stepOf(memory.floats(cells), t, batch * units),
        memory.floats(doubled),
        units,
      );
      memory.release(opened);
      const half = memory.logistic(doubled);
      updateHidden(
        memory.floats(half),
        stepOf(memory.floats(gates), t, batch * 4 * units),
        stepOf(memory.floats(squashed), t, batch * units),
        memory.floats(row),
        memory.floats(y),
        sizes,
        t,
        grid,
      );
      memory.release(half);
    }
    for (const own of [weights, offsets, row, doubled]) memory.release(own);
    return [y, gates, cells, squashed];
  });

  registerKernel(GRAD, ({ x, y, w, r, gates, cells, squashed, dy }, { grid }: Attrs, memory) => {
    const sizes = sizesOf(x!, r!);
    const { batch, steps, features, units } = sizes;
    const [width, all] = [features + units, 4 * units];
    const dx = memory.allocate(x!.shape);
    /** Gradients of the gates' sums, of all steps and of one. */
    const dSums = memory.allocate([steps * batch, all]);
    const dStep = memory.allocate([batch, all]);
    const weights = stack(memory, w!, r!);
    const transposed = transpose(memory, weights, width, all);
    memory.release(weights);
    /** ∂/∂cell that comes from the step after. */
    const carried = new Float32Array(batch * units);
    let dRow: tf.TensorInfo | null = null;
    for (let t = steps - 1; t >= 0; t--) {
      backThroughCell(
        {
          gates: stepOf(memory.floats(gates!), t, batch * all),
          before: t === 0 ? null : stepOf(memory.floats(cells!), t - 1, batch * units),
          squashed: stepOf(memory.floats(squashed!), t, batch * units),
          dy: memory.floats(dy!),
          dRow: dRow && memory.floats(dRow),
          carried,
          dSums: memory.floats(dStep),
        },
        sizes,
        t,
        grid,
      );
      if (dRow !== null) memory.release(dRow);
      stepOf(memory.floats(dSums), t, batch * all).set(memory.floats(dStep));
      dRow = memory.product(dStep, transposed, [batch, all, width]);
      takeInputGradient(memory.floats(dRow), memory.floats(dx), sizes, t);
    }
    if (dRow !== null) memory.release(dRow);
    const rows = transposedRows(memory, x!, y!, units);
    const dAll = memory.product(rows, dSums, [width + 1, steps * batch, all]);
    const [dw, dr, dBias] = [w!.shape, r!.shape, [all]].map((shape) => memory.allocate(shape));
    const from = memory.floats(dAll);
    memory.floats(dw!).set(from.subarray(0, features * all));
    memory.floats(dr!).set(from.subarray(features * all, width * all));
    memory.floats(dBias!).set(from.subarray(width * all));
    for (const own of [dSums, dStep, transposed, rows, dAll]) memory.release(own);
    return [dx, dw!, dr!, dBias!];
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x", "w", "r"],
    outputsToSave: [true, true, true, true],
    gradFunc: (dys, [x, w, r, y, gates, cells, squashed], attrs) => {
      const dy = (dys as tf.Tensor[])[0]!;
      const inputs = { x: x!, y: y!, w: w!, r: r!, gates: gates!, cells: cells!, squashed: squashed!, dy };
      const [dx, dw, dr, dBias] = runKernel(GRAD, inputs, attrs);
      return { x: () => dx!, w: () => dw!, r: () => dr!, bias: () => dBias! };
    },
  });
}

/** [w; r], [F + U, 4·U], so that a step is one product. */
function stack(memory: Memory, w: tf.TensorInfo, r: tf.TensorInfo): tf.TensorInfo {
  const stacked = memory.allocate([w.shape[0]! + r.shape[0]!, w.shape[1]!]);
  const to = memory.floats(stacked);
  to.set(memory.floats(w));
  to.set(memory.floats(r), w.shape[0]! * w.shape[1]!);
  return stacked;
}

/** For tanh, in rows of [4·U]. */
function doubleCellGate(rows: Float32Array, units: number): void {
  for (let start = 2 * units; start < rows.length; start += 4 * units) {
    for (let i = start; i < start + units; i++) rows[i]! *= 2;
  }
}
