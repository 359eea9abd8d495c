// The fused kernels against TensorFlow.js's own operations and their gradients, and against finite differences.
import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { openBackend } from "../../src/train/backend.ts";
import {
  addScaled,
  addVector,
  difference,
  exchange,
  lastStep,
  logistic,
  mask,
  product,
  relu,
  reshape,
  reverseSteps,
  sideBySide,
  softmax,
  sum,
  tanh,
  toMultiples,
} from "../../src/train/differentiable.ts";
import { sliding, type TensorOps } from "../../src/train/ops.ts";
import { plainOps } from "../../src/train/plain-ops.ts";
import { seededRandom } from "../../src/util/random.ts";

type Apply = (ops: TensorOps, inputs: readonly tf.Tensor[]) => tf.Tensor;

interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly apply: Apply;
}

const convolution = (
  method: "conv1d" | "depthwiseConv1d",
  geometry: readonly [time: number, out: number, padding: "same" | "valid", k: number, s: number, d: number],
): Case => {
  const [time, out, padding, k, s, d] = geometry;
  const window = sliding(time, out, padding, k, s, d);
  const weights = method === "conv1d" ? [k, 5, 7] : [k, 5];
  const outputs = method === "conv1d" ? 7 : 5;
  return {
    name: `${method} ${padding} kernel ${k} stride ${s} dilation ${d}`,
    shapes: [[3, time, 5], weights, [outputs]],
    apply: (ops, [x, w, b]) => ops[method](x as tf.Tensor3D, w as never, b as tf.Tensor1D, window),
  };
};

const pool = (
  method: "maxPool1d" | "averagePool1d",
  geometry: readonly [time: number, out: number, padding: "same" | "valid", k: number, s: number],
): Case => {
  const [time, out, padding, k, s] = geometry;
  const window = sliding(time, out, padding, k, s);
  return {
    name: `${method} ${padding} size ${k} stride ${s}`,
    shapes: [[3, time, 4]],
    apply: (ops, [x]) => ops[method](x as tf.Tensor3D, window),
  };
};

/** Columns of input and recurrent weights and of the bias, in units. */
const RECURRENT = { lstm: [4, 4], gru: [3, 4], rnn: [1, 1] } as const;

const recurrent = (
  method: keyof typeof RECURRENT,
  name: string,
  x: readonly [batch: number, time: number, channels: number],
  units: number,
): Case => {
  const [columns, biases] = RECURRENT[method].map((n) => n * units) as [number, number];
  return {
    name: `${method} ${name}`,
    shapes: [x, [x[2], columns], [units, columns], [biases]],
    apply: (ops, [input, w, r, b]) =>
      ops[method](input as tf.Tensor3D, w as tf.Tensor2D, r as tf.Tensor2D, b as tf.Tensor1D),
  };
};

