// Single layers of seeded shapes as wrist networks have them, every kernel function among them: what the cost model is
// fitted to, so that it is not fitted to a few networks.
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import { type Graph, inputsOf, type Node } from "../../src/ir/graph.ts";
import { type Each, roleOf } from "../../src/ir/op.ts";
import {
  add,
  averagePool2d,
  batchMatmul,
  concatenation,
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  logistic,
  maxPool2d,
  mean,
  mul,
  pad,
  reduceMax,
  reverseV2,
  slice,
  softmax,
  sub,
  sum,
  tanh,
  transpose,
  unidirectionalSequenceLstm,
} from "../../src/ops/index.ts";
import { GATES, type LstmRoles } from "../../src/ops/lstm-layout.ts";
import { invariant } from "../../src/util/errors.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { normals, pick } from "../../test/support/cases/case.ts";
import { quantizedOnNoise } from "../described.ts";

export interface Layer {
  readonly name: string;
  readonly graph: Graph;
  /** Not fitted: what the fit is judged by. */
  readonly heldOut: boolean;
}

/** Another than the one whose layers were looked at while the kinds of work were chosen. */
const SEED = "synthetic layers, second draw";
/** Every so many of a family are held out. */
const HELD_OUT = 4;

interface Family {
  readonly count: number;
  /** The input's shape. */
  readonly shape: (random: Random) => readonly number[];
  /** Adds the layer; returns its output. */
  readonly add: (b: GraphBuilder, random: Random) => string;
  /** Changed so that the short requantisation or the fast kernel does not hold, and what is there for that is taken. */
  readonly changed?: (graph: Graph) => Graph;
}

const between = (random: Random, least: number, most: number): number =>
  least + random.integer(most - least + 1);
/** Channels are seldom odd. */
const channels = (random: Random): number => pick(random, [1, 3, 6, 9, 8, 12, 16, 20, 24, 32, 48]);
const sequence = (random: Random): readonly number[] => [1, 1, between(random, 8, 128), channels(random)];
const field = (random: Random): readonly number[] => [
  1,
  between(random, 8, 40),
  between(random, 2, 9),
  pick(random, [1, 4, 8, 16]),
];
const map = (random: Random): readonly number[] => [
  1,
  between(random, 1, 4),
  between(random, 4, 32),
  channels(random),
];
/** From a few values on, so that what a call costs is not confused with what a value does. */
const small = (random: Random): readonly number[] =>
  random.integer(3) === 0 ? [1, 1, between(random, 1, 3), between(random, 1, 6)] : map(random);
const rows = (random: Random): readonly number[] => [1, between(random, 2, 40), between(random, 4, 48)];

