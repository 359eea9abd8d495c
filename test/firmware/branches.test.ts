// Networks with branches, all the way: folded, quantised, written, and in C++ for both targets.
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../src/ir/graph.ts";
import { MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { parseModel, resolveModel } from "../../src/spec/model.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { PREPROCESSING } from "../codegen/small-project.ts";
import { quantizedModel } from "../support/bandx.ts";
import { randomFrames } from "../support/random-graph.ts";
import { compileNetworks, interpreted } from "./support/networks.ts";

const NORM = { batchNorm: {} };
const separable = (filters: number): unknown => ({ separableConv1d: { filters, bias: false } });

const NETWORKS: Readonly<
  Record<string, { readonly layers: readonly unknown[]; readonly operators: readonly string[] }>
> = {
  "a residual network": {
    layers: [
      { conv1d: { filters: 8, bias: false } },
      { batchNorm: { activation: "relu" } },
      { branches: { merge: "add", activation: "relu", paths: [[], [separable(8), NORM]] } },
      {
        branches: {
          merge: "add",
          paths: [
            [{ conv1d: { filters: 12, kernel: 1, bias: false } }, NORM],
            [separable(12), { batchNorm: { activation: "relu" } }, { dropout: { rate: 0.1 } }],
          ],
        },
      },
      { branches: { merge: "concat", paths: [["globalAveragePool1d"], ["globalMaxPool1d"]] } },
    ],
    // No MUL is left of the norms, and each ADD is a shortcut.
    operators: [
      "CONV_2D",
      ...["DEPTHWISE_CONV_2D", "CONV_2D", "ADD"],
      ...["CONV_2D", "DEPTHWISE_CONV_2D", "CONV_2D", "ADD"],
      ...["AVERAGE_POOL_2D", "MAX_POOL_2D", "CONCATENATION", "FULLY_CONNECTED", "SOFTMAX"],
    ],
  },
  "paths of every kind": {
    layers: [
      {
        branches: {
          merge: "concat",
          activation: "relu",
          paths: [
            [],
            [{ maxPool1d: { size: 3, stride: 1, padding: "same" } }],
            [
              { conv1d: { filters: 5, kernel: 1 } },
              { branches: { merge: "add", paths: [[], ["relu"], []] } },
            ],
          ],
        },
      },
      { branches: { merge: "concat", paths: [["globalAveragePool1d"], [{ lstm: { units: 4 } }]] } },
      { branches: { merge: "add", paths: [[], []] } },
    ],
    operators: [
      // The first ReLU stays, since the path beside it wants what is before it.
      ...["MAX_POOL_2D", "CONV_2D", "RELU", "ADD", "ADD", "CONCATENATION", "RELU"],
      // The state of an LSTM has a scale of its own; a global pool and a last state become of one rank.
      ...[
        "AVERAGE_POOL_2D",
        "RESHAPE",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "STRIDED_SLICE",
        "RESHAPE",
        "QUANTIZE",
      ],
      ...["CONCATENATION", "ADD", "FULLY_CONNECTED", "SOFTMAX"],
    ],
  },
};

describe.each(Object.entries(NETWORKS))("%s", (name, { layers, operators }) => {
  let graph: Graph;

  beforeAll(async () => {
    const end = [{ dense: { units: "$classes" } }, "softmax"];
    const spec = parseModel({ id: "m", title: name, source: "here", layers: [...layers, ...end] }, "m.yaml");
    const { windowSamples, labels } = PREPROCESSING;
    const dimensions = { timeSteps: windowSamples, channels: 6, classes: labels.length };
    graph = await quantizedModel(resolveModel(spec, {}, dimensions), PREPROCESSING);
  });

  it("has one operator for each layer and each merge", () => {
    expect(graph.nodes.map(({ op }) => op.name)).toEqual(operators);
  });

  it("comes back from its .tflite file to the bit", () => {
    const bytes = writeTflite(graph);
    expect(Buffer.from(writeTflite(readTflite(bytes, name))).equals(Buffer.from(bytes))).toBe(true);
  });

  it.each([
    ["portable", PORTABLE],
    ["MAC16", MAC16],
  ] as const)("in C++, %s, gives the interpreter's bytes", async (_, target) => {
    const { run } = await compileNetworks([graph], target);
    const frames = randomFrames(graph, 8, name) as Int8Array[];
    const expected = interpreted(graph, frames);
    expect(new Set(expected.map(String)).size).toBeGreaterThan(1);
    frames.forEach((frame, i) => {
      expect(run(0, frame)).toEqual(expected[i]);
    });
  });
});
