// MicroBi-ConvLSTM, its layers as published, for UCI-HAR's size: two convolutions with batch norm, ReLU and pool, a
// bidirectional LSTM of 24, its last time step, dense. The last time step is the first that the backward LSTM sees: one
// evaluation of its cell, a layer of one step. Weights are seeded and trained by nobody.
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import type { Each } from "../../src/ir/op.ts";
import {
  add,
  concatenation,
  conv2d,
  fullyConnected,
  maxPool2d,
  mul,
  relu,
  reshape,
  slice,
  softmax,
  unidirectionalSequenceLstm,
} from "../../src/ops/index.ts";
import { GATES, type LstmRoles } from "../../src/ops/lstm-layout.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { invariant } from "../../src/util/errors.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { quantizedOnNoise } from "../described.ts";

const STEPS = 128;
const CHANNELS = 9;
const CLASSES = 6;
const FILTERS = 16;
const KERNEL = 5;
const HIDDEN = 24;
/** The published figure for this size: each LSTM has two biases a gate, each batch norm a scale and a shift. */
const PUBLISHED_PARAMETERS = 10_454;

/** Seeded normal weights, and how many of them a trainer would have. */
interface Weights {
  readonly random: Random;
  parameters: number;
}

export function microbiGraph(): Graph {
  const random = seededRandom("microbi-convlstm");
  const weights: Weights = { random, parameters: 0 };
  const graph = floatGraph(weights);
  invariant(
    weights.parameters === PUBLISHED_PARAMETERS,
    `${weights.parameters} parameters are the published ${PUBLISHED_PARAMETERS}`,
  );
  return quantizedOnNoise(foldGraph(graph), random);
}

function floatGraph(weights: Weights): Graph {
  const b = buildGraph("microbi-convlstm", "input", [1, 1, STEPS, CHANNELS]);
  let last = convolution(b, weights, "input", "conv1");
  last = convolution(b, weights, last, "conv2");
  const steps = STEPS / 4;
  const sequence = b.node(reshape, { newShape: [1, steps, FILTERS] }, [last], "sequence");
  const lastStep = (from: string, depth: number): string =>
    b.node(slice, { begin: [0, steps - 1, 0], size: [1, 1, depth] }, [from], `${from}, last step`);
  const forward = lastStep(lstm(b, weights, sequence, "forward"), HIDDEN);
  const backward = lstm(b, weights, lastStep(sequence, FILTERS), "backward");
  last = b.node(concatenation, { axis: 2 }, [forward, backward], "both");
  const dense = [
    last,
    constant(b, weights, "dense/weights", [CLASSES, 2 * HIDDEN], 0.3),
    constant(b, weights, "dense/bias", [CLASSES], 0.1),
  ] as const;
  last = b.node(fullyConnected, { activation: "NONE" }, dense, "dense");
  return b.build(b.node(softmax, { beta: 1 }, [last], "probabilities"), null);
}

function convolution(b: GraphBuilder, weights: Weights, input: string, name: string): string {
  const depth = b.shapeOf(input).at(-1)!;
  const single = { strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, activation: "NONE" } as const;
  const filters = constant(b, weights, `${name}/weights`, [FILTERS, 1, KERNEL, depth], 0.15);
  const bias = constant(b, weights, `${name}/bias`, [FILTERS], 0.1);
  let last = b.node(conv2d, { padding: "SAME", ...single }, [input, filters, bias], name);
  const norm = { activation: "NONE" } as const;
  last = b.node(mul, norm, [last, constant(b, weights, `${name}/scale`, [FILTERS], 1)], `${name}, scaled`);
  last = b.node(add, norm, [last, constant(b, weights, `${name}/shift`, [FILTERS], 0.2)], `${name}, norm`);
  last = b.node(relu, {}, [last], `${name}, ReLU`);
  const pool = { padding: "VALID", filterH: 1, filterW: 2, strideH: 1, strideW: 2 } as const;
  return b.node(maxPool2d, { ...pool, activation: "NONE" }, [last], `${name}, pool`);
}

function lstm(b: GraphBuilder, weights: Weights, input: string, name: string): string {
  const depth = b.shapeOf(input).at(-1)!;
  const perGate = (part: string, shape: readonly number[]): string[] =>
    GATES.map((gate) => constant(b, weights, `${name}/${gate} ${part}`, shape, 0.2));
  const inputs = [
    input,
    ...perGate("input weights", [HIDDEN, depth]),
    ...perGate("recurrent weights", [HIDDEN, HIDDEN]),
    ...perGate("bias", [HIDDEN]),
  ];
  // The second bias of each gate, which is only ever added to the first.
  weights.parameters += GATES.length * HIDDEN;
  const attrs = { timeMajor: false, cellClip: 0, cellExponent: null };
  return b.node(unidirectionalSequenceLstm, attrs, inputs as unknown as Each<LstmRoles, string>, name);
}

function constant(
  b: GraphBuilder,
  weights: Weights,
  name: string,
  shape: readonly number[],
  deviation: number,
): string {
  const length = shape.reduce((product, n) => product * n, 1);
  weights.parameters += length;
  const values = Float32Array.from({ length }, () => weights.random.normal() * deviation);
  return b.constant(name, shape, values);
}