const CASES: readonly Case[] = [
  convolution("conv1d", [9, 9, "same", 1, 1, 1]),
  convolution("conv1d", [9, 9, "same", 3, 1, 1]),
  convolution("conv1d", [9, 5, "valid", 5, 1, 1]),
  convolution("conv1d", [9, 5, "same", 4, 2, 1]),
  convolution("conv1d", [12, 12, "same", 3, 1, 3]),
  convolution("depthwiseConv1d", [9, 9, "same", 3, 1, 1]),
  convolution("depthwiseConv1d", [9, 9, "same", 4, 1, 1]),
  convolution("depthwiseConv1d", [9, 7, "valid", 3, 1, 1]),
  convolution("depthwiseConv1d", [10, 5, "same", 5, 2, 1]),
  convolution("depthwiseConv1d", [12, 12, "same", 3, 1, 2]),
  // Wider than the input on both sides.
  convolution("depthwiseConv1d", [2, 2, "same", 7, 1, 1]),
  pool("maxPool1d", [9, 4, "valid", 2, 2]),
  pool("maxPool1d", [9, 5, "same", 2, 2]),
  pool("maxPool1d", [9, 9, "same", 3, 1]),
  pool("averagePool1d", [9, 4, "valid", 2, 2]),
  pool("averagePool1d", [9, 1, "valid", 9, 9]),
  {
    name: "dense",
    shapes: [[4, 6], [6, 3], [3]],
    apply: (ops, [x, w, b]) => ops.dense(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D),
  },
  ...(Object.keys(RECURRENT) as (keyof typeof RECURRENT)[]).flatMap((method) => [
    recurrent(method, "over several steps", [3, 7, 5], 4),
    recurrent(method, "over one step", [3, 1, 5], 4),
    recurrent(method, "of one window and one unit", [1, 9, 1], 1),
  ]),
  {
    name: "dotProducts",
    shapes: [
      [3, 4, 5],
      [3, 6, 5],
    ],
    apply: (ops, [a, b]) => ops.dotProducts(a as tf.Tensor3D, b as tf.Tensor3D),
  },
  {
    name: "attend",
    shapes: [
      [3, 4, 6],
      [3, 6, 5],
    ],
    apply: (ops, [scores, values]) => ops.attend(scores as tf.Tensor3D, values as tf.Tensor3D),
  },
  {
    name: "attend by one row",
    shapes: [
      [5, 1, 7],
      [5, 7, 2],
    ],
    apply: (ops, [scores, values]) => ops.attend(scores as tf.Tensor3D, values as tf.Tensor3D),
  },
  {
    name: "the small operations of attention",
    shapes: [[4, 3, 2], [4, 3, 2], [1]],
    apply: (_, [x, added, factor]) =>
      exchange(addScaled(tanh(x as tf.Tensor3D), added as tf.Tensor3D, factor as tf.Tensor1D), 2),
  },
  {
    name: "steps",
    shapes: [[3, 4, 5]],
    apply: (ops, [x]) => sideBySide(...ops.steps(x as tf.Tensor3D).toReversed()),
  },
  {
    name: "the small operations of gates",
    shapes: [
      [3, 4],
      [3, 4],
    ],
    apply: (_, [a, b]) => product(logistic(a!), difference(softmax(b!), a!)),
  },
  ...[true, false].map(
    (activation): Case => ({
      name: `batchNorm relu ${activation}`,
      shapes: [[4, 6, 3], [3], [3]],
      apply: (ops, [x, g, b]) => ops.batchNorm(x!, g as tf.Tensor1D, b as tf.Tensor1D, 1e-3, activation).y,
    }),
  ),
];

/** Output and gradients of Σ output · fixed random weights. */
function run(ops: TensorOps, { shapes, apply }: Case, values: readonly Float32Array[]): Float32Array[] {
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tf.tensor(values[i]!.slice(), [...shape]));
    let output: tf.Tensor | null = null;
    const { grads } = tf.valueAndGrads(() => {
      output = apply(ops, inputs);
      const fixed = tf.tensor(normals(output.size, "projection"), output.shape);
      // Through the tape's own gradients of the package @tensorflow/tfjs, the same for both.
      return tf.sum(tf.mul(output, fixed));
    })(inputs);
    const y = apply(ops, inputs);
    return [y, ...grads].map((tensor) => Float32Array.from(tensor.dataSync()));
  });
}

function normals(count: number, seed: string): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function inputsOf({ name, shapes }: Case): Float32Array[] {
  return shapes.map((shape, i) => normals(size(shape), `${name}/${i}`));
}

function expectClose(got: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  let worst = 0;
  got.forEach((value, i) => {
    worst = Math.max(worst, Math.abs(value - expected[i]!) / (1 + Math.abs(expected[i]!)));
  });
  expect(worst).toBeLessThan(tolerance);
}

