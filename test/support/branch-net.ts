// Seeded random nets that part and join: the quantiser must give everything that is only moved one scale.
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import {
  averagePool2d,
  concatenation,
  conv2d,
  expandDims,
  fullyConnected,
  gather,
  maxPool2d,
  pack,
  pad,
  reshape,
  reverseV2,
  slice,
  softmax,
  split,
  squeeze,
  stridedSlice,
  transpose,
  unpack,
} from "../../src/ops/index.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { activation, normals, pick, type Step } from "./cases/case.ts";
import { quantizeRandomly } from "./cases/quantized.ts";

/** A float graph; `quantizeRandomly` makes its int8 form. */
function randomFloatBranchNet(random: Random): Graph {
  const b = buildGraph("branches", "input", [1, 1, 6 + random.integer(14), 6]);
  let last = random.uniform() < 0.3 ? padded(b, random, "input", "start") : "input";
  last = random.uniform() < 0.8 ? conv(b, random, last, "conv") : last;
  const blocks = 1 + random.integer(3);
  for (let i = 0; i < blocks; i++) {
    last = pick(random, BLOCKS)(b, random, last, `block${i}`);
    // Else the channels grow with every block.
    if (b.shapeOf(last).at(-1)! > 12 || random.uniform() < 0.4) last = conv(b, random, last, `after${i}`);
  }
  return b.build(head(b, random, last), null);
}

export function randomBranchNet(seed: string): Graph {
  const random = seededRandom(seed);
  return quantizeRandomly(randomFloatBranchNet(random), random);
}

/** Keeps height and width, so that branches can be joined again. */
const conv: Step = (b, random, input, name) => {
  const depth = b.shapeOf(input).at(-1)!;
  const [out, width] = [1 + random.integer(6), 1 + random.integer(3)];
  // Branches of very different size.
  const scale = 0.5 * 10 ** (random.uniform() * 2 - 1);
  const weights = b.constant(
    `${name}/w`,
    [out, 1, width, depth],
    normals(random, out * width * depth, scale),
  );
  const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
  const ones = { strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 };
  const attrs = { padding: "SAME", ...ones, activation: activation(random) } as const;
  return b.node(conv2d, attrs, [input, weights, bias], name);
};

const padded: Step = (b, random, input, name) => {
  const before = random.integer(3);
  const time = [before, random.integer(3)] as const;
  const none = [0, 0] as const;
  return b.node(pad, { paddings: [none, none, time, none] }, [input], `${name}/padded`);
};

/** Equal parts of the channels or of the time, some of them through a convolution. */
const parts: Step = (b, random, input, name) => {
  const shape = b.shapeOf(input);
  const axis = pick(random, [2, 3]);
  const counts = [2, 3, 4, 5, 1].filter((n) => shape[axis]! % n === 0);
  const count = pick(random, counts);
  const [first, ...rest] = Array.from({ length: count }, (_, i) => `${name}/part${i}`);
  const outputs = b.nodes(split, { axis, count }, [input], [first!, ...rest]);
  if (axis === 2) return b.node(concatenation, { axis }, random.shuffle([...outputs]), name);
  const branches = outputs.map((part, i) =>
    random.uniform() < 0.5 ? conv(b, random, part, `${name}/conv${i}`) : part,
  );
  return b.node(concatenation, { axis }, branches, name);
};

/** Even and odd steps; the odd ones from the end. */
const evenAndOdd: Step = (b, random, input, name) => {
  const width = b.shapeOf(input)[2]!;
  if (width < 2) return inception(b, random, input, name);
  const count = Math.floor(width / 2);
  const take = (begin: number, end: number, stride: number, suffix: string): string =>
    b.node(
      stridedSlice,
      {
        begin: [0, 0, begin, 0],
        end: [0, 0, end, 0],
        strides: [1, 1, stride, 1],
        beginMask: 11,
        endMask: 11,
        shrinkAxisMask: 0,
      },
      [input],
      `${name}/${suffix}`,
    );
  const even = conv(b, random, take(0, 2 * count, 2, "even"), `${name}/conv`);
  return b.node(concatenation, { axis: 3 }, [even, take(2 * count - 1, -1 - width, -2, "odd")], name);
};

/** Every step for itself, in another order. */
const unpacked: Step = (b, random, input, name) => {
  const [, , width, depth] = b.shapeOf(input);
  const [first, ...rest] = Array.from({ length: width! }, (_, i) => `${name}/step${i}`);
  const steps = b.nodes(unpack, { axis: 2, count: width! }, [input], [first!, ...rest]);
  const some = random.shuffle([...steps]).slice(0, 1 + random.integer(width!));
  const packed = b.node(pack, { axis: 1, count: some.length }, some, `${name}/packed`);
  return b.node(reshape, { newShape: [1, 1, some.length, depth!] }, [packed], name);
};

