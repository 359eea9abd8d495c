// Seeded random nets over streams: the same convolutions along each row, attention across the rows and along them.
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import {
  add,
  averagePool2d,
  batchMatmul,
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  maxPool2d,
  mul,
  reshape,
  slice,
  softmax,
  tanh,
  transpose,
} from "../../src/ops/index.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { activation, normals, pick, type Step } from "./cases/case.ts";
import { quantizeRandomly } from "./cases/quantized.ts";

const NONE = { activation: "NONE" } as const;
const ONES = { strideH: 1, dilationH: 1, dilationW: 1 } as const;
const TURNED = { perm: [0, 2, 1, 3] };

export function randomAttentionNet(seed: string): Graph {
  const random = seededRandom(seed);
  const b = buildGraph("attention", "input", [1, 1, 12 + random.integer(16), 2 + random.integer(5)]);
  let last = b.node(transpose, { perm: [0, 3, 2, 1] }, ["input"], "streams");
  for (let i = 0; i <= random.integer(3); i++) last = pick(random, BLOCKS)(b, random, last, `block${i}`);
  if (random.uniform() < 0.7) last = acrossStreams(b, random, last, "across");
  const [, streams, time, features] = b.shapeOf(last) as readonly [number, number, number, number];
  const steps = b.node(transpose, TURNED, [last], "steps");
  const joined = b.node(reshape, { newShape: [1, 1, time, streams * features] }, [steps], "joined");
  const pooled = overTime(b, random, joined, "pooled");
  const depth = b.shapeOf(pooled).at(-1)!;
  const classes = 2 + random.integer(6);
  const weights = b.constant("w", [classes, depth], normals(random, classes * depth, 0.7));
  const bias = b.constant("b", [classes], normals(random, classes, 0.3));
  const logits = b.node(fullyConnected, NONE, [pooled, weights, bias], "logits");
  return quantizeRandomly(b.build(b.node(softmax, { beta: 1 }, [logits], "probabilities"), null), random);
}

/** A convolution along the rows, `width` steps wide, to `out` channels. */
function convolve(
  b: GraphBuilder,
  random: Random,
  input: string,
  name: string,
  {
    out,
    width = 1,
    strideW = 1,
  }: { readonly out: number; readonly width?: number; readonly strideW?: number },
): string {
  const depth = b.shapeOf(input).at(-1)!;
  const size = out * width * depth;
  const weights = b.constant(`${name}/w`, [out, 1, width, depth], normals(random, size, 0.7));
  const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.2));
  const attrs = { padding: "SAME", ...ONES, strideW, activation: activation(random) } as const;
  return b.node(conv2d, attrs, [input, weights, bias], name);
}

const plain: Step = (b, random, input, name) =>
  convolve(b, random, input, name, {
    out: 1 + random.integer(8),
    width: 1 + random.integer(5),
    strideW: 1 + random.integer(2),
  });

const pooled: Step = (b, random, input, name) => {
  const size = { padding: "SAME", strideH: 1, strideW: 2, filterH: 1, filterW: 2 } as const;
  return b.node(pick(random, [maxPool2d, averagePool2d]), { ...size, ...NONE }, [input], name);
};

/** A separable convolution beside its input. */
const residual: Step = (b, random, input, name) => {
  const depth = b.shapeOf(input).at(-1)!;
  const width = 2 + random.integer(4);
  const weights = b.constant(`${name}/dw`, [1, 1, width, depth], normals(random, width * depth, 0.7));
  const bias = b.constant(`${name}/db`, [depth], normals(random, depth, 0.2));
  const attrs = { padding: "SAME", ...ONES, strideW: 1, ...NONE, depthMultiplier: 1 } as const;
  const along = b.node(depthwiseConv2d, attrs, [input, weights, bias], `${name}/along`);
  const end = convolve(b, random, along, `${name}/pointwise`, { out: depth });
  return b.node(
    add,
    { activation: activation(random) },
    random.shuffle<[string, string]>([input, end]),
    name,
  );
};

const BLOCKS: readonly Step[] = [plain, pooled, residual];

/** Step by step, every row's values beside sums of all rows', weighted by how much they are alike. */
const acrossStreams: Step = (b, random, input, name) => {
  const features = b.shapeOf(input).at(-1)!;
  const width = 1 + random.integer(6);
  const steps = b.node(transpose, TURNED, [input], `${name}/steps`);
  const [q, k] = ["query", "key"].map((part) =>
    convolve(b, random, steps, `${name}/${part}`, { out: width }),
  ) as [string, string];
  const v = convolve(b, random, steps, `${name}/value`, { out: features });
  const scores = b.node(batchMatmul, { adjX: false, adjY: true }, [q, k], `${name}/scores`);
  const weights = b.node(softmax, { beta: 0.5 + random.uniform() }, [scores], `${name}/weights`);
  // Across the queries as the code of TinyHAR has it, or across the keys.
  const adjX = random.uniform() < 0.5;
  const context = b.node(batchMatmul, { adjX, adjY: false }, [weights, v], `${name}/context`);
  const sum = b.node(add, NONE, [steps, context], `${name}/sum`);
  return b.node(transpose, TURNED, [sum], name);
};

/** A weighted sum over time, perhaps by a hidden layer, perhaps beside the last step. */
const overTime: Step = (b, random, input, name) => {
  const [, , time, features] = b.shapeOf(input) as readonly [number, number, number, number];
  const isDeep = random.uniform() < 0.5;
  const seen = isDeep
    ? b.node(
        tanh,
        {},
        [convolve(b, random, input, `${name}/hidden`, { out: 2 + random.integer(8) })],
        `${name}/tanh`,
      )
    : input;
  const score = convolve(b, random, seen, `${name}/score`, { out: 1 });
  const row = b.node(reshape, { newShape: [1, 1, 1, time] }, [score], `${name}/row`);
  const weights = b.node(softmax, { beta: 1 }, [row], `${name}/weights`);
  const context = b.node(batchMatmul, { adjX: false, adjY: false }, [weights, input], `${name}/context`);
  if (random.uniform() < 0.5) return context;
  const last = b.node(
    slice,
    { begin: [0, 0, time - 1, 0], size: [1, 1, 1, features] },
    [input],
    `${name}/last`,
  );
  const factor = b.constant(`${name}/factor`, [1], normals(random, 1, 1));
  const scaled = b.node(mul, NONE, [context, factor], `${name}/scaled`);
  return b.node(add, NONE, [last, scaled], name);
};