describe.each(["wasm", "cpu"] as const)("fused kernels on %s", (backendName) => {
  let ops: TensorOps;
  const expected = new Map<string, Float32Array[]>();

  beforeAll(async () => {
    await openBackend("cpu");
    for (const one of CASES) expected.set(one.name, run(plainOps, one, inputsOf(one)));
    ({ ops } = await openBackend(backendName));
  });

  it.each(CASES)("$name: output and gradients are TensorFlow.js's", (one) => {
    const got = run(ops, one, inputsOf(one));
    expected.get(one.name)!.forEach((array, i) => {
      expectClose(got[i]!, array, 2e-5);
    });
  });

  it.each(CASES)("$name: gradients are finite differences", (one) => {
    const values = inputsOf(one);
    const [, ...gradients] = run(ops, one, values);
    const loss = (): number => {
      const [y] = run(ops, one, values);
      return y!.reduce((sum, value, i) => sum + value * projection[i]!, 0);
    };
    const projection = normals(run(ops, one, values)[0]!.length, "projection");
    const step = 2e-3;
    values.forEach((array, input) => {
      // A few elements of each input; all of them are compared above.
      for (let i = 0; i < array.length; i += Math.ceil(array.length / 5)) {
        const before = array[i]!;
        array[i] = before + step;
        const above = loss();
        array[i] = before - step;
        const below = loss();
        array[i] = before;
        const slope = (above - below) / (2 * step);
        expect(Math.abs(slope - gradients[input]![i]!)).toBeLessThan(2e-3 * (1 + Math.abs(slope)));
      }
    });
  });

  it("affine is scale and offset along the last axis", () => {
    const y = tf.tidy(() =>
      Array.from(
        ops
          .affine(tf.tensor2d([1, 2, -3, 4], [2, 2]), tf.tensor1d([2, 3]), tf.tensor1d([1, -1]), true)
          .dataSync(),
      ),
    );
    expect(y).toEqual([3, 5, 0, 11]);
  });

  it("the small operations have the gradients of their definitions", () => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, -2, 3, -4], [2, 2]);
      const dy = tf.tensor2d([10, 20, 30, 40], [2, 2]);
      const grad = (f: (t: tf.Tensor) => tf.Tensor): number[] => Array.from(tf.grad(f)(x, dy).dataSync());
      expect(grad((t) => relu(t))).toEqual([10, 0, 30, 0]);
      const multiples = tf.grad((t) => toMultiples(t as tf.Tensor1D, [0.75, 4]));
      expect(Array.from(toMultiples(tf.tensor1d([1, -2.1]), [0.75, 4]).dataSync())).toEqual([0.75, -4]);
      expect(Array.from(toMultiples(tf.tensor1d([1, -2.1]), [0.5]).dataSync())).toEqual([1, -2]);
      expect(Array.from(multiples(tf.tensor1d([1, -2]), tf.tensor1d([10, 20])).dataSync())).toEqual([10, 20]);
      expect(grad((t) => mask(t, tf.tensor2d([2, 0, 0, 2], [2, 2])))).toEqual([20, 0, 0, 80]);
      expect(
        Array.from(
          tf
            .grad((t) => reshape(t, [4]))(x, dy.flatten())
            .dataSync(),
        ),
      ).toEqual([10, 20, 30, 40]);
      const last = tf.grad((t) => lastStep(t as tf.Tensor3D))(x.reshape([1, 2, 2]), tf.tensor2d([[5, 6]]));
      expect(Array.from(last.dataSync())).toEqual([0, 0, 5, 6]);
      const [da, dc] = tf.grads((a, c) => sideBySide(a as tf.Tensor2D, c as tf.Tensor2D))(
        [tf.tensor2d([[1], [2]]), tf.tensor2d([[3], [4]])],
        dy,
      );
      expect(Array.from(da!.dataSync())).toEqual([10, 30]);
      expect(Array.from(dc!.dataSync())).toEqual([20, 40]);
      const wide = tf.grads((a, b, c) => sideBySide(a as tf.Tensor3D, b as tf.Tensor3D, c as tf.Tensor3D));
      const parts = [tf.zeros([1, 2, 1]), tf.zeros([1, 2, 2]), tf.zeros([1, 2, 1])];
      const slices = wide(parts, tf.range(0, 8).reshape([1, 2, 4]));
      expect(slices.map((slice) => Array.from(slice.dataSync()))).toEqual([
        [0, 4],
        [1, 2, 5, 6],
        [3, 7],
      ]);
      // [N·A, B, C] = [1·2, 2, 1]: the matrix transposed.
      expect(Array.from(exchange(x.reshape([2, 2, 1]), 2).dataSync())).toEqual([1, 3, -2, -4]);
      // A tensor that is used twice, once through another operation: its gradients add up.
      expect(Array.from(sum([x, x, dy]).dataSync())).toEqual([12, 16, 36, 32]);
      expect(grad((t) => sum([t, relu(t), t]))).toEqual([30, 40, 90, 80]);
      const steps = x.as3D(1, 2, 2);
      expect(Array.from(reverseSteps(steps).dataSync())).toEqual([3, -4, 1, -2]);
      const [reversed] = tf.grads((t) => reverseSteps(t as tf.Tensor3D))([steps], dy.reshape([1, 2, 2]));
      expect(Array.from(reversed!.dataSync())).toEqual([30, 40, 10, 20]);
      expect(Array.from(lastStep(x.reshape([1, 2, 2])).dataSync())).toEqual([3, -4]);
      const [dx, db] = tf.grads((t, b) => addVector(t, b as tf.Tensor1D))([x, tf.tensor1d([0, 0])], dy);
      expect(Array.from(dx!.dataSync())).toEqual([10, 20, 30, 40]);
      expect(Array.from(db!.dataSync())).toEqual([40, 60]);
    });
  });
});
