// The head's solver, quantiser and view in C++ against src/personalize: every weight, scale and probability.
import { beforeAll, describe, expect, it } from "vitest";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { fitHead, MOST_WINDOWS } from "../../src/personalize/fit-head.ts";
import { HEAD_LIMITS, type Head, headGraph } from "../../src/personalize/head.ts";
import { type Examples, solve } from "../../src/personalize/solve.ts";
import { quantizeMultiplier } from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";
import { randomHead, randomMetric, randomWearer, type Wearer } from "../personalize/examples.ts";
import { linkFirmware } from "./support/wasm.ts";

interface HeadExports {
  readonly memory: WebAssembly.Memory;
  general_weights_at(): number;
  general_biases_at(): number;
  general_class_at(): number;
  factor_at(): number;
  features_at(): number;
  class_of_at(): number;
  weights_at(): number;
  biases_at(): number;
  outputs_at(): number;
  solution_at(): number;
  memory_for(width: number, classes: number): number;
  fit(
    width: number,
    generalClasses: number,
    classes: number,
    windows: number,
    inputScale: number,
    inputZeroPoint: number,
    weightScale: number,
    bytes: number,
    filling: number,
    metricFeatures: number,
  ): number;
  weight_scale(): number;
  output_scale(): number;
  output_zero_point(): number;
  run_fitted(window: number): void;
  mantissa_of(real: number): number;
  shift_of(real: number): number;
}

let cpp: HeadExports;

beforeAll(async () => {
  const instance = new WebAssembly.Instance(await linkFirmware("head.cpp", []));
  cpp = instance.exports as unknown as HeadExports;
  (instance.exports["__wasm_call_ctors"] as () => void)();
});

interface Changes {
  readonly classes?: number;
  readonly windows?: number;
  readonly bytes?: number;
  readonly filling?: number;
}

/** Hands a wearer to C++ and fits there; the answer is a FitProblem. */
function fitThere({ general, metric, examples }: Wearer, changes: Changes = {}): number {
  const { features, classOf, generalClass } = examples;
  const bytes = new Uint8Array(cpp.memory.buffer);
  const put = (at: number, data: Int8Array | Int16Array | Int32Array | Uint8Array): void => {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
  };
  put(cpp.general_weights_at(), general.weights);
  put(cpp.general_biases_at(), general.biases);
  put(cpp.general_class_at(), generalClass);
  put(cpp.factor_at(), metric.factor);
  put(cpp.features_at(), features.subarray(0, MOST_WINDOWS * HEAD_LIMITS.features));
  put(cpp.class_of_at(), classOf);
  const { classes = generalClass.length, windows = classOf.length, filling = 0x5a } = changes;
  return cpp.fit(
    general.features,
    general.labels.length,
    classes,
    windows,
    general.inputScale,
    general.inputZeroPoint,
    general.weightScale,
    changes.bytes ?? cpp.memory_for(general.features, classes),
    filling,
    metric.features,
  );
}

function expectEqual(wearer: Wearer): void {
  const { general, metric, examples } = wearer;
  const { features, classOf, generalClass } = examples;
  const width = general.features;
  const classes = generalClass.length;
  const labels = Array.from(generalClass, (from, k) => (from < 0 ? `new ${k}` : general.labels[from]!));
  const { weights } = solve(general, metric, examples);
  const own = fitHead(general, metric, { labels, features, classOf });
  expect(fitThere(wearer)).toBe(0);
  const solution = new Int32Array(cpp.memory.buffer, cpp.solution_at(), weights.length);
  expect(Buffer.from(solution.slice().buffer).equals(Buffer.from(weights.buffer))).toBe(true);
  expect(new Int8Array(cpp.memory.buffer, cpp.weights_at(), classes * width)).toEqual(own.weights);
  expect(new Int32Array(cpp.memory.buffer, cpp.biases_at(), classes)).toEqual(own.biases);
  expect([cpp.weight_scale(), cpp.output_scale(), cpp.output_zero_point()]).toEqual([
    own.weightScale,
    own.outputScale,
    own.outputZeroPoint,
  ]);
  const interpreter = int8Interpreter(headGraph(own));
  for (let w = 0; w < classOf.length; w++) {
    interpreter.input.set(features.subarray(w * width, (w + 1) * width));
    interpreter.run();
    cpp.run_fitted(w);
    expect(new Int8Array(cpp.memory.buffer, cpp.outputs_at(), classes)).toEqual(interpreter.output);
  }
}

const SHAPES: Readonly<Record<string, Parameters<typeof randomWearer>[1]>> = {
  "two classes, one feature": { features: 1, classes: 2, windowsPerClass: 4 },
  "one window a class": { features: 17, classes: 5, windowsPerClass: 1 },
  "more features than windows": { features: 70, classes: 3, windowsPerClass: 3 },
  "32 classes": { features: 10, classes: 32, windowsPerClass: 5 },
  "as wristnet on 18 activities": { features: 144, classes: 18, windowsPerClass: 15 },
  "256 features": { features: 256, classes: 2, windowsPerClass: 7 },
};