const FAMILIES: Readonly<Record<string, Family>> = {
  "CONV_2D along time": { count: 44, shape: sequence, add: (b, r) => convolution(b, r, 1) },
  "CONV_2D over a field": { count: 16, shape: field, add: (b, r) => convolution(b, r, pick(r, [3, 5])) },
  "CONV_2D, simple": {
    count: 8,
    shape: sequence,
    add: (b, r) => convolution(b, r, 1),
    changed: beyondFast,
  },
  "CONV_2D, steep": {
    count: 16,
    shape: sequence,
    add: (b, r) => convolution(b, r, 1),
    changed: withSteepOutput,
  },
  DEPTHWISE_CONV_2D: { count: 24, shape: sequence, add: (b, r) => depthwise(b, r, 1) },
  "DEPTHWISE_CONV_2D, steep": {
    count: 16,
    shape: sequence,
    add: (b, r) => depthwise(b, r, 1),
    changed: withSteepOutput,
  },
  "DEPTHWISE_CONV_2D over a field": { count: 8, shape: field, add: (b, r) => depthwise(b, r, 1) },
  "DEPTHWISE_CONV_2D, several filters": { count: 10, shape: sequence, add: (b, r) => depthwise(b, r, 2) },
  FULLY_CONNECTED: { count: 20, shape: (r) => [1, between(r, 8, 800)], add: dense },
  "FULLY_CONNECTED, rows": { count: 10, shape: (r) => [between(r, 2, 40), between(r, 4, 48)], add: dense },
  "FULLY_CONNECTED, simple": {
    count: 16,
    shape: (r) => [between(r, 1, 8), between(r, 2, 200)],
    add: dense,
    changed: beyondFast,
  },
  "FULLY_CONNECTED, steep": {
    count: 16,
    shape: (r) => [between(r, 1, 8), between(r, 2, 200)],
    add: dense,
    changed: withSteepOutput,
  },
  UNIDIRECTIONAL_SEQUENCE_LSTM: { count: 20, shape: rows, add: (b, r) => lstm(b, r) },
  // Wide ones, too: else what grows with the square of the units would hide behind what does not.
  "UNIDIRECTIONAL_SEQUENCE_LSTM, wide": {
    count: 16,
    shape: (r) => [1, between(r, 2, 12), between(r, 4, 96)],
    add: (b, r) => lstm(b, r, 96),
  },
  "UNIDIRECTIONAL_SEQUENCE_LSTM, simple": {
    count: 6,
    shape: rows,
    add: (b, r) => lstm(b, r),
    changed: beyondShort,
  },
  MAX_POOL_2D: { count: 24, shape: sequence, add: (b, r) => pool(b, r, maxPool2d) },
  AVERAGE_POOL_2D: { count: 24, shape: sequence, add: (b, r) => pool(b, r, averagePool2d) },
  "AVERAGE_POOL_2D of all": { count: 6, shape: sequence, add: (b, r) => pool(b, r, averagePool2d, true) },
  MEAN: { count: 10, shape: sequence, add: (b, r) => reduce(b, r, mean) },
  SUM: { count: 8, shape: map, add: (b, r) => reduce(b, r, sum) },
  REDUCE_MAX: { count: 12, shape: map, add: (b, r) => reduce(b, r, reduceMax) },
  SOFTMAX: {
    count: 16,
    shape: (r) => [pick(r, [1, 1, 1, between(r, 2, 20)]), between(r, 2, 30)],
    add: (b) => b.node(softmax, { beta: 1 }, ["input"], "output"),
  },
  LOGISTIC: { count: 8, shape: sequence, add: (b) => b.node(logistic, {}, ["input"], "output") },
  TANH: { count: 4, shape: sequence, add: (b) => b.node(tanh, {}, ["input"], "output") },
  ADD: { count: 24, shape: small, add: (b, r) => elementwise(b, r, add) },
  SUB: { count: 24, shape: small, add: (b, r) => elementwise(b, r, sub) },
  MUL: { count: 24, shape: small, add: (b, r) => elementwise(b, r, mul) },
  "ADD, simple": { count: 8, shape: small, add: (b, r) => elementwise(b, r, add), changed: withTiedSums },
  "SUB, simple": { count: 8, shape: small, add: (b, r) => elementwise(b, r, sub), changed: withTiedSums },
  // Multipliers from one on, which a clamped line has; the name is part of the draw.
  "MUL, by definition": {
    count: 8,
    shape: small,
    add: (b, r) => elementwise(b, r, mul),
    changed: withFineOutput,
  },
  BATCH_MATMUL: { count: 10, shape: (r) => [pick(r, [1, 1, 2, 4]), ...rows(r).slice(1)], add: product },
  SLICE: { count: 10, shape: map, add: sliced },
  TRANSPOSE: { count: 10, shape: map, add: transposed },
  REVERSE_V2: {
    count: 4,
    shape: map,
    add: (b, r) => b.node(reverseV2, { axes: [between(r, 1, 3)] }, ["input"], "output"),
  },
  CONCATENATION: { count: 8, shape: map, add: joined },
  PAD: { count: 8, shape: map, add: padded },
};

export function syntheticLayers(): Layer[] {
  return Object.entries(FAMILIES).flatMap(([family, { count, shape, add: addLayer, changed }]) =>
    Array.from({ length: count }, (_, i) => {
      const random = seededRandom(`${SEED}/${family}/${i}`);
      const b = buildGraph("layer", "input", shape(random));
      const graph = quantizedOnNoise(b.build(addLayer(b, random), null), random);
      const heldOut = i % HELD_OUT === HELD_OUT - 1;
      return { name: `${family} ${i + 1}`, graph: changed?.(graph) ?? graph, heldOut };
    }),
  );
}

const activation = (random: Random): "NONE" | "RELU" => pick(random, ["NONE", "RELU", "RELU"] as const);

