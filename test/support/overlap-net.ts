// Seeded random nets in which values die, live on and stand under two names: whatever the memory plan puts in one place
// is wrong as soon as one of them is still needed.
import { buildGraph } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import type { AnyOp } from "../../src/ir/op.ts";
import {
  add,
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  hardSwish,
  leakyRelu,
  logistic,
  maxPool2d,
  mean,
  mul,
  pad,
  reduceMax,
  relu,
  reshape,
  reverseV2,
  slice,
  softmax,
  stridedSlice,
  sub,
  sum,
  tanh,
  transpose,
} from "../../src/ops/index.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { activation, normals, padding, pick, type Step } from "./cases/case.ts";
import { quantizeRandomly } from "./cases/quantized.ts";

export function randomOverlapNet(seed: string): Graph {
  const random = seededRandom(seed);
  const b = buildGraph("overlaps", "input", [
    1,
    1 + random.integer(3),
    5 + random.integer(12),
    1 + random.integer(8),
  ]);
  const made = ["input"];
  const steps = 4 + random.integer(8);
  for (let i = 0; i < steps; i++) {
    const last = made.at(-1)!;
    const alike = made.filter((name) => b.shapeOf(name).join() === b.shapeOf(last).join());
    const joins = random.uniform() < 0.35;
    const next = joins
      ? b.node(
          pick(random, [add, sub, mul]),
          { activation: activation(random) },
          shuffled(random, last, alike),
          `${i}`,
        )
      : pick(random, STEPS)(b, random, last, `${i}`);
    made.push(next);
  }
  return quantizeRandomly(b.build(made.at(-1)!, null), random);
}

/** The last value with one of its shape, which may be itself and may be needed again, in either order. */
function shuffled(random: Random, last: string, alike: readonly string[]): [string, string] {
  const other = pick(random, alike);
  return random.uniform() < 0.5 ? [last, other] : [other, last];
}

const unary =
  (op: AnyOp, attrs: object): Step =>
  (b, _random, input, name) =>
    b.node(op, attrs, [input], name);

const pool: Step = (b, random, input, name) => {
  const [, height, width] = b.shapeOf(input);
  const attrs = {
    padding: padding(random),
    filterH: 1 + random.integer(Math.min(3, height!)),
    filterW: 1 + random.integer(Math.min(3, width!)),
    strideH: 1 + random.integer(2),
    strideW: 1 + random.integer(2),
    activation: activation(random),
  };
  return b.node(pick(random, [averagePool2d, maxPool2d]), attrs, [input], name);
};

const convolution: Step = (b, random, input, name) => {
  const [, height, width, depth] = b.shapeOf(input);
  const filterH = 1 + random.integer(Math.min(2, height!));
  const filterW = 1 + random.integer(Math.min(4, width!));
  const [isDepthwise, out] = [random.uniform() < 0.3, 1 + random.integer(9)];
  const channels = isDepthwise ? depth! : out;
  const size = isDepthwise ? [1, filterH, filterW, depth!] : [out, filterH, filterW, depth!];
  const count = size.reduce((product, n) => product * n, 1);
  const weights = b.constant(`${name}/w`, size, normals(random, count, 0.6));
  const bias = b.constant(`${name}/b`, [channels], normals(random, channels, 0.3));
  const dilated = random.uniform() < 0.3;
  const geometry = {
    padding: padding(random),
    strideH: 1,
    strideW: dilated ? 1 : 1 + random.integer(2),
    dilationH: 1,
    dilationW: dilated && (filterW - 1) * 2 < width! ? 2 : 1,
    activation: activation(random),
  };
  if (!isDepthwise) return b.node(conv2d, geometry, [input, weights, bias], name);
  return b.node(depthwiseConv2d, { ...geometry, depthMultiplier: 1 }, [input, weights, bias], name);
};

const dense: Step = (b, random, input, name) => {
  const shape = b.shapeOf(input);
  const [depth, units] = [shape.at(-1)!, 1 + random.integer(9)];
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  const weights = b.constant(`${name}/w`, [units, depth], normals(random, units * depth, 0.6));
  const bias = b.constant(`${name}/b`, [units], normals(random, units, 0.3));
  const flat = b.node(reshape, { newShape: [rows, depth] }, [input], `${name}/flat`);
  const product = b.node(
    fullyConnected,
    { activation: activation(random) },
    [flat, weights, bias],
    `${name}/product`,
  );
  return b.node(reshape, { newShape: [...shape.slice(0, -1), units] }, [product], name);
};

const reduced: Step = (b, random, input, name) => {
  const axes = [0, 1, 2, 3].filter(() => random.uniform() < 0.4);
  const op = pick(random, [mean, sum, reduceMax]);
  return b.node(op, { axes: axes.length === 0 ? [2] : axes, keepDims: true }, [input], name);
};

/** A scale a channel, from the values themselves: the second input is broadcast. */
const gated: Step = (b, random, input, name) => {
  const gate = b.node(mean, { axes: [1, 2], keepDims: true }, [input], `${name}/gate`);
  const inputs = random.uniform() < 0.5 ? ([input, gate] as const) : ([gate, input] as const);
  return b.node(pick(random, [mul, add, sub]), { activation: "NONE" }, inputs, name);
};

const sliced: Step = (b, random, input, name) => {
  const shape = b.shapeOf(input);
  const begin = shape.map((n) => random.integer(Math.min(n, 3)));
  const size = shape.map((n, i) => Math.max(1, n - begin[i]! - random.integer(2)));
  return b.node(slice, { begin, size }, [input], name);
};

const strided: Step = (b, random, input, name) => {
  const shape = b.shapeOf(input);
  const strides = shape.map(() => pick(random, [1, 1, 2, -1]));
  const masks = { beginMask: 15, endMask: 15, shrinkAxisMask: 0 };
  return b.node(stridedSlice, { begin: [0, 0, 0, 0], end: [0, 0, 0, 0], strides, ...masks }, [input], name);
};

const padded: Step = (b, random, input, name) => {
  const paddings = b
    .shapeOf(input)
    .map((_, i) => (i === 0 ? ([0, 0] as const) : ([random.integer(2), 1] as const)));
  return b.node(pad, { paddings }, [input], name);
};

const turned: Step = (b, random, input, name) =>
  random.uniform() < 0.5
    ? b.node(
        transpose,
        {
          perm: pick(random, [
            [0, 1, 3, 2],
            [0, 2, 1, 3],
            [0, 1, 2, 3],
          ]),
        },
        [input],
        name,
      )
    : b.node(reverseV2, { axes: [1 + random.integer(3)] }, [input], name);

/** Two names of one memory, and both are read. */
const viewed: Step = (b, random, input, name) => {
  const shape = b.shapeOf(input);
  const flat = b.node(
    reshape,
    { newShape: [1, 1, 1, shape[1]! * shape[2]! * shape[3]!] },
    [input],
    `${name}/view`,
  );
  const back = b.node(reshape, { newShape: shape }, [flat], `${name}/back`);
  return b.node(
    pick(random, [add, mul]),
    { activation: activation(random) },
    shuffled(random, input, [back]),
    name,
  );
};

const STEPS: readonly Step[] = [
  convolution,
  convolution,
  convolution,
  dense,
  gated,
  padded,
  pool,
  pool,
  reduced,
  sliced,
  strided,
  turned,
  unary(hardSwish, {}),
  unary(leakyRelu, { alpha: 0.2 }),
  unary(logistic, {}),
  unary(relu, {}),
  unary(softmax, { beta: 1 }),
  unary(tanh, {}),
  viewed,
];