describe("head_solver.h, head_quantize.h and head.h", () => {
  it.each(Object.entries(SHAPES))(
    "give what src/personalize gives: %s",
    (name, shape) => {
      expectEqual(randomWearer(seededRandom(name), shape));
    },
    60_000,
  );

  it("give it with new classes, with fewer, and in another order", () => {
    const wearer = randomWearer(seededRandom("classes"), { features: 30, classes: 6, windowsPerClass: 9 });
    const { examples } = wearer;
    for (const generalClass of [
      [0, -1, 2, 3, -1, 5],
      [5, 4, 3, 2, 1, 0],
      [-1, -1, -1, -1, -1, -1],
    ]) {
      expectEqual({ ...wearer, examples: { ...examples, generalClass: Int8Array.from(generalClass) } });
    }
    const kept = [...examples.classOf.keys()].filter((w) => examples.classOf[w]! < 3);
    const fewer: Examples = {
      features: examples.features.slice(0, kept.length * 30),
      classOf: examples.classOf.slice(0, kept.length),
      generalClass: Int8Array.of(0, 1, 2),
    };
    expectEqual({ ...wearer, examples: fewer });
  });

  it("give it at the ends: rails, the most windows, the finest and coarsest scales, nothing to learn from", () => {
    const random = seededRandom("ends");
    const classOf = Uint8Array.from({ length: MOST_WINDOWS }, (_, w) => w % 3);
    const features = Int8Array.from({ length: MOST_WINDOWS * 40 }, (_, i) =>
      (Math.floor(i / 40) % 3 === 0) === random.uniform() < 0.95 ? 127 : -128,
    );
    const generalClass = Int8Array.of(0, 1, 2);
    const steep = {
      ...randomHead(random, 40, 3),
      weights: Int8Array.from({ length: 120 }, (_, i) => (i % 3 === 0 ? -127 : 127)),
      biases: Int32Array.of(2147483647, -2147483648, 0),
    };
    const metric = randomMetric(random, 40);
    expectEqual({ general: steep, metric, examples: { features, classOf, generalClass } });
    // The largest sums that a metric may have.
    const largest = {
      ...metric,
      factor: metric.factor.map((_, i) => (i % 5 === 0 ? -5000 : 5000)),
    };
    expectEqual({ general: steep, metric: largest, examples: { features, classOf, generalClass } });
    const usual = randomWearer(random, { features: 9, classes: 3, windowsPerClass: 6 });
    for (const [inputScale, weightScale] of [
      [0.5, 2 ** -23],
      [2 ** -12, 2 ** -12],
      [1, 1],
    ] as const) {
      expectEqual({ ...usual, general: { ...usual.general, inputScale, weightScale } });
    }
    const silent = { ...usual.examples, features: new Int8Array(usual.examples.features.length).fill(-128) };
    expectEqual({ ...usual, examples: silent });
    // A step of nearly a power of two, whose mantissa is rounded up to 2^16.
    const round = randomWearer(seededRandom("x"), { features: 4, classes: 3, windowsPerClass: 4 });
    expectEqual({ ...round, general: { ...round.general, weightScale: Math.fround(0.0081858) } });
  });

  it("depends on nothing that the memory held before", () => {
    const wearer = randomWearer(seededRandom("filling"), { features: 12, classes: 3, windowsPerClass: 5 });
    const solutions = [0, 0xff, 0x80].map((filling) => {
      expect(fitThere(wearer, { filling })).toBe(0);
      return [...new Int32Array(cpp.memory.buffer, cpp.solution_at(), 3 * 13)];
    });
    expect(solutions[1]).toEqual(solutions[0]);
    expect(solutions[2]).toEqual(solutions[0]);
  });

  it("refuses what is beyond its limits, and too little memory, before it writes anything", () => {
    const wearer = randomWearer(seededRandom("refused"), { features: 12, classes: 3, windowsPerClass: 5 });
    const { general, examples } = wearer;
    const wide: Head = { ...general, features: 257 };
    const enough = cpp.memory_for(12, 3);
    expect(fitThere({ ...wearer, general: wide })).toBe(1);
    expect(fitThere({ ...wearer, metric: { ...wearer.metric, features: 11 } })).toBe(6);
    expect(fitThere(wearer, { classes: 1 })).toBe(2);
    expect(fitThere(wearer, { classes: 33 })).toBe(2);
    // A window of a class that is not among the first two, and one that the general head does not have.
    expect(fitThere(wearer, { classes: 2 })).toBe(2);
    expect(fitThere({ ...wearer, examples: { ...examples, generalClass: Int8Array.of(0, 1, 3) } })).toBe(2);
    expect(fitThere(wearer, { windows: 0 })).toBe(3);
    expect(fitThere(wearer, { windows: MOST_WINDOWS + 1 })).toBe(3);
    expect(fitThere(wearer, { windows: 6 })).toBe(4);
    expect(fitThere(wearer, { bytes: enough - 1 })).toBe(5);
    expect(fitThere(wearer, { bytes: enough })).toBe(0);
  });

  it("works multipliers out as the host does", () => {
    const random = seededRandom("multipliers");
    const reals = Array.from(
      { length: 20_000 },
      () => (1 + random.uniform()) * 2 ** (random.integer(80) - 45),
    );
    reals.push(0, 2 ** -1074, 1, 2 - 2 ** -52, 2 ** 31 - 1, 2 ** -33, 2 ** -32, (2 ** 32 - 1) / 2 ** 32);
    const different = reals.filter((real) => {
      const { mantissa, shift } = quantizeMultiplier(real);
      return cpp.mantissa_of(real) !== mantissa || cpp.shift_of(real) !== shift;
    });
    expect(different).toEqual([]);
  });
});
