// A plain recurrent layer, hidden = tanh(x·w + hidden before·r + bias), over whole sequences, forward and backward
// through time. Source: Elman 1990 (Cognitive Science 14).
import * as tf from "@tensorflow/tfjs-core";
import { type Memory, registerKernel, runKernel, runKernel1, transpose } from "./heap.ts";
import { copyStep, type Sizes, sizesOf, stepOf, takeInputGradient, transposedRows } from "./recurrent.ts";

const FORWARD = "BandsmithRnn";
const GRAD = "BandsmithRnnGrad";

/** The state before the first step is zero. x [N, T, F], w [F, U], r [U, U], bias [U] → hidden states [N, T, U]. */
export function rnn(x: tf.Tensor3D, w: tf.Tensor2D, r: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  return runKernel1(FORWARD, { x, w, r, bias }, {}) as tf.Tensor3D;
}

export function registerRnn(): void {
  registerKernel(FORWARD, ({ x, w, r, bias }, _, memory) => {
    const sizes = sizesOf(x!, r!);
    const { batch, steps, features, units } = sizes;
    const y = memory.allocate([batch, steps, units]);
    const weights = stack(memory, [w!, r!], 2);
    const offsets = stack(memory, [bias!], 2);
    /** [x, hidden state before], the left operand of a step. */
    const row = memory.allocate([batch, features + units]);
    memory.floats(row).fill(0);
    for (let t = 0; t < steps; t++) {
      copyStep(memory.floats(x!), memory.floats(row), sizes, t);
      const doubled = memory.product(row, weights, [batch, features + units, units], offsets);
      const half = memory.logistic(doubled);
      update(memory.floats(half), memory.floats(row), memory.floats(y), sizes, t);
      memory.release(doubled);
      memory.release(half);
    }
    for (const own of [weights, offsets, row]) memory.release(own);
    return y;
  });

  registerKernel(GRAD, ({ x, y, w, r, dy }, _, memory) => {
    const sizes = sizesOf(x!, r!);
    const { batch, steps, features, units } = sizes;
    const width = features + units;
    const dx = memory.allocate(x!.shape);
    /** Gradients of the sums, of all steps and of one. */
    const dSums = memory.allocate([steps * batch, units]);
    const dStep = memory.allocate([batch, units]);
    const weights = stack(memory, [w!, r!], 1);
    const transposed = transpose(memory, weights, width, units);
    memory.release(weights);
    let dRow: tf.TensorInfo | null = null;
    for (let t = steps - 1; t >= 0; t--) {
      const after = dRow && memory.floats(dRow);
      backThroughTanh(memory.floats(y!), memory.floats(dy!), after, memory.floats(dStep), sizes, t);
      if (dRow !== null) memory.release(dRow);
      stepOf(memory.floats(dSums), t, batch * units).set(memory.floats(dStep));
      dRow = memory.product(dStep, transposed, [batch, units, width]);
      takeInputGradient(memory.floats(dRow), memory.floats(dx), sizes, t);
    }
    if (dRow !== null) memory.release(dRow);
    const rows = transposedRows(memory, x!, y!, units);
    const dAll = memory.product(rows, dSums, [width + 1, steps * batch, units]);
    const [dw, dr, dBias] = [w!.shape, r!.shape, [units]].map((shape) => memory.allocate(shape));
    const from = memory.floats(dAll);
    memory.floats(dw!).set(from.subarray(0, features * units));
    memory.floats(dr!).set(from.subarray(features * units, width * units));
    memory.floats(dBias!).set(from.subarray(width * units));
    for (const own of [dSums, dStep, transposed, rows, dAll]) memory.release(own);
    return [dx, dw!, dr!, dBias!];
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x", "w", "r"],
    outputsToSave: [true],
    gradFunc: (dy, [x, w, r, y]) => {
      const inputs = { x: x!, y: y!, w: w!, r: r!, dy: dy as tf.Tensor };
      const [dx, dw, dr, dBias] = runKernel(GRAD, inputs, {});
      return { x: () => dx!, w: () => dw!, r: () => dr!, bias: () => dBias! };
    },
  });
}

/** Arrays of one width below each other, times a factor. */
function stack(memory: Memory, parts: readonly tf.TensorInfo[], factor: number): tf.TensorInfo {
  const values = parts.map((part) => part.shape.reduce((product, n) => product * n, 1));
  const stacked = memory.allocate([values.reduce((sum, n) => sum + n, 0)]);
  const to = memory.floats(stacked);
  let at = 0;
  for (const part of parts) {
    for (const value of memory.floats(part)) to[at++] = factor * value;
  }
  return stacked;
}

function update(
  half: Float32Array,
  row: Float32Array,
  y: Float32Array,
  { batch, steps, features, units }: Sizes,
  t: number,
): void {
  for (let n = 0, at = 0; n < batch; n++) {
    const out = (n * steps + t) * units;
    const next = n * (features + units) + features;
    for (let u = 0; u < units; u++, at++) {
      const hidden = 2 * half[at]! - 1;
      y[out + u] = hidden;
      row[next + u] = hidden;
    }
  }
}

/** @param dRow of the step after, [N, F + U] */
function backThroughTanh(
  y: Float32Array,
  dy: Float32Array,
  dRow: Float32Array | null,
  dSums: Float32Array,
  { batch, steps, features, units }: Sizes,
  t: number,
): void {
  for (let n = 0, at = 0; n < batch; n++) {
    const out = (n * steps + t) * units;
    const next = n * (features + units) + features;
    for (let u = 0; u < units; u++, at++) {
      const hidden = y[out + u]!;
      dSums[at] = (dy[out + u]! + (dRow === null ? 0 : dRow[next + u]!)) * (1 - hidden * hidden);
    }
  }
}
