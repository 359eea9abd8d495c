// The reader: what is written comes back equal, and damaged bytes are refused by name.
import { describe, expect, it } from "vitest";
import { buildGraph } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { printGraph } from "../../src/ir/print.ts";
import type { QuantizationParams } from "../../src/ir/tensor.ts";
import { conv2d, depthwiseConv2d, OPERATORS } from "../../src/ops/index.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { decodeWristReference, encodeWristReference } from "../../src/signal/wrist-reference.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { MODEL, QUANTIZATION, SUBGRAPH, TENSOR } from "../../src/tflite/schema.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { UserError } from "../../src/util/errors.ts";
import { PREPROCESSING, smallGraph } from "../codegen/small-project.ts";
import { randomNet, randomOperatorGraph } from "../support/random-graph.ts";

function withQuant(graph: Graph, name: string, quant: QuantizationParams): Graph {
  return { ...graph, tensors: new Map(graph.tensors).set(name, { ...tensorOf(graph, name), quant }) };
}

function withAttrs(graph: Graph, attrs: object): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, attrs: { ...node.attrs, ...attrs } })) };
}

/** Empties the zero points of the first tensor, following the flatbuffer by its slots. */
function withoutZeroPoints(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const field = (table: number, slot: number): number => {
    const vtable = table - view.getInt32(table, true);
    const at = table + view.getUint16(vtable + 4 + 2 * slot, true);
    return at + view.getUint32(at, true);
  };
  const first = (vector: number): number => vector + 4 + view.getUint32(vector + 4, true);
  const subgraph = first(field(view.getUint32(0, true), MODEL.subgraphs));
  const tensor = first(field(subgraph, SUBGRAPH.tensors));
  view.setUint32(field(field(tensor, TENSOR.quantization), QUANTIZATION.zeroPoint), 0, true);
  return copy;
}

