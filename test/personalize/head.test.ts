// Heads are taken off, fitted, and put back; what comes of it is an ordinary .tflite file.
import { describe, expect, it } from "vitest";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { featuresOf } from "../../src/personalize/features.ts";
import { fitHead, type HeadExamples, MOST_WINDOWS } from "../../src/personalize/fit-head.ts";
import { type Head, headGraph, splitHead, withHead } from "../../src/personalize/head.ts";
import type { HeadMetric } from "../../src/personalize/metric.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { UserError } from "../../src/util/errors.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { headNet as net } from "../support/head-net.ts";
import { randomMetric, randomWearer, type WearerShape } from "./examples.ts";

const COUNT = 60;

/** [COUNT, 120] */
function windowsOf(random: Random): Int8Array {
  return Int8Array.from({ length: COUNT * 120 }, () => random.integer(256) - 128);
}

function outputsOf(graph: Graph, rows: Int8Array): number[] {
  const interpreter = int8Interpreter(graph);
  const { input, output } = interpreter;
  return Array.from({ length: rows.length / input.length }, (_, w) => {
    input.set(rows.subarray(w * input.length, (w + 1) * input.length));
    interpreter.run();
    return [...output];
  }).flat();
}

function featuresOfWindows(body: Graph, windows: Int8Array): Int8Array {
  return featuresOf(body, COUNT, (w, input) => {
    input.set(windows.subarray(w * 120, (w + 1) * 120));
  });
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
  return "none";
}

describe("splitHead and withHead", () => {
  it("part a graph, whose halves compute what it did, and put it together as it was", () => {
    const random = seededRandom("split");
    const graph = net(random);
    const windows = windowsOf(random);
    const { body, head } = splitHead(graph);
    expect(body.nodes.length).toBe(graph.nodes.length - 2);
    expect([...body.tensors.keys()]).not.toContain("weights");
    expect(outputsOf(headGraph(head), featuresOfWindows(body, windows))).toEqual(outputsOf(graph, windows));
    expect(writeTflite(withHead(graph, head))).toEqual(writeTflite(graph));
  });

  it.each([2, 5, 9])("give a file of %i classes that computes what the head does on features", (classes) => {
    const random = seededRandom(`file ${classes}`);
    const graph = net(random);
    const windows = windowsOf(random);
    const { body, head } = splitHead(graph);
    const features = featuresOfWindows(body, windows);
    const labels = Array.from({ length: classes }, (_, k) => (k < 5 ? String(k) : `new ${k}`));
    const classOf = Uint8Array.from({ length: COUNT }, (_, w) => w % classes);
    const own = fitHead(head, randomMetric(random, head.features), { labels, features, classOf });
    const file = readTflite(writeTflite(withHead(graph, own)), "a personal model");
    const outputs = outputsOf(file, windows);
    expect(outputs).toEqual(outputsOf(headGraph(own), features));
    expect(outputs.length).toBe(COUNT * classes);
    expect(new Set(outputs).size).toBeGreaterThan(10);
    expect(splitHead(file).head.weights).toEqual(own.weights);
    // The body is as it was, bit for bit.
    const kernel = ({ tensors }: Graph): unknown => tensors.get("kernel")!.constant;
    expect(kernel(file)).toEqual(kernel(graph));
  });

  it("name the classes in the file's metadata", () => {
    const random = seededRandom("labels");
    const graph = net(random);
    const preprocessing = { labels: ["a", "b", "c", "d", "e"] } as unknown;
    const named = { ...graph, metadata: { preprocessing, inputQuantizer: null } } as Graph;
    const { head } = splitHead(named);
    expect(head.labels).toEqual(["a", "b", "c", "d", "e"]);
    const changed = withHead(named, { ...head, labels: ["a", "b", "c", "d", "juggling"] });
    expect(changed.metadata!.preprocessing.labels.at(-1)).toBe("juggling");
  });

  const random = (): Random => seededRandom("refused");
  it.each<[string, string, () => unknown]>([
    ["no softmax", "head/not-there", () => splitHead(net(random(), { end: "logits" }))],
    ["something between", "head/not-there", () => splitHead(net(random(), { end: "relu" }))],
    ["an activation", "head/not-there", () => splitHead(net(random(), { activation: "RELU" }))],
    ["another temperature", "head/not-there", () => splitHead(net(random(), { beta: 2 }))],
    ["too many classes", "head/beyond-limits", () => splitHead(net(random(), { classes: 33 }))],
    ["too many features", "head/beyond-limits", () => splitHead(net(random(), { filters: 257 }))],
    ["no operator", "head/not-there", () => splitHead({ ...net(random()), nodes: [] })],
    ["scales that are too coarse", "head/beyond-limits", () => splitHead(scaled(net(random()), 2 ** 10))],
    ["scales that are too fine", "head/beyond-limits", () => splitHead(scaled(net(random()), 2 ** -40))],
    ["a scale per class", "head/not-there", () => splitHead(perChannel(net(random())))],
    ["a head of other features", "head/of-other-model", () => withHead(net(random()), otherHead())],
  ])("refuse %s", (_what, code, act) => {
    expect(codeOf(act)).toBe(code);
  });

  function scaled(graph: Graph, scale: number): Graph {
    const weights = tensorOf(graph, "weights");
    const quant = { kind: "perTensor", scale, zeroPoint: 0 } as const;
    return { ...graph, tensors: new Map([...graph.tensors, ["weights", { ...weights, quant }]]) };
  }

  function perChannel(graph: Graph): Graph {
    const weights = tensorOf(graph, "weights");
    const quant = { kind: "perChannel", axis: 0, scales: [1, 1, 1, 1, 1] } as const;
    return { ...graph, tensors: new Map([...graph.tensors, ["weights", { ...weights, quant }]]) };
  }

  function otherHead(): Head {
    return splitHead(net(seededRandom("other"), { filters: 11 })).head;
  }
});

