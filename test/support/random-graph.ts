// Seeded random int8 graphs: single operators over their attributes, and small nets like real ones.

import { observe } from "../../src/interpret/observe.ts";
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import {
  add,
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  maxPool2d,
  mul,
  relu,
  reshape,
  softmax,
} from "../../src/ops/index.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { chooseRange } from "../../src/quantize/range.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";

type Step = (b: GraphBuilder, random: Random, input: string, name: string) => string;

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!;
const normals = (random: Random, count: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * scale);
const activation = (random: Random): "NONE" | "RELU" | "RELU6" =>
  pick(random, ["NONE", "RELU", "RELU6"] as const);
const padding = (random: Random): "SAME" | "VALID" => pick(random, ["SAME", "VALID"] as const);

/** Every operator as a step from one tensor to the next, its attributes drawn at random. */
export const STEPS: Readonly<Record<string, Step>> = {
  CONV_2D(b, random, input, name) {
    const [, height, width, depth] = b.shapeOf(input);
    const out = 1 + random.integer(9);
    const kh = Math.min(1 + random.integer(3), height!);
    const kw = Math.min(1 + random.integer(5), width!);
    const attrs = {
      padding: padding(random),
      strideH: 1 + random.integer(2),
      strideW: 1 + random.integer(3),
      dilationH: 1,
      dilationW: kw > 1 && (kw - 1) * 2 + 1 <= width! ? 1 + random.integer(2) : 1,
      activation: activation(random),
    };
    const weights = b.constant(
      `${name}/w`,
      [out, kh, kw, depth!],
      normals(random, out * kh * kw * depth!, 0.5),
    );
    const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
    return b.node(conv2d, attrs, [input, weights, bias], name);
  },
  DEPTHWISE_CONV_2D(b, random, input, name) {
    const [, height, width, depth] = b.shapeOf(input);
    const depthMultiplier = 1 + random.integer(3);
    const out = depth! * depthMultiplier;
    const kh = Math.min(1 + random.integer(3), height!);
    const kw = Math.min(1 + random.integer(5), width!);
    const stride = 1 + random.integer(2);
    const attrs = {
      padding: padding(random),
      strideH: stride,
      strideW: stride,
      dilationH: 1,
      dilationW: kw > 1 && (kw - 1) * 2 + 1 <= width! ? 1 + random.integer(2) : 1,
      depthMultiplier,
      activation: activation(random),
    };
    const weights = b.constant(`${name}/w`, [1, kh, kw, out], normals(random, kh * kw * out, 0.5));
    const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
    return b.node(depthwiseConv2d, attrs, [input, weights, bias], name);
  },
  FULLY_CONNECTED(b, random, input, name) {
    const depth = b
      .shapeOf(input)
      .slice(1)
      .reduce((product, n) => product * n, 1);
    const out = 2 + random.integer(12);
    const weights = b.constant(`${name}/w`, [out, depth], normals(random, out * depth, 1 / Math.sqrt(depth)));
    const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
    return b.node(fullyConnected, { activation: activation(random) }, [input, weights, bias], name);
  },
  MAX_POOL_2D: (b, random, input, name) => b.node(maxPool2d, poolAttrs(b, random, input), [input], name),
  AVERAGE_POOL_2D: (b, random, input, name) =>
    b.node(averagePool2d, poolAttrs(b, random, input), [input], name),
  ADD(b, random, input, name) {
    const depth = b.shapeOf(input).at(-1)!;
    const size = pick(random, [depth, 1]);
    const constant = b.constant(`${name}/c`, [size], normals(random, size, 2));
    return b.node(add, { activation: activation(random) }, [input, constant], name);
  },
  MUL(b, random, input, name) {
    const depth = b.shapeOf(input).at(-1)!;
    const constant = b.constant(`${name}/c`, [depth], normals(random, depth, 2));
    return b.node(mul, { activation: activation(random) }, [input, constant], name);
  },
  RELU: (b, _random, input, name) => b.node(relu, {}, [input], name),
  RESHAPE(b, _random, input, name) {
    const [batch, height, width, depth] = b.shapeOf(input);
    return b.node(reshape, { newShape: [batch!, width!, height!, depth!] }, [input], name);
  },
  SOFTMAX: (b, random, input, name) =>
    b.node(softmax, { beta: pick(random, [1, 1, 0.5, 2.5]) }, [input], name),
};

function poolAttrs(b: GraphBuilder, random: Random, input: string): Parameters<typeof maxPool2d.describe>[0] {
  const [, height, width] = b.shapeOf(input);
  return {
    padding: padding(random),
    filterH: 1 + random.integer(height!),
    filterW: 1 + random.integer(width!),
    strideH: 1 + random.integer(2),
    strideW: 1 + random.integer(2),
    activation: activation(random),
  };
}

/** One operator on a random input shape. */
export function randomOperatorGraph(operator: string, seed: string): Graph {
  const random = seededRandom(seed);
  const shape = [1, 1 + random.integer(3), 3 + random.integer(14), 1 + random.integer(7)];
  const b = buildGraph(operator.toLowerCase(), "input", shape);
  return quantizeRandomly(b.build(STEPS[operator]!(b, random, "input", "output"), null), random);
}

/** A wrist net: separable or plain convolutions with pools, global average, dense, softmax. */
export function randomNet(seed: string): Graph {
  const random = seededRandom(seed);
  const b = buildGraph("net", "input", [1, 1, 24 + random.integer(40), 6]);
  let last = "input";
  const blocks = 1 + random.integer(3);
  for (let i = 0; i < blocks; i++) {
    if (random.uniform() < 0.5) last = STEPS["DEPTHWISE_CONV_2D"]!(b, random, last, `depthwise${i}`);
    last = STEPS["CONV_2D"]!(b, random, last, `conv${i}`);
    if (random.uniform() < 0.3) last = STEPS["ADD"]!(b, random, last, `add${i}`);
  }
  const [, height, width] = b.shapeOf(last);
  const whole = { filterH: height!, filterW: width!, strideH: 1, strideW: 1 };
  last = b.node(averagePool2d, { padding: "VALID", ...whole, activation: "NONE" }, [last], "pool");
  last = STEPS["FULLY_CONNECTED"]!(b, random, last, "dense");
  return quantizeRandomly(b.build(b.node(softmax, { beta: 1 }, [last], "probabilities"), null), random);
}

function quantizeRandomly(graph: Graph, random: Random): Graph {
  const observed = observe(graph, 8, (_index, input) => {
    for (let i = 0; i < input.length; i++) input[i] = random.normal();
  });
  const settings = { calibration: "minmax", percentile: 100 } as const;
  return quantizeGraph(
    graph,
    new Map([...observed].map(([name, values]) => [name, chooseRange(values, settings)])),
  );
}
