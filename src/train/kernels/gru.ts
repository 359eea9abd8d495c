// A gated recurrent unit over whole sequences, forward and backward through time. The reset gate multiplies the
// candidate's recurrent sum, after its bias, as in Keras (reset_after) and PyTorch: its two sums are columns of their
// own, so that a step is one matrix product here, too.
// Source: Cho et al. 2014 (arXiv 1406.1078), in the variant of its first version.
import * as tf from "@tensorflow/tfjs-core";
import { backThroughGru, openGates, updateGru } from "./gru-steps.ts";
import { type Memory, registerKernel, runKernel, transpose } from "./heap.ts";
import { copyStep, type Sizes, sizesOf, stepOf, takeInputGradient, transposedRows } from "./recurrent.ts";

const FORWARD = "BandsmithGru";
const GRAD = "BandsmithGruGrad";

/**
 * Gates are in the order update, reset, candidate; the state before the first step is zero.
 * x [N, T, F], w [F, 3·U], r [U, 3·U], bias [4·U], the candidate's recurrent one last → hidden states [N, T, U].
 */
export function gru(x: tf.Tensor3D, w: tf.Tensor2D, r: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  return runKernel(FORWARD, { x, w, r, bias }, {})[0] as tf.Tensor3D;
}

export function registerGru(): void {
  registerKernel(FORWARD, ({ x, w, r, bias }, _, memory) => {
    const sizes = sizesOf(x!, r!);
    const { batch, steps, features, units } = sizes;
    const all = 4 * units;
    const y = memory.allocate([batch, steps, units]);
    // What the gradient needs, step by step: update, reset, candidate, and the candidate's recurrent sum.
    const kept = memory.allocate([steps, batch, all]);
    const weights = stack(memory, w!, r!, sizes);
    /** [x, hidden state before], the left operand of a step. */
    const row = memory.allocate([batch, features + units]);
    const doubled = memory.allocate([batch, units]);
    memory.floats(row).fill(0);
    for (let t = 0; t < steps; t++) {
      copyStep(memory.floats(x!), memory.floats(row), sizes, t);
      const sums = memory.product(row, weights, [batch, features + units, all], bias);
      const opened = memory.logistic(sums);
      const own = stepOf(memory.floats(kept), t, batch * all);
      openGates(memory.floats(sums), memory.floats(opened), own, memory.floats(doubled), units);
      memory.release(sums);
      memory.release(opened);
      const half = memory.logistic(doubled);
      updateGru(
        memory.floats(half),
        stepOf(memory.floats(kept), t, batch * all),
        memory.floats(row),
        memory.floats(y),
        sizes,
        t,
      );
      memory.release(half);
    }
    for (const own of [weights, row, doubled]) memory.release(own);
    return [y, kept];
  });

  registerKernel(GRAD, ({ x, y, w, r, kept, dy }, _, memory) => {
    const sizes = sizesOf(x!, r!);
    const { batch, steps, features, units } = sizes;
    const [width, all] = [features + units, 4 * units];
    const dx = memory.allocate(x!.shape);
    /** Gradients of the sums, of all steps and of one. */
    const dSums = memory.allocate([steps * batch, all]);
    const dStep = memory.allocate([batch, all]);
    const weights = stack(memory, w!, r!, sizes);
    const transposed = transpose(memory, weights, width, all);
    memory.release(weights);
    /** ∂/∂hidden state that the step after hands on directly. */
    const carried = new Float32Array(batch * units);
    let dRow: tf.TensorInfo | null = null;
    for (let t = steps - 1; t >= 0; t--) {
      const step = {
        kept: stepOf(memory.floats(kept!), t, batch * all),
        y: memory.floats(y!),
        dy: memory.floats(dy!),
        dRow: dRow && memory.floats(dRow),
        carried,
        dSums: memory.floats(dStep),
      };
      backThroughGru(step, sizes, t);
      if (dRow !== null) memory.release(dRow);
      stepOf(memory.floats(dSums), t, batch * all).set(memory.floats(dStep));
      dRow = memory.product(dStep, transposed, [batch, all, width]);
      takeInputGradient(memory.floats(dRow), memory.floats(dx), sizes, t);
    }
    if (dRow !== null) memory.release(dRow);
    const rows = transposedRows(memory, x!, y!, units);
    const dAll = memory.product(rows, dSums, [width + 1, steps * batch, all]);
    const [dw, dr, dBias] = [w!.shape, r!.shape, [all]].map((shape) => memory.allocate(shape));
    unstack(memory.floats(dAll), memory.floats(dw!), memory.floats(dr!), memory.floats(dBias!), sizes);
    for (const own of [dSums, dStep, transposed, rows, dAll]) memory.release(own);
    return [dx, dw!, dr!, dBias!];
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x", "w", "r"],
    outputsToSave: [true, true],
    gradFunc: (dys, [x, w, r, y, kept]) => {
      const dy = (dys as tf.Tensor[])[0]!;
      const [dx, dw, dr, dBias] = runKernel(GRAD, { x: x!, y: y!, w: w!, r: r!, kept: kept!, dy }, {});
      return { x: () => dx!, w: () => dw!, r: () => dr!, bias: () => dBias! };
    },
  });
}

/** [F + U, 4·U]: the candidate's columns stand twice, for the input alone and for the hidden state alone. */
function stack(
  memory: Memory,
  w: tf.TensorInfo,
  r: tf.TensorInfo,
  { features, units }: Sizes,
): tf.TensorInfo {
  const stacked = memory.allocate([features + units, 4 * units]);
  const to = memory.floats(stacked).fill(0);
  const [inputs, recurrent] = [memory.floats(w), memory.floats(r)];
  for (let i = 0; i < features; i++) {
    to.set(inputs.subarray(3 * i * units, 3 * (i + 1) * units), 4 * i * units);
  }
  for (let i = 0; i < units; i++) {
    const at = 4 * (features + i) * units;
    to.set(recurrent.subarray(3 * i * units, (3 * i + 2) * units), at);
    to.set(recurrent.subarray((3 * i + 2) * units, 3 * (i + 1) * units), at + 3 * units);
  }
  return stacked;
}

/** The gradients of what `stack` put together, from [F + U + 1, 4·U]. */
function unstack(
  from: Float32Array,
  dw: Float32Array,
  dr: Float32Array,
  dBias: Float32Array,
  { features, units }: Sizes,
): void {
  for (let i = 0; i < features; i++) {
    dw.set(from.subarray(4 * i * units, (4 * i + 3) * units), 3 * i * units);
  }
  for (let i = 0; i < units; i++) {
    const at = 4 * (features + i) * units;
    dr.set(from.subarray(at, at + 2 * units), 3 * i * units);
    dr.set(from.subarray(at + 3 * units, at + 4 * units), (3 * i + 2) * units);
  }
  dBias.set(from.subarray(4 * (features + units) * units));
}
