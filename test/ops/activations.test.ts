// Activation functions: their float values, how far int8 may be from them, and the scales that are refused.
import { describe, expect, it } from "vitest";
import { createInterpreter, floatInterpreter, int8Interpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import type { AnyOp } from "../../src/ir/op.ts";
import { validateGraph } from "../../src/ir/validate.ts";
import { expOnNegativeValues, logisticOf, tanhOf } from "../../src/ops/gemmlowp.ts";
import {
  add,
  averagePool2d,
  hardSwish,
  leakyRelu,
  logistic,
  relu,
  relu6,
  softmax,
  tanh,
} from "../../src/ops/index.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { seededRandom } from "../../src/util/random.ts";
import { unaryGraph } from "../support/cases/raw.ts";

const FUNCTIONS: readonly (readonly [string, AnyOp, object, (x: number) => number])[] = [
  ["RELU", relu, {}, (x) => (x > 0 ? x : 0)],
  ["RELU6", relu6, {}, (x) => (x < 0 ? 0 : x > 6 ? 6 : x)],
  ["LEAKY_RELU of 1/4", leakyRelu, { alpha: 0.25 }, (x) => (x < 0 ? 0.25 * x : x)],
  ["LEAKY_RELU of -1/2", leakyRelu, { alpha: -0.5 }, (x) => (x < 0 ? -0.5 * x : x)],
  ["HARD_SWISH", hardSwish, {}, (x) => (x <= -3 ? 0 : x >= 3 ? x : (x * (x + 3)) / 6)],
  ["LOGISTIC", logistic, {}, (x) => 0.5 + 0.5 * Math.tanh(x / 2)],
  ["TANH", tanh, {}, (x) => (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1)],
];

const scaled = (scale: number, zeroPoint: number) =>
  ({ kind: "perTensor", scale: Math.fround(scale), zeroPoint }) as const;

function floatGraph(op: AnyOp, attrs: object): Graph {
  const b = buildGraph("g", "input", [2, 50]);
  return b.build(b.node(op, attrs, ["input"], "output"), null);
}

describe("activation functions", () => {
  it.each(FUNCTIONS)("%s is its formula", (_name, op, attrs, formula) => {
    const interpreter = floatInterpreter(floatGraph(op, attrs));
    for (let i = 0; i < 100; i++) interpreter.input[i] = (i - 50) / 5;
    interpreter.run();
    interpreter.output.forEach((y, i) => {
      expect(y).toBeCloseTo(formula(interpreter.input[i]!), 5);
    });
  });

  it.each(FUNCTIONS)("%s in int8 is within two steps of it", (_name, op, attrs, formula) => {
    const graph = floatGraph(op, attrs);
    const [low, high] = [-5, 7.5];
    const values = [low, high, 0, 3].map(formula);
    const quantized = quantizeGraph(
      graph,
      new Map([
        ["input", { min: low, max: high }],
        ["output", { min: Math.min(...values, -0.4), max: Math.max(...values) }],
      ]),
    );
    validateGraph(quantized);
    const [qx, qy] = ["input", "output"].map((name) => tensorOf(quantized, name).quant);
    if (qx?.kind !== "perTensor" || qy?.kind !== "perTensor") throw new Error("no scale");
    const interpreter = int8Interpreter(quantized);
    for (let value = -128; value <= 127; value++) {
      interpreter.input.fill(value);
      interpreter.run();
      const expected = formula((value - qx.zeroPoint) * qx.scale);
      const found = (interpreter.output[0]! - qy.zeroPoint) * qy.scale;
      expect(Math.abs(found - expected)).toBeLessThan(2 * qy.scale);
    }
  });

  it("gives LOGISTIC and TANH the scales that their kernels assume, and RELU6 its input's", () => {
    const ranges = new Map([
      ["input", { min: -1, max: 3 }],
      ["output", { min: -7, max: 9 }],
    ]);
    const quantOf = (op: AnyOp, name: string) =>
      tensorOf(quantizeGraph(floatGraph(op, {}), ranges), name).quant;
    expect(quantOf(logistic, "output")).toEqual(scaled(1 / 256, -128));
    expect(quantOf(tanh, "output")).toEqual(scaled(1 / 128, 0));
    expect(quantOf(relu6, "output")).toEqual(quantOf(relu6, "input"));
  });

  it("gives HARD_SWISH of values that are all but dead a scale that its kernel takes, and what follows it too", () => {
    const b = buildGraph("g", "input", [1, 1, 4, 3]);
    const swished = b.node(hardSwish, {}, ["input"], "swished");
    const pool = {
      filterH: 1,
      filterW: 2,
      strideH: 1,
      strideW: 1,
      padding: "VALID",
      activation: "NONE",
    } as const;
    const graph = b.build(b.node(averagePool2d, pool, [swished], "output"), null);
    const small = { min: -0.375, max: 0 };
    const quantized = quantizeGraph(
      graph,
      new Map([
        ["input", { min: -200, max: 0 }],
        ["swished", small],
        ["output", small],
      ]),
    );
    expect(() => readTflite(writeTflite(quantized), "g.tflite")).not.toThrow();
    expect(tensorOf(quantized, "output").quant).toEqual(tensorOf(quantized, "swished").quant);
  });

  it("are fused where a kernel has them", () => {
    const b = buildGraph("g", "input", [1, 8]);
    const c = b.constant("c", [8], new Float32Array(8).fill(1));
    const sum = b.node(add, { activation: "NONE" }, ["input", c], "sum");
    const folded = foldGraph(b.build(b.node(relu6, {}, [sum], "output"), null));
    expect(folded.nodes.map((node) => [node.op.name, node.attrs])).toEqual([
      ["ADD", { activation: "RELU6" }],
    ]);
  });
});

describe("fixed-point exponentials", () => {
  it("are the functions to six digits, with 4 integer bits and with 5", () => {
    const random = seededRandom("exponentials");
    for (let i = 0; i < 2000; i++) {
      for (const bits of [4, 5]) {
        const raw = Math.round((random.uniform() - 0.5) * 2 ** 32 * (i % 2 === 0 ? 1 : 0.01)) | 0;
        const x = raw / 2 ** (31 - bits);
        expect(expOnNegativeValues(-Math.abs(raw), bits) / 2 ** 31).toBeCloseTo(Math.exp(-Math.abs(x)), 6);
        expect(logisticOf(raw, bits) / 2 ** 31).toBeCloseTo(1 / (1 + Math.exp(-x)), 6);
        if (bits === 4) expect(tanhOf(raw, bits) / 2 ** 31).toBeCloseTo(Math.tanh(x), 6);
      }
    }
    expect([logisticOf(0, 4), tanhOf(0, 4)]).toEqual([2 ** 30, 0]);
  });
});

describe("a file", () => {
  const probability = scaled(1 / 256, -128);
  it.each<[string, AnyOp, object, number, ReturnType<typeof scaled>, RegExp]>([
    ["SOFTMAX with beta 0", softmax, { beta: 0 }, 0.1, probability, /beta 0 .* not above 2\^-26/],
    ["SOFTMAX with beta below 0", softmax, { beta: -1 }, 0.1, probability, /not above/],
    ["SOFTMAX with beta NaN", softmax, { beta: NaN }, 0.1, probability, /not above/],
    ["RELU6 too fine to count six", relu6, {}, 1e-9, scaled(1e-9, 3), /too fine for a clamp at 6/],
    ["HARD_SWISH with an output too fine", hardSwish, {}, 1, scaled(1 / 128, 3), /finer than 1\/128/],
    ["HARD_SWISH too coarse", hardSwish, {}, 2 ** 25, scaled(2 ** 25, 3), /below 2\^24 expected/],
    ["LOGISTIC to another scale", logistic, {}, 0.1, scaled(1 / 128, -128), /0\.00390625 and -128 expected/],
    ["LOGISTIC of too fine a scale", logistic, {}, 2 ** -31, probability, /2\^-28 to 2\^35 expected/],
    ["LOGISTIC of too coarse a scale", logistic, {}, 2 ** 37, probability, /2\^-28 to 2\^35 expected/],
    ["TANH to another zero point", tanh, {}, 0.1, scaled(1 / 128, 1), /0\.0078125 and 0 expected/],
    ["LEAKY_RELU with alpha NaN", leakyRelu, { alpha: NaN }, 0.1, scaled(0.1, 3), /alpha is NaN/],
  ])("is refused with %s", (_what, op, attrs, scale, output, message) => {
    const bytes = writeTflite(unaryGraph(op, attrs, [4], scaled(scale, 3), output));
    expect(() => readTflite(bytes, "g.tflite")).toThrow(message);
  });

  it("of TensorFlow's converter may have RELU6 at another scale: the bytes are clamped by the input's", () => {
    const bytes = writeTflite(unaryGraph(relu6, {}, [4], scaled(0.1, 3), scaled(0.2, 5)));
    const interpreter = createInterpreter(readTflite(bytes, "g.tflite"));
    interpreter.input.set([-128, 2, 50, 127]);
    interpreter.run();
    expect([...interpreter.output]).toEqual([3, 3, 50, 63]);
  });
});
