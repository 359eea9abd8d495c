// Random movements of values.
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import {
  concatenation,
  expandDims,
  gather,
  pack,
  pad,
  relu,
  reshape,
  reverseV2,
  slice,
  split,
  squeeze,
  stridedSlice,
  transpose,
  unpack,
} from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { normals, type OperatorCase, type OperatorCases, pick, type Step } from "./case.ts";

export const LAYOUT: OperatorCases = {
  CONCATENATION: ofRank(1, 4, (b, random, input, name) => {
    const axis = random.integer(b.shapeOf(input).length);
    const others = Array.from({ length: random.integer(4) }, (_, i) =>
      alongside(b, random, input, axis, `${name}/${i}`),
    );
    return b.node(concatenation, { axis }, shuffled(random, [input, ...others]), name);
  }),
  PACK: ofRank(1, 3, (b, random, input, name) => {
    const shape = b.shapeOf(input);
    const valuesCount = 1 + random.integer(4);
    const inputs = Array.from({ length: valuesCount }, (_, i) =>
      i === 0 ? input : pick(random, [() => input, () => b.node(relu, {}, [input], `${name}/${i}`)])(),
    );
    return b.node(
      pack,
      { axis: random.integer(shape.length + 1), valuesCount },
      shuffled(random, inputs),
      name,
    );
  }),
  UNPACK: ofRank(2, 4, (b, random, input, name) => {
    const shape = b.shapeOf(input);
    const axis = random.integer(shape.length);
    return oneOf(b, random, shape[axis]!, name, (outputs) => {
      b.nodes(unpack, { axis, num: shape[axis]! }, [input], outputs);
    });
  }),
  SPLIT: ofRank(1, 4, (b, random, input, name) => {
    const shape = b.shapeOf(input);
    const axis = random.integer(shape.length);
    const numSplits = pick(random, divisors(shape[axis]!));
    return oneOf(b, random, numSplits, name, (outputs) => {
      b.nodes(split, { axis, numSplits }, [input], outputs);
    });
  }),
  TRANSPOSE: ofRank(1, 5, (b, random, input, name) => {
    const perm = shuffled(
      random,
      b.shapeOf(input).map((_, d) => d),
    );
    return b.node(transpose, { perm }, [input], name);
  }),
  PAD: ofRank(1, 4, (b, random, input, name) => {
    const paddings = b.shapeOf(input).map(() => [random.integer(3), random.integer(3)] as const);
    return b.node(pad, { paddings }, [input], name);
  }),
  SLICE: ofRank(1, 5, (b, random, input, name) => {
    const begin = b.shapeOf(input).map((n) => random.integer(n));
    const size = b.shapeOf(input).map((n, d) => 1 + random.integer(n - begin[d]!));
    return b.node(slice, { begin, size }, [input], name);
  }),
  STRIDED_SLICE: ofRank(1, 4, (b, random, input, name) =>
    b.node(stridedSlice, stridedAttrs(random, b.shapeOf(input)), [input], name),
  ),
  EXPAND_DIMS: ofRank(1, 4, (b, random, input, name) =>
    b.node(expandDims, { axis: random.integer(b.shapeOf(input).length + 1) }, [input], name),
  ),
  SQUEEZE: ofRank(1, 4, (b, random, input, name) => {
    const shape = b.shapeOf(input);
    const axis = random.integer(shape.length + 1);
    const wide = b.node(expandDims, { axis }, [input], `${name}/wide`);
    const ones = b.shapeOf(wide).flatMap((n, d) => (n === 1 ? [d] : []));
    const axes = ones.filter((d) => d === axis || random.uniform() < 0.5);
    return b.node(squeeze, { axes }, [wide], name);
  }),
  REVERSE_V2: ofRank(1, 4, (b, random, input, name) =>
    b.node(reverseV2, { axes: [random.integer(b.shapeOf(input).length)] }, [input], name),
  ),
  GATHER: ofRank(1, 4, (b, random, input, name) => {
    const shape = b.shapeOf(input);
    const axis = random.integer(shape.length);
    const batchDims = random.uniform() < 0.7 ? 0 : random.integer(axis + 1);
    const own = Array.from({ length: random.integer(3) }, () => 1 + random.integer(4));
    const indexShape = [...shape.slice(0, batchDims), ...own];
    const count = indexShape.reduce((product, n) => product * n, 1);
    const indices = Int32Array.from({ length: count }, () => random.integer(shape[axis]!));
    return b.node(gather, { axis, batchDims }, [input, b.constant(`${name}/i`, indexShape, indices)], name);
  }),
  RESHAPE: ofRank(1, 4, (b, random, input, name) => {
    const size = b.shapeOf(input).reduce((product, n) => product * n, 1);
    const newShape: number[] = [];
    let rest = size;
    for (let d = random.integer(4); d > 0; d--) {
      const n = pick(random, divisors(rest));
      newShape.push(n);
      rest /= n;
    }
    return b.node(reshape, { newShape: [...newShape, rest] }, [input], name);
  }),
};