describe("fitHead", () => {
  const SHAPE: WearerShape = { features: 24, classes: 6, windowsPerClass: 12 };

  /** Drawn alike for fitting and for testing; the general head is at random, and so no help. */
  function wearer(seed: string): {
    general: Head;
    metric: HeadMetric;
    fit: HeadExamples;
    test: HeadExamples;
  } {
    const { general, metric, examples } = randomWearer(seededRandom(seed), SHAPE);
    const { labels } = general;
    const part = (rest: number): HeadExamples => {
      const chosen = [...examples.classOf.keys()].filter((w) => w % 2 === rest);
      const rows = chosen.map((w) => [...examples.features.subarray(w * 24, (w + 1) * 24)]);
      return {
        labels,
        features: Int8Array.from(rows.flat()),
        classOf: Uint8Array.from(chosen, (w) => examples.classOf[w]!),
      };
    };
    return { general, metric, fit: part(0), test: part(1) };
  }

  /** Share of windows whose most probable class is theirs. */
  function accuracy(head: Head, { labels, features, classOf }: HeadExamples): number {
    const outputs = outputsOf(headGraph(head), features);
    const classes = head.labels.length;
    const right = [...classOf].filter((label, w) => {
      const own = outputs.slice(w * classes, (w + 1) * classes);
      return head.labels[own.indexOf(Math.max(...own))] === labels[label];
    });
    return right.length / classOf.length;
  }

  it("learns a wearer that the general head knows nothing of", () => {
    const { general, metric, fit, test } = wearer("learns");
    expect(accuracy(general, test)).toBeLessThan(0.5);
    expect(accuracy(fitHead(general, metric, fit), test)).toBeGreaterThan(0.9);
  });

  it("takes new classes, and leaves out those that have no windows", () => {
    const { general, metric, fit, test } = wearer("classes");
    const renamed = (examples: HeadExamples): HeadExamples => ({
      ...examples,
      labels: examples.labels.map((label, k) => (k === 2 ? "new" : label)),
    });
    const own = fitHead(general, metric, renamed(fit));
    expect(own.labels[2]).toBe("new");
    expect(accuracy(own, renamed(test))).toBeGreaterThan(0.9);

    const without = (examples: HeadExamples): HeadExamples => {
      const kept = [...examples.classOf.keys()].filter((w) => examples.classOf[w] !== 0);
      return {
        labels: examples.labels.slice(1),
        features: Int8Array.from(kept.flatMap((w) => [...examples.features.subarray(w * 24, (w + 1) * 24)])),
        classOf: Uint8Array.from(kept, (w) => examples.classOf[w]! - 1),
      };
    };
    const fewer = fitHead(general, metric, without(fit));
    expect(fewer.biases.length).toBe(5);
    expect(accuracy(fewer, without(test))).toBeGreaterThan(0.9);
  });

  it("gives a class that is named in another order the same weights", () => {
    const { general, metric, fit } = wearer("order");
    const order = [3, 0, 5, 1, 4, 2];
    const own = fitHead(general, metric, fit);
    const turned = fitHead(general, metric, {
      ...fit,
      labels: order.map((k) => fit.labels[k]!),
      classOf: fit.classOf.map((k) => order.indexOf(k)),
    });
    order.forEach((k, at) => {
      expect(turned.biases[at]).toBe(own.biases[k]);
      expect(turned.weights.subarray(at * 24, at * 24 + 24)).toEqual(
        own.weights.subarray(k * 24, k * 24 + 24),
      );
    });
  });

  it("goes farther from the general head when every window is given twice", () => {
    const { general, metric, fit } = wearer("twice");
    const twice: HeadExamples = {
      ...fit,
      features: Int8Array.from([...fit.features, ...fit.features]),
      classOf: Uint8Array.from([...fit.classOf, ...fit.classOf]),
    };
    // The same loss, against a penalty of half the weight.
    const [once, doubled] = [fitHead(general, metric, fit), fitHead(general, metric, twice)];
    expect(doubled.weightScale).toBeGreaterThan(once.weightScale);
    expect(accuracy(doubled, fit)).toBeGreaterThanOrEqual(accuracy(once, fit));
  });

  it("cannot tell apart what is the same, and says so by equal probabilities", () => {
    const { general, metric, fit } = wearer("ties");
    const row = [...fit.features.subarray(0, 24)];
    const other = [...fit.features.subarray(24 * 30, 24 * 31)];
    const tied = fitHead(general, metric, {
      labels: ["new a", "new b", "new c"],
      features: Int8Array.from([...row, ...row, ...other]),
      classOf: Uint8Array.of(0, 1, 2),
    });
    const [a, b, c] = outputsOf(headGraph(tied), Int8Array.from(row));
    expect(a).toBe(b);
    expect(a!).toBeGreaterThan(c!);
  });

  it("learns from one window a class", () => {
    const { general, metric, fit, test } = wearer("single");
    const first = fit.labels.map((_, k) => fit.classOf.indexOf(k));
    const own = fitHead(general, metric, {
      labels: fit.labels,
      features: Int8Array.from(first.flatMap((w) => [...fit.features.subarray(w * 24, (w + 1) * 24)])),
      classOf: Uint8Array.from(first, (_, k) => k),
    });
    expect(accuracy(own, test)).toBeGreaterThan(accuracy(general, test) + 0.2);
  });

  it("gives a head of nothing but biases where features say nothing", () => {
    const { general, metric } = wearer("silent");
    const own = fitHead(general, metric, {
      labels: ["new a", "new b"],
      features: new Int8Array(24 * 4).fill(-128),
      classOf: Uint8Array.of(0, 0, 0, 1),
    });
    expect([...own.weights].every((weight) => weight === 0)).toBe(true);
    const [a, b] = outputsOf(headGraph(own), new Int8Array(24).fill(-128));
    expect(a!).toBeGreaterThan(b!);
  });

  const { general, metric, fit } = wearer("refused");
  const many = MOST_WINDOWS + 1;
  it.each<[string, string, Partial<HeadExamples>]>([
    ["one class", "head/wrong-classes", { labels: ["one"], classOf: new Uint8Array(fit.classOf.length) }],
    ["33 classes", "head/wrong-classes", { labels: Array.from({ length: 33 }, (_, k) => `class ${k}`) }],
    ["a class twice", "head/class-twice", { labels: ["a", "b", "a", "c", "d", "e"] }],
    ["a class without windows", "head/class-without-windows", { labels: [...fit.labels, "more"] }],
    [
      "too many windows",
      "head/too-many-windows",
      {
        features: new Int8Array(many * 24),
        classOf: Uint8Array.from({ length: many }, (_, w) => w % 6),
      },
    ],
  ])("refuses %s", (_what, code, changes) => {
    expect(codeOf(() => fitHead(general, metric, { ...fit, ...changes }))).toBe(code);
  });
});
