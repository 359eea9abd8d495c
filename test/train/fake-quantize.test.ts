// Rounding to the grid of int8 in training: the quantiser's values, and gradients that pass straight through.
import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Node } from "../../src/ir/graph.ts";
import { activationQuantization } from "../../src/quantize/activations.ts";
import { quantizeWeights } from "../../src/quantize/weights.ts";
import { openBackend } from "../../src/train/backend.ts";
import type { TensorOps } from "../../src/train/ops.ts";
import { plainOps } from "../../src/train/plain-ops.ts";
import { clampInt8, multiplyByQuantizedMultiplier, quantizeMultiplier } from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";

describe.each([
  ["wasm", null],
  ["cpu", null],
  ["cpu", plainOps],
] as const)("fake quantisation on %s (%#)", (backendName, plain) => {
  let ops: TensorOps;
  beforeAll(async () => {
    const opened = await openBackend(backendName);
    ops = plain ?? opened.ops;
  });

  it("gives an activation the values of its int8", () => {
    const random = seededRandom("activations");
    const values = Float32Array.from({ length: 400 }, () => 3 * random.normal());
    const quant = activationQuantization({ min: -2, max: 5 });
    const { scale, zeroPoint } = quant;
    const got = tf.tidy(() => [...ops.fakeQuantize(tf.tensor2d(values, [20, 20]), quant).dataSync()]);
    values.forEach((value, i) => {
      const q = Math.min(127, Math.max(-128, Math.round(value / scale) + zeroPoint));
      expect(got[i]).toBeCloseTo(scale * (q - zeroPoint), 5);
    });
    expect(new Set(got).size).toBeGreaterThan(100);
  });

  it("rounds twice as requantisation does, each channel by its own multiplier", () => {
    // A half and more, a quarter, a 512th, and more than one.
    const multipliers = [0.7312, 0.3346, 0.00173, 1.71373];
    const sums = Array.from({ length: 3001 }, (_, i) => i - 1500);
    const scale = 0.0421;
    const zeroPoint = -17;
    // Each sum as the value that it stands for in the output's steps.
    const exact = sums.flatMap((sum) => multipliers.map((real) => sum * real * scale));
    const shifts = multipliers.map((real) => quantizeMultiplier(real).shift);
    const got = tf.tidy(() =>
      ops
        .fakeQuantize(
          tf.tensor2d(exact, [sums.length, 4]),
          { kind: "perTensor", scale, zeroPoint },
          shifts.map((shift) => Math.max(0, -shift)),
        )
        .dataSync(),
    );
    sums.forEach((sum, n) => {
      multipliers.forEach((real, c) => {
        const { mantissa, shift } = quantizeMultiplier(real);
        const q = clampInt8(multiplyByQuantizedMultiplier(sum, mantissa, shift) + zeroPoint);
        expect(Math.round(got[4 * n + c]! / scale) + zeroPoint, `${sum} times ${real}`).toBe(q);
      });
    });
  });

  it("has the slope of its staircase: 1 inside the range, 0 outside", () => {
    const quant = activationQuantization({ min: -2, max: 5 });
    const random = seededRandom("slope");
    const values = Float32Array.from({ length: 300 }, () => 4 * random.normal());
    const weights = Float32Array.from({ length: 300 }, () => random.normal());
    tf.tidy(() => {
      const x = tf.tensor1d(values);
      const gradient = tf
        .grad((t) => ops.fakeQuantize(t, quant))(x, tf.tensor1d(weights))
        .dataSync();
      // Over whole steps a staircase rises as its line does; near the ends of the range it is half a line.
      const reach = 3 * quant.scale;
      const [above, below] = [reach, -reach].map((h) => ops.fakeQuantize(tf.add(x, h), quant).dataSync());
      let outside = 0;
      values.forEach((value, i) => {
        if (Math.min(Math.abs(value + 2), Math.abs(value - 5)) < 2 * reach) return;
        const slope = (above![i]! - below![i]!) / (2 * reach);
        expect(slope * weights[i]!).toBeCloseTo(gradient[i]!, 3);
        if (slope < 0.5) outside++;
      });
      expect(outside).toBeGreaterThan(20);
    });
  });

  it.each([
    ["per channel", { kind: "perChannel", axis: 0 }, 0],
    ["per last channel", { kind: "perChannel", axis: 2 }, 2],
    ["per tensor", { kind: "perTensor" }, null],
  ] as const)("gives weights the values of their int8 %s", (_, rule, axis) => {
    const random = seededRandom("weights");
    const shape = [6, 5, 4];
    const constant = Float32Array.from({ length: 120 }, (__, i) => (1 + (i % 4)) * random.normal());
    const tensor = { name: "w", dtype: "float32", shape, quant: null, constant } as const;
    const op = { roles: ["weight"], weightQuantization: () => rule } as unknown as Node["op"];
    const [int8] = quantizeWeights({ op, attrs: {}, inputs: ["w"], outputs: ["y"] }, [tensor], 1);
    const { quant } = int8!;
    tf.tidy(() => {
      const w = tf.tensor(constant, [...shape]);
      const got = ops.fakeQuantizeWeights(w, axis).dataSync();
      int8!.constant!.forEach((q, i) => {
        const channel = axis === 0 ? Math.floor(i / 20) : i % 4;
        const scale = quant!.kind === "perChannel" ? quant!.scales[channel]! : quant!.scale;
        expect(got[i]).toBeCloseTo(scale * q, 5);
      });
      const dy = tf.tensor(
        Float32Array.from({ length: 120 }, (__, i) => i),
        [...shape],
      );
      expect(
        tf
          .grad((t) => ops.fakeQuantizeWeights(t, axis))(w, dy)
          .dataSync(),
      ).toEqual(dy.dataSync());
    });
  });

  it("an LSTM's next step reads the rounded state", () => {
    const quant = { kind: "perTensor", scale: 1 / 16, zeroPoint: 0 } as const;
    const random = seededRandom("lstm");
    const normals = (...shape: number[]): tf.Tensor =>
      tf.tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
        shape,
      );
    tf.tidy(() => {
      const [w, r, bias] = [normals(3, 8), normals(2, 8), normals(8)] as [
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor1D,
      ];
      const x = normals(2, 2, 3) as tf.Tensor3D;
      const got = ops.lstm(x, w, r, bias, quant);
      expect(
        Math.max(...got.dataSync().map((value) => Math.abs(16 * value - Math.round(16 * value)))),
      ).toBeLessThan(1e-5);
      const exact = ops.lstm(x, w, r, bias);
      const first = ops.fakeQuantize(exact, quant).dataSync();
      // The first step of both windows is rounded alone, the second comes of it.
      for (const at of [0, 1, 4, 5]) expect(got.dataSync()[at]).toBeCloseTo(first[at]!, 5);
      const small = { ...quant, scale: 1 / 4096 };
      const gradients = (rounding?: typeof small): Float32Array[] =>
        tf
          .grads((...inputs) =>
            ops.lstm(...(inputs as [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D]), rounding),
          )([x, w, r, bias], tf.onesLike(exact))
          .map((tensor) => tensor.dataSync<"float32">().slice());
      // Fine steps that reach ±1/32 alone: what is beyond has no gradient.
      expect(gradients(small).every((part) => part.every((value) => value === 0))).toBe(
        exact.dataSync().every((value) => Math.abs(value) > 1 / 32),
      );
      const fine = { ...quant, scale: 1 / 127 };
      const [free, rounded] = [gradients(), gradients(fine)];
      free.forEach((part, i) => {
        part.forEach((value, k) => {
          expect(rounded[i]![k]).toBeCloseTo(value, 1);
        });
      });
    });
  });
});