/** Beside its own softmax, whose scale is fixed. */
const attention: Step = (b, random, input, name) => {
  const weights = b.node(softmax, { beta: 1 }, [input], `${name}/softmax`);
  const moved =
    random.uniform() < 0.5 ? b.node(reverseV2, { axes: [2] }, [weights], `${name}/moved`) : weights;
  return b.node(concatenation, { axis: 3 }, random.shuffle([input, moved]), name);
};

/** Beside a constant, such as an encoding of time. */
const encoded: Step = (b, random, input, name) => {
  const [, , width] = b.shapeOf(input);
  const encoding = b.constant(`${name}/encoding`, [1, 1, width!, 2], normals(random, 2 * width!, 3));
  return b.node(concatenation, { axis: 3 }, random.shuffle([input, encoding]), name);
};

/** Forwards and backwards in time. */
const bothWays: Step = (b, random, input, name) => {
  const backwards = b.node(reverseV2, { axes: [2] }, [input], `${name}/backwards`);
  const branch = conv(b, random, backwards, `${name}/conv`);
  const again = b.node(reverseV2, { axes: [1, 2] }, [branch], `${name}/again`);
  return b.node(concatenation, { axis: 3 }, [input, again], name);
};

/** An Inception block: a pool, a convolution and the input itself. */
const inception: Step = (b, random, input, name) => {
  const window = { padding: "SAME", strideH: 1, strideW: 1, filterH: 1, filterW: 3 } as const;
  const pool = random.uniform() < 0.5 ? maxPool2d : averagePool2d;
  const pooled = b.node(pool, { ...window, activation: activation(random) }, [input], `${name}/pool`);
  const branches = [pooled, conv(b, random, input, `${name}/conv`), input];
  return b.node(concatenation, { axis: 3 }, random.shuffle(branches), name);
};

/** Some channels, picked and sliced. */
const picked: Step = (b, random, input, name) => {
  const [batch, height, width, depth] = b.shapeOf(input);
  const count = 1 + random.integer(depth! + 1);
  const indices = Int32Array.from({ length: count }, () => random.integer(depth!));
  const channels = b.constant(`${name}/indices`, [count], indices);
  const some = b.node(gather, { axis: 3, batchDims: 0 }, [input, channels], `${name}/picked`);
  const kept = Math.max(1, width! - random.integer(3));
  const size = [batch!, height!, kept, count];
  return b.node(slice, { begin: [0, 0, width! - kept, 0], size }, [some], name);
};

/** Channels as rows and back, over another number of dimensions. */
const turned: Step = (b, random, input, name) => {
  const flat = b.node(squeeze, { axes: [0, 1] }, [input], `${name}/flat`);
  const rows = b.node(transpose, { perm: [1, 0] }, [flat], `${name}/rows`);
  const image = b.node(expandDims, { axis: 0 }, [rows], `${name}/image`);
  const whole = b.node(expandDims, { axis: random.integer(2) }, [image], `${name}/whole`);
  return b.node(transpose, { perm: [0, 1, 3, 2] }, [whole], name);
};

const BLOCKS: readonly Step[] = [
  attention,
  bothWays,
  encoded,
  evenAndOdd,
  inception,
  padded,
  parts,
  picked,
  turned,
  unpacked,
];

/** A global average, dense layers, and one softmax or two side by side. */
function head(b: GraphBuilder, random: Random, input: string): string {
  const [, height, width, depth] = b.shapeOf(input);
  const whole = { padding: "VALID", filterH: height!, filterW: width!, strideH: 1, strideW: 1 } as const;
  const pooled = b.node(averagePool2d, { ...whole, activation: "NONE" }, [input], "pool");
  const dense = (name: string): string => {
    const units = 2 + random.integer(6);
    const weights = b.constant(`${name}/w`, [units, depth!], normals(random, units * depth!, 0.7));
    const bias = b.constant(`${name}/b`, [units], normals(random, units, 0.3));
    return b.node(fullyConnected, { activation: "NONE" }, [pooled, weights, bias], name);
  };
  const logits = dense("dense");
  const kind = random.integer(4);
  if (kind === 0) return logits;
  const one = b.node(softmax, { beta: 1 }, [logits], "probabilities");
  if (kind === 1) return one;
  const other =
    kind === 2 ? b.node(softmax, { beta: 1 }, [dense("dense2")], "probabilities2") : dense("dense2");
  return b.node(concatenation, { axis: 1 }, [one, other], "both");
}