describe("a .tflite file", () => {
  it.each(OPERATORS.map((op) => op.name))("%s comes back as it was written", (name) => {
    for (let i = 0; i < 10; i++) {
      const graph = randomOperatorGraph(name, `roundtrip/${name}/${i}`);
      const bytes = writeTflite(graph);
      const again = readTflite(bytes, "x.tflite");
      expect(printGraph(again)).toBe(printGraph(graph));
      // What nothing uses is not read.
      const used = new Set([
        graph.input,
        ...graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs]),
      ]);
      expect([...again.tensors.values()]).toEqual(
        [...graph.tensors.values()].filter((tensor) => used.has(tensor.name)),
      );
      expect(again.nodes.map((node) => node.attrs)).toEqual(graph.nodes.map((node) => node.attrs));
      expect(writeTflite(readTflite(writeTflite(again), "x.tflite"))).toEqual(writeTflite(again));
    }
  });

  it("carries its pre-processing, whether or not training could say where gravity is", () => {
    const gravity = [
      [62, -19, -1, 59, -13],
      [-3, -34, 53, 0, -21],
      [-127, 127, 0, 0, 0],
    ] as const;
    const wristReference = encodeWristReference(gravity);
    expect(decodeWristReference(wristReference, 3)).toEqual(gravity);
    for (const preprocessing of [PREPROCESSING, { ...PREPROCESSING, wristReference }]) {
      const { metadata } = smallGraph(preprocessing);
      expect(metadata?.preprocessing).toEqual(preprocessing);
      expect(readTflite(writeTflite(smallGraph(preprocessing)), "x.tflite").metadata).toEqual(metadata);
    }
    const twoClasses = encodeWristReference(gravity.slice(1));
    const outOfRange = encodeWristReference([[-128, 0, 0, 0, 0], ...gravity.slice(1)]);
    for (const text of [twoClasses, outOfRange, "", wristReference.replace(/.$/, "!"), `=${twoClasses}`]) {
      expect(decodeWristReference(text, 3)).toBeNull();
      const wild = smallGraph({ ...PREPROCESSING, wristReference: text });
      expect(() => readTflite(writeTflite(wild), "x.tflite")).toThrow(UserError);
    }
  });

  it("has one buffer for the zero biases of depthwise convolutions of one width", () => {
    const step = { strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 };
    const attrs = { ...step, padding: "SAME", depthMultiplier: 1, activation: "NONE" } as const;
    const two = (bias: number): Graph => {
      const builder = buildGraph("depthwise", "in", [1, 1, 8, 3]);
      const out = ["a", "b"].reduce((from, name) => {
        const weights = builder.constant(`${name}/weights`, [1, 1, 5, 3], new Float32Array(15).fill(0.5));
        const own = builder.constant(`${name}/bias`, [3], new Float32Array(3).fill(bias));
        return builder.node(depthwiseConv2d, attrs, [from, weights, own], name);
      }, "in");
      return builder.build(out, null);
    };
    const [zeros, ones] = [0, 1].map(two);
    expect(writeTflite(zeros!).length).toBeLessThan(writeTflite(ones!).length);
    for (const graph of [zeros!, ones!])
      expect(readTflite(writeTflite(graph), "x.tflite").tensors).toEqual(graph.tensors);
  });

  it("carries both operator-code fields, the identifier and the schema version", () => {
    const bytes = writeTflite(randomNet("fields"));
    expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe("TFL3");
    expect(writeTflite(randomNet("fields"))).toEqual(bytes);
  });

  it.each([
    ["no bytes", () => new Uint8Array(0)],
    ["text", () => new TextEncoder().encode("this is not a model, it is a sentence")],
    ["another identifier", (bytes: Uint8Array) => Uint8Array.from(bytes, (b, i) => (i === 7 ? 0x34 : b))],
    ["half of a file", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ["a root outside the file", (bytes: Uint8Array) => Uint8Array.from(bytes, (b, i) => (i < 4 ? 0xff : b))],
  ])("refuses %s, naming the file", (_what, damage) => {
    const damaged = damage(writeTflite(randomNet("damage")));
    expect(() => readTflite(damaged, "band.tflite")).toThrow(UserError);
    expect(() => readTflite(damaged, "band.tflite")).toThrow(/band\.tflite is not a TensorFlow Lite model/);
  });

  it.each<[string, (graph: Graph) => Graph, RegExp]>([
    [
      "weights of a convolution with a zero point",
      (g) => withQuant(g, "w", { kind: "perTensor", scale: 0.1, zeroPoint: 3 }),
      /zero point 3, 0 expected/,
    ],
    [
      "channel scales along another axis",
      (g) => withQuant(g, "w", { kind: "perChannel", axis: 3, scales: [0.1, 0.2, 0.3] }),
      /along axis 3, 0 expected/,
    ],
    [
      "an activation per channel",
      (g) => withQuant(g, "out", { kind: "perChannel", axis: 3, scales: [1, 2, 3, 4] }),
      /quantised per channel/,
    ],
    [
      "a dilation that reaches beyond memory",
      (g) => withAttrs(g, { dilationW: 2 ** 30 }),
      /filter extent 2147483649/,
    ],
    ["a stride of zero", (g) => withAttrs(g, { strideW: 0 }), /stride 0/],
    ["a shape that the operator does not give", (g) => withAttrs(g, { strideW: 2 }), /has shape/],
  ])("refuses %s", (_what, change, message) => {
    const b = buildGraph("small", "in", [1, 1, 8, 3]);
    const w = b.constant("w", [4, 1, 3, 3], new Float32Array(36).fill(0.5));
    const attrs = {
      padding: "SAME",
      strideH: 1,
      strideW: 1,
      dilationH: 1,
      dilationW: 1,
      activation: "NONE",
    } as const;
    const out = b.node(conv2d, attrs, ["in", w, b.constant("b", [4], new Float32Array(4))], "out");
    const range = { min: -1, max: 1 };
    const good = quantizeGraph(
      b.build(out, null),
      new Map([
        ["in", range],
        ["out", range],
      ]),
    );
    expect(() => readTflite(writeTflite(good), "x")).not.toThrow();
    expect(() => readTflite(writeTflite(change(good)), "x")).toThrow(message);
  });

  it("refuses a table whose list of fields ends in the middle of one", () => {
    const bytes = writeTflite(randomNet("vtable"));
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const model = view.getUint32(0, true);
    const vtable = model - view.getInt32(model, true);
    view.setUint16(vtable, view.getUint16(vtable, true) - 1, true);
    expect(() => readTflite(bytes, "x")).toThrow(/model has a vtable of 13 bytes/);
  });

  it("refuses a scale without a zero point, which TFLite Micro does not see", () => {
    const bytes = writeTflite(randomOperatorGraph("RELU", "zero point"));
    const again = withoutZeroPoints(bytes);
    expect(() => readTflite(again, "x")).toThrow(/1 scales and 0 zero points/);
  });
});