/** @param height of the filter, along the time of a field */
function convolution(b: GraphBuilder, random: Random, height: number): string {
  const [, , , depth] = b.shapeOf("input");
  const filters = channels(random);
  const [kh, kw] = height > 1 ? [height, 1] : [1, pick(random, [1, 3, 3, 5, 7])];
  const stride = pick(random, [1, 1, 1, 2]);
  const dilation = stride === 1 ? pick(random, [1, 1, 1, 2, 4]) : 1;
  const [across, along] = height > 1 ? [stride, 1] : [1, stride];
  const attrs = {
    padding: pick(random, ["SAME", "SAME", "VALID"] as const),
    strideH: across,
    strideW: along,
    dilationH: 1,
    dilationW: (kw - 1) * dilation < 8 ? dilation : 1,
    activation: activation(random),
  };
  const weights = weight(b, random, [filters, kh, kw, depth!]);
  return b.node(conv2d, attrs, ["input", weights, bias(b, random, filters)], "output");
}

function depthwise(b: GraphBuilder, random: Random, depthMultiplier: number): string {
  const [, , , depth] = b.shapeOf("input");
  const width = pick(random, [3, 3, 5, 7]);
  const filters = depth! * depthMultiplier;
  const stride = pick(random, [1, 1, 1, 2]);
  const isField = b.shapeOf("input")[1]! > 1;
  const attrs = {
    padding: pick(random, ["SAME", "SAME", "VALID"] as const),
    strideH: 1,
    strideW: isField ? 1 : stride,
    dilationH: 1,
    dilationW: 1,
    activation: activation(random),
    depthMultiplier,
  };
  const weights = weight(b, random, isField ? [1, width, 1, filters] : [1, 1, width, filters]);
  return b.node(depthwiseConv2d, attrs, ["input", weights, bias(b, random, filters)], "output");
}

function dense(b: GraphBuilder, random: Random): string {
  const depth = b.shapeOf("input")[1]!;
  const units = between(random, 2, 50);
  const inputs = ["input", weight(b, random, [units, depth]), bias(b, random, units)] as const;
  return b.node(fullyConnected, { activation: activation(random) }, inputs, "output");
}

const lstm = (b: GraphBuilder, random: Random, most = 32): string =>
  lstmLayer(b, random, between(random, 4, most));

export function lstmLayer(b: GraphBuilder, random: Random, units: number): string {
  const depth = b.shapeOf("input")[2]!;
  const parts = ([what, ...shape]: readonly [string, ...number[]]): string[] =>
    GATES.map((gate) => weight(b, random, shape, `${gate} ${what}`));
  const weights = [["input weights", units, depth] as const, ["recurrent weights", units, units] as const];
  const inputs = ["input", ...weights.flatMap(parts), ...parts(["bias", units])];
  const attrs = { timeMajor: false, cellClip: 0, cellExponent: null };
  const typed = inputs as unknown as Each<LstmRoles, string>;
  return b.node(unidirectionalSequenceLstm, attrs, typed, "output");
}

function pool(b: GraphBuilder, random: Random, op: typeof maxPool2d, whole = false): string {
  const [, , width] = b.shapeOf("input");
  const filterW = whole ? width! : between(random, 2, 4);
  const attrs = { padding: pick(random, ["SAME", "VALID"] as const), strideH: 1, filterH: 1 };
  const strideW = whole ? 1 : pick(random, [1, 2, 2, filterW]);
  const own = whole ? { ...attrs, padding: "VALID" as const } : attrs;
  return b.node(op, { ...own, filterW, strideW, activation: "NONE" }, ["input"], "output");
}

function reduce(b: GraphBuilder, random: Random, op: typeof mean): string {
  const axes = pick(random, [[1, 2], [2], [1], [3]]);
  return b.node(op, { axes, keepDims: random.uniform() < 0.5 }, ["input"], "output");
}

function elementwise(b: GraphBuilder, random: Random, op: typeof add): string {
  const shape = b.shapeOf("input");
  const own = pick(random, [shape, [shape.at(-1)!], [1]]);
  return b.node(op, { activation: "NONE" }, ["input", weight(b, random, own)], "output");
}

