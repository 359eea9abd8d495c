// Seeded random int8 graphs: single operators over their attributes, and small nets like real ones.
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { allocate, type TensorData } from "../../src/ir/tensor.ts";
import type { GatherAttrs } from "../../src/ops/gather.ts";
import { averagePool2d, gather, reshape, slice, softmax } from "../../src/ops/index.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { randomAttentionNet } from "./attention-net.ts";
import { randomBranchNet } from "./branch-net.ts";
import { ACTIVATIONS } from "./cases/activations.ts";
import { ARITHMETIC } from "./cases/arithmetic.ts";
import type { OperatorCases } from "./cases/case.ts";
import { CONTROL } from "./cases/control.ts";
import { CONVERSIONS } from "./cases/conversions.ts";
import { CONVOLUTIONS } from "./cases/convolutions.ts";
import { LAYOUT } from "./cases/layout.ts";
import { POOLS } from "./cases/pools.ts";
import { quantizedStep, quantizeRandomly } from "./cases/quantized.ts";
import { lstmLayer, RECURRENT } from "./cases/recurrent.ts";
import { REDUCTIONS } from "./cases/reductions.ts";
import { randomTiedDense, randomTiedLstm } from "./cases/ties.ts";
import { randomLoopNet } from "./loop-net.ts";

/** Every operator's family of random graphs. */
export const OPERATOR_CASES: OperatorCases = {
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...CONTROL,
  ...CONVERSIONS,
  ...CONVOLUTIONS,
  ...LAYOUT,
  ...POOLS,
  ...RECURRENT,
  ...REDUCTIONS,
};

/** One operator on a random input shape. */
export function randomOperatorGraph(operator: string, seed: string): Graph {
  const random = seededRandom(seed);
  const family = OPERATOR_CASES[operator];
  if (family === undefined) throw new Error(`there is no family of random graphs for ${operator}`);
  if ("graph" in family) return family.graph(random);
  const shape = family.shape?.(random) ?? [
    1,
    1 + random.integer(3),
    3 + random.integer(14),
    1 + random.integer(7),
  ];
  return quantizedStep(operator, family.step, shape, random);
}

/** Families of nets, by name. */
export const RANDOM_NETS: Readonly<Record<string, (seed: string) => Graph>> = {
  "convolutional nets": randomNet,
  "attention nets": randomAttentionNet,
  "branching nets": randomBranchNet,
  "recurrent nets": randomRecurrentNet,
  "loops over rows": randomLoopNet,
  "tied dense layers": randomTiedDense,
  "tied LSTM layers": randomTiedLstm,
};

/** A wrist net: separable or plain convolutions with pools, global average, dense, softmax. */
export function randomNet(seed: string): Graph {
  const random = seededRandom(seed);
  const b = buildGraph("net", "input", [1, 1, 24 + random.integer(40), 6]);
  let last = "input";
  const blocks = 1 + random.integer(3);
  for (let i = 0; i < blocks; i++) {
    if (random.uniform() < 0.5) last = step("DEPTHWISE_CONV_2D", b, random, last, `depthwise${i}`);
    last = step("CONV_2D", b, random, last, `conv${i}`);
    if (random.uniform() < 0.3) last = step("ADD", b, random, last, `add${i}`);
  }
  const [, height, width] = b.shapeOf(last);
  const whole = { filterH: height!, filterW: width!, strideH: 1, strideW: 1 };
  last = b.node(averagePool2d, { padding: "VALID", ...whole, activation: "NONE" }, [last], "pool");
  last = step("FULLY_CONNECTED", b, random, last, "dense");
  return quantizeRandomly(b.build(b.node(softmax, { beta: 1 }, [last], "probabilities"), null), random);
}

/** Convolution and pool, one or two LSTM layers, the last step, dense, softmax. */
function randomRecurrentNet(seed: string): Graph {
  const random = seededRandom(seed);
  const b = buildGraph("recurrent", "input", [1, 1, 16 + random.integer(16), 6]);
  let last = step("CONV_2D", b, random, "input", "conv");
  const [, , steps, features] = b.shapeOf(last);
  last = b.node(reshape, { newShape: [1, steps!, features!] }, [last], "sequence");
  for (let i = 0; i <= random.integer(2); i++) {
    last = lstmLayer(b, random, last, `lstm${i}`, 2 + random.integer(12), false);
  }
  const units = b.shapeOf(last).at(-1)!;
  last = b.node(slice, { begin: [0, steps! - 1, 0], size: [1, 1, units] }, [last], "last step");
  last = step("FULLY_CONNECTED", b, random, last, "dense");
  return quantizeRandomly(b.build(b.node(softmax, { beta: 1 }, [last], "probabilities"), null), random);
}

function step(operator: string, b: GraphBuilder, random: Random, input: string, name: string): string {
  const family = OPERATOR_CASES[operator];
  if (family === undefined || !("step" in family)) throw new Error(`${operator} is no step of a float graph`);
  return family.step(b, random, input, name);
}

/** Inputs for a graph, one frame after another: the extremes, then random values. */
export function randomFrames(graph: Graph, frames: number, seed: string): TensorData[] {
  const random = seededRandom(seed);
  const indices = indexRange(graph);
  return Array.from({ length: frames }, (_, frame) => {
    const data = allocate(tensorOf(graph, graph.input));
    if (indices !== null) {
      for (let i = 0; i < data.length; i++) data[i] = frame === 0 ? indices - 1 : random.integer(indices);
      return data;
    }
    if (tensorOf(graph, graph.input).dtype === "bool") {
      for (let i = 0; i < data.length; i++) data[i] = frame < 2 ? frame : random.integer(2);
      return data;
    }
    const float = data instanceof Float32Array;
    const extreme = float ? 100 : frame === 0 ? 127 : -128;
    for (let i = 0; i < data.length; i++) {
      data[i] = frame < 2 ? extreme : float ? random.normal() * 4 : random.integer(256) - 128;
    }
    return data;
  });
}

/** How many values there are to index, where the input is a GATHER's indices; TFLite Micro refuses others. */
function indexRange(graph: Graph): number | null {
  const node = graph.nodes.find(({ op, inputs }) => op === gather && inputs[1] === graph.input);
  if (node === undefined) return null;
  const { axis } = node.attrs as GatherAttrs;
  return tensorOf(graph, node.inputs[0]!).shape[axis]!;
}

/** The bytes of frames, as the files of golden vectors hold them. */
export function frameBytes(frames: readonly TensorData[]): Buffer {
  return Buffer.concat(frames.map((data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
}
