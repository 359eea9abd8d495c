// Quantisation: ranges, zero points, weights at their limits, and closeness to the float network.
import { describe, expect, it } from "vitest";
import { floatInterpreter, int8Interpreter } from "../../src/interpret/interpreter.ts";
import { observe } from "../../src/interpret/observe.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { tensorOf } from "../../src/ir/graph.ts";
import { concatenation, conv2d, slice, softmax, unidirectionalSequenceLstm } from "../../src/ops/index.ts";
import { activationQuantization } from "../../src/quantize/activations.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { chooseRange, chooseRanges, type ObservedValues } from "../../src/quantize/range.ts";
import { seededRandom } from "../../src/util/random.ts";

const CONV = {
  padding: "SAME",
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  activation: "NONE",
} as const;

describe("activationQuantization", () => {
  it("represents zero exactly and covers the range", () => {
    const random = seededRandom(1);
    for (let i = 0; i < 500; i++) {
      const range = { min: -random.uniform() * 10, max: random.uniform() * 10 };
      const { scale, zeroPoint } = activationQuantization(range);
      expect(Number.isInteger(zeroPoint)).toBe(true);
      expect((-128 - zeroPoint) * scale).toBeLessThanOrEqual(range.min + scale);
      expect((127 - zeroPoint) * scale).toBeGreaterThanOrEqual(range.max - scale);
      expect(Math.fround(scale)).toBe(scale);
    }
  });
  it("gives a tensor that never moves a usable scale", () => {
    expect(activationQuantization({ min: 0, max: 0 })).toEqual({
      kind: "perTensor",
      scale: 1,
      zeroPoint: -128,
    });
  });
});

describe("chooseRange", () => {
  const histogram = new Float64Array(100).fill(0);
  histogram.fill(1000, 45, 55);
  histogram[99] = 1;
  const values: ObservedValues = { min: -50, max: 50, histogram };
  it("takes everything, a percentile, or the least squared error", () => {
    const range = (calibration: "minmax" | "percentile" | "mse") =>
      chooseRange(values, { calibration, percentile: 99.9 });
    expect(range("minmax")).toEqual({ min: -50, max: 50 });
    expect(range("percentile").min).toBeCloseTo(-5, 9);
    expect(range("percentile").max).toBeCloseTo(5, 9);
    expect(range("mse").max).toBeLessThan(50);
  });
  it("always contains zero", () => {
    const positive = { min: 2, max: 3, histogram: new Float64Array([5, 5]) };
    expect(chooseRange(positive, { calibration: "minmax", percentile: 100 })).toEqual({ min: 0, max: 3 });
  });
});

describe("quantizeGraph", () => {
  it("stays close to the float network and keeps to TFLite's rules", () => {
    const random = seededRandom(5);
    const b = buildGraph("g", "input", [1, 1, 12, 3]);
    const weights = Float32Array.from({ length: 4 * 3 * 3 }, () => random.normal() * 0.3);
    weights.fill(0, 0, 9); // a channel that training has switched off but for its bias
    const w = b.constant("w", [4, 1, 3, 3], weights);
    const conv = b.node(
      conv2d,
      CONV,
      ["input", w, b.constant("b", [4], Float32Array.of(3, -0.5, 0.1, 0))],
      "conv",
    );
    const graph = b.build(b.node(softmax, { beta: 1 }, [conv], "out"), null);
    const draw = (_i: number, input: Float32Array): void => {
      for (let i = 0; i < input.length; i++) input[i] = random.normal();
    };
    const settings = { calibration: "minmax", percentile: 100 } as const;
    const observed = observe(graph, 50, draw);
    const int8 = quantizeGraph(graph, chooseRanges(observed, settings));

    expect(tensorOf(int8, "w").quant).toMatchObject({ kind: "perChannel", axis: 0 });
    expect(tensorOf(int8, "b").quant).toMatchObject({ kind: "perChannel", axis: 0 });
    expect(tensorOf(int8, "out").quant).toEqual({ kind: "perTensor", scale: 1 / 256, zeroPoint: -128 });
    expect(Math.min(...tensorOf(int8, "w").constant!)).toBeGreaterThanOrEqual(-127);

    const [float, exact] = [floatInterpreter(graph), int8Interpreter(int8)];
    const quant = tensorOf(int8, "input").quant;
    if (quant?.kind !== "perTensor") throw new Error("input is not per-tensor");
    for (let run = 0; run < 20; run++) {
      draw(run, float.input);
      for (let i = 0; i < float.input.length; i++) {
        exact.input[i] = Math.max(
          -128,
          Math.min(127, Math.round(float.input[i]! / quant.scale) + quant.zeroPoint),
        );
      }
      float.run();
      exact.run();
      float.output.forEach((p, i) => {
        expect(Math.abs(p - (exact.output[i]! + 128) / 256)).toBeLessThan(0.05);
      });
    }
  });

  it("rescales what has a scale of its own where it meets others, not before it is sliced", () => {
    const b = buildGraph("g", "input", [1, 8, 3]);
    const last = (name: string, seed: number): string => {
      const attrs = { timeMajor: false, cellClip: 0, cellExponent: null };
      const random = seededRandom(seed);
      const constant = (part: string, shape: readonly number[]): string => {
        const length = shape.reduce((product, n) => product * n, 1);
        return b.constant(
          `${name}/${part}`,
          shape,
          Float32Array.from({ length }, () => seed * random.normal()),
        );
      };
      const gates = ["i", "f", "c", "o"];
      const inputs = [
        "input",
        ...gates.map((gate) => constant(`w${gate}`, [4, 3])),
        ...gates.map((gate) => constant(`r${gate}`, [4, 4])),
        ...gates.map((gate) => constant(`b${gate}`, [4])),
      ];
      const hidden = b.node(unidirectionalSequenceLstm, attrs, inputs as never, name);
      return b.node(slice, { begin: [0, 7, 0], size: [1, 1, 4] }, [hidden], `${name}/last`);
    };
    const graph = b.build(b.node(concatenation, { axis: 2 }, [last("a", 0.2), last("b", 2)], "both"), null);
    const random = seededRandom("lstm");
    const observed = observe(graph, 20, (_i, input) => {
      for (let i = 0; i < input.length; i++) input[i] = random.normal();
    });
    const int8 = quantizeGraph(graph, chooseRanges(observed, { calibration: "minmax", percentile: 100 }));
    for (const name of ["a", "b"]) {
      expect(tensorOf(int8, `${name}/last`).quant).toEqual(tensorOf(int8, name).quant);
    }
    const rescaled = int8.nodes.filter(({ op }) => op.name === "QUANTIZE");
    expect(rescaled.length).toBeGreaterThan(0);
    for (const { outputs } of rescaled) expect(tensorOf(int8, outputs[0]).shape).toEqual([1, 1, 4]);
  });
});