function product(b: GraphBuilder, random: Random): string {
  const [batch, steps, depth] = b.shapeOf("input");
  const adjY = random.uniform() < 0.5;
  const columns = between(random, 2, 32);
  const other = weight(b, random, adjY ? [batch!, columns, depth!] : [batch!, depth!, columns]);
  return steps === 1 ? other : b.node(batchMatmul, { adjX: false, adjY }, ["input", other], "output");
}

function sliced(b: GraphBuilder, random: Random): string {
  const shape = b.shapeOf("input");
  const begin = shape.map((n) => (random.uniform() < 0.5 ? 0 : random.integer(n)));
  const size = shape.map((n, i) =>
    random.uniform() < 0.5 ? n - begin[i]! : between(random, 1, n - begin[i]!),
  );
  return b.node(slice, { begin, size }, ["input"], "output");
}

function transposed(b: GraphBuilder, random: Random): string {
  return b.node(transpose, { perm: [0, ...random.shuffle([1, 2, 3])] }, ["input"], "output");
}

function joined(b: GraphBuilder, random: Random): string {
  const shape = b.shapeOf("input");
  const other = weight(b, random, shape);
  return b.node(concatenation, { axis: between(random, 1, 3) }, ["input", other, "input"], "output");
}

function padded(b: GraphBuilder, random: Random): string {
  const some = (): readonly [number, number] => [random.integer(4), random.integer(4)];
  const paddings = [[0, 0], pick(random, [[0, 0] as const, some()]), some(), [0, 0]] as const;
  return b.node(pad, { paddings }, ["input"], "output");
}

function weight(b: GraphBuilder, random: Random, shape: readonly number[], name = "weights"): string {
  const length = shape.reduce((total, n) => total * n, 1);
  return b.constant(name, shape, normals(random, length, 1 / Math.sqrt(shape.at(-1)! + 1)));
}

function bias(b: GraphBuilder, random: Random, length: number): string {
  return b.constant("bias", [length], normals(random, length, 0.2));
}

/** Scales of which no plane has all sums (src/ops/sum-plane.ts). */
function withTiedSums(graph: Graph): Graph {
  return withScales(graph, [1 / 128, 1 / 100, 1 / 90]);
}

/** A multiplier from one on. */
function withFineOutput(graph: Graph): Graph {
  return withScales(graph, [1 / 16, 1 / 16, 1 / 300]);
}

/** @param scales of both inputs and the output of the graph's one node */
function withScales(graph: Graph, scales: readonly number[]): Graph {
  const [{ inputs, outputs }] = graph.nodes as [Node];
  const tensors = new Map(graph.tensors);
  [...inputs, outputs[0]].forEach((name, i) => {
    const quant = { kind: "perTensor", scale: Math.fround(scales[i]!), zeroPoint: i } as const;
    tensors.set(name, { ...tensors.get(name)!, quant });
  });
  return { ...graph, tensors };
}

/** A layer of weights whose largest multiplier is beyond one: lines that are clamped at the end alone have it. */
function withSteepOutput(graph: Graph): Graph {
  const [node] = graph.nodes as [Node];
  const [input, weights] = inputsOf(graph, node).map(({ quant }) => quant);
  const name = node.outputs[0];
  const output = graph.tensors.get(name)!;
  invariant(input?.kind === "perTensor" && output.quant?.kind === "perTensor", "int8 activations");
  const scales = weights!.kind === "perTensor" ? [weights!.scale] : weights!.scales;
  const scale = Math.fround((input.scale * Math.max(...scales)) / 1.5);
  const tensors = new Map(graph.tensors).set(name, { ...output, quant: { ...output.quant, scale } });
  return { ...graph, tensors };
}

/** A bias beyond what the short forms are proved for (src/ops/channel-scaling.ts). */
function beyondShort(graph: Graph): Graph {
  return withBiases(graph, 2 ** 24);
}

/** A bias beyond what the fast kernels add up. */
function beyondFast(graph: Graph): Graph {
  return withBiases(graph, 2 ** 30);
}

function withBiases(graph: Graph, bias: number): Graph {
  const tensors = new Map(graph.tensors);
  for (const node of graph.nodes) {
    inputsOf(graph, node).forEach((tensor, i) => {
      if (roleOf(node.op, i) !== "bias") return;
      const constant = Int32Array.from(tensor.constant!, () => bias);
      tensors.set(tensor.name, { ...tensor, constant });
    });
  }
  return { ...graph, tensors };
}
