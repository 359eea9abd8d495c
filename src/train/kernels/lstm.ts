// An LSTM over whole sequences, forward and backward through time: a step is one matrix product and two runs of the
// backend's vectorised logistic function, by which tanh(x) is 2·logistic(2x) − 1.
// Source: Hochreiter and Schmidhuber 1997 (Neural Computation 9), with the forget gate of Gers et al. 2000.
import * as tf from "@tensorflow/tfjs-core";
import { type Memory, registerKernel, runKernel } from "./heap.ts";
import { backThroughCell, copyStep, takeInputGradient, updateCells, updateHidden } from "./lstm-steps.ts";

const FORWARD = "BandsmithLstm";
const GRAD = "BandsmithLstmGrad";

/**
 * Gates are in the order input, forget, cell, output; the state before the first step is zero.
 * x [N, T, F], w [F, 4·U], r [U, 4·U], bias [4·U] → hidden states [N, T, U].
 */
export function lstm(x: tf.Tensor3D, w: tf.Tensor2D, r: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  return runKernel(FORWARD, { x, w, r, bias }, {})[0] as tf.Tensor3D;
}

export function registerLstm(): void {
  registerKernel(FORWARD, ({ x, w, r, bias }, _, memory) => {
    const [batch, steps, features] = x!.shape as [number, number, number];
    const units = r!.shape[0]!;
    const sizes = { batch, steps, features, units };
    const y = memory.allocate([batch, steps, units]);
    // What the gradient needs, step by step: the gates' values, the cell, and tanh of the cell.
    const gates = memory.allocate([steps, batch, 4 * units]);
    const cells = memory.allocate([steps, batch, units]);
    const squashed = memory.allocate([steps, batch, units]);
    const weights = stackWeights(memory, w!, r!);
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
      );
      memory.release(half);
    }
    for (const own of [weights, offsets, row, doubled]) memory.release(own);
    return [y, gates, cells, squashed];
  });

  registerKernel(GRAD, ({ x, y, w, r, gates, cells, squashed, dy }, _, memory) => {
    const [batch, steps, features] = x!.shape as [number, number, number];
    const units = r!.shape[0]!;
    const sizes = { batch, steps, features, units };
    const [width, all] = [features + units, 4 * units];
    const dx = memory.allocate(x!.shape);
    /** Gradients of the gates' sums, of all steps and of one. */
    const dSums = memory.allocate([steps * batch, all]);
    const dStep = memory.allocate([batch, all]);
    const transposed = stackTransposed(memory, w!, r!);
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
    gradFunc: (dys, [x, w, r, y, gates, cells, squashed]) => {
      const dy = (dys as tf.Tensor[])[0]!;
      const inputs = { x: x!, y: y!, w: w!, r: r!, gates: gates!, cells: cells!, squashed: squashed!, dy };
      const [dx, dw, dr, dBias] = runKernel(GRAD, inputs, {});
      return { x: () => dx!, w: () => dw!, r: () => dr!, bias: () => dBias! };
    },
  });
}

/** Step t of a time-major array. */
function stepOf(array: Float32Array, t: number, length: number): Float32Array {
  return array.subarray(t * length, (t + 1) * length);
}

/** [w; r], [F + U, 4·U], so that a step is one product; the cell gate's columns doubled for tanh. */
function stackWeights(memory: Memory, w: tf.TensorInfo, r: tf.TensorInfo): tf.TensorInfo {
  const [features, units] = [w.shape[0]!, r.shape[0]!];
  const stacked = memory.allocate([features + units, 4 * units]);
  const to = memory.floats(stacked);
  to.set(memory.floats(w));
  to.set(memory.floats(r), features * 4 * units);
  doubleCellGate(to, units);
  return stacked;
}

function doubleCellGate(rows: Float32Array, units: number): void {
  for (let start = 2 * units; start < rows.length; start += 4 * units) {
    for (let i = start; i < start + units; i++) rows[i]! *= 2;
  }
}

/** [w; r] transposed, [4·U, F + U]. */
function stackTransposed(memory: Memory, w: tf.TensorInfo, r: tf.TensorInfo): tf.TensorInfo {
  const [features, units] = [w.shape[0]!, r.shape[0]!];
  const width = features + units;
  const stacked = memory.allocate([4 * units, width]);
  const to = memory.floats(stacked);
  const [inputs, recurrent] = [memory.floats(w), memory.floats(r)];
  for (let u = 0; u < 4 * units; u++) {
    for (let i = 0; i < features; i++) to[u * width + i] = inputs[i * 4 * units + u]!;
    for (let i = 0; i < units; i++) to[u * width + features + i] = recurrent[i * 4 * units + u]!;
  }
  return stacked;
}

/**
 * The left operands of all steps transposed, [F + U + 1, T·N], and a last row of ones, whose product is the biases'
 * gradient.
 */
function transposedRows(memory: Memory, x: tf.TensorInfo, y: tf.TensorInfo, units: number): tf.TensorInfo {
  const [batch, steps, features] = x.shape as [number, number, number];
  const count = steps * batch;
  const info = memory.allocate([features + units + 1, count]);
  const to = memory.floats(info);
  const [inputs, hidden] = [memory.floats(x), memory.floats(y)];
  for (let i = 0, at = 0; i < features; i++) {
    for (let t = 0; t < steps; t++) {
      for (let n = 0; n < batch; n++) to[at++] = inputs[(n * steps + t) * features + i]!;
    }
  }
  to.fill(0, features * count, (features + units) * count);
  for (let u = 0; u < units; u++) {
    let at = (features + u) * count + batch;
    for (let t = 1; t < steps; t++) {
      for (let n = 0; n < batch; n++) to[at++] = hidden[(n * steps + t - 1) * units + u]!;
    }
  }
  to.fill(1, (features + units) * count);
  return info;
}