function ofRank(low: number, high: number, step: Step): OperatorCase {
  return {
    step,
    shape: (random) =>
      Array.from({ length: low + random.integer(high - low + 1) }, () => 1 + random.integer(6)),
  };
}

/** Something to stand beside the input: itself, another scale, a constant, or another length along the axis. */
function alongside(b: GraphBuilder, random: Random, input: string, axis: number, name: string): string {
  const shape = b.shapeOf(input);
  const other = shape.map((n, d) => (d === axis ? 1 + random.integer(4) : n));
  return pick(random, [
    () => input,
    () => b.node(relu, {}, [input], name),
    () =>
      b.constant(
        name,
        other,
        normals(
          random,
          other.reduce((product, n) => product * n, 1),
          3,
        ),
      ),
    () =>
      b.node(
        slice,
        { begin: shape.map(() => 0), size: shape.map((n, d) => (d === axis ? 1 + random.integer(n) : n)) },
        [input],
        name,
      ),
  ])();
}

/** One of an operator's outputs, or all of them put together again in another order. */
function oneOf(
  b: GraphBuilder,
  random: Random,
  count: number,
  name: string,
  make: (outputs: readonly [string, ...string[]]) => void,
): string {
  const chosen = random.integer(count + 1);
  const nameOf = (i: number): string => (i === chosen ? name : `${name}/${i}`);
  const outputs = [nameOf(0), ...Array.from({ length: count - 1 }, (_, i) => nameOf(i + 1))] as const;
  make(outputs);
  if (chosen < count) return name;
  return b.node(concatenation, { axis: 0 }, shuffled(random, outputs), name);
}

function stridedAttrs(random: Random, shape: readonly number[]): Parameters<typeof stridedSlice.describe>[0] {
  const taken = shape.map((n) => {
    const stride = pick(random, [1, 1, 2, 3, -1, -2]);
    const [a, z] = [random.integer(n), random.integer(n)];
    const [low, high] = [Math.min(a, z), Math.max(a, z)];
    // Negative indices count from the end; ends beyond it are cut.
    const from = stride > 0 ? low : high;
    const to = stride > 0 ? high + 1 + random.integer(3) : low - 1;
    return {
      stride,
      begin: random.uniform() < 0.3 ? from - n : from,
      // −1 going backwards is the place before the first, which only a mask or a far negative number says.
      end: to < 0 ? -n - 1 : to,
    };
  });
  const mask = (share: number): number =>
    shape.reduce((bits, _, d) => bits | (random.uniform() < share ? 1 << d : 0), 0);
  const backwards = taken.reduce((bits, { stride }, d) => bits | (stride < 0 ? 1 << d : 0), 0);
  return {
    begin: taken.map(({ begin }) => begin),
    end: taken.map(({ end }) => end),
    strides: taken.map(({ stride }) => stride),
    beginMask: mask(0.2),
    endMask: mask(0.2),
    shrinkAxisMask: mask(0.25) & ~backwards,
  };
}

function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
