// Random reductions: every set of axes of every rank, dimensions kept or not.
import type { AnyOp } from "../../../src/ir/op.ts";
import { elementCount, type PerTensorQuantization } from "../../../src/ir/tensor.ts";
import { mean, reduceMax, sum } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { type OperatorCase, type OperatorCases, pick, type Step } from "./case.ts";
import { quantizedStep } from "./quantized.ts";
import { extremeOf, perhapsTied, randomScale, shapeOfRank, unaryGraph } from "./raw.ts";

export const REDUCTIONS: OperatorCases = {
  MEAN: reduction(mean, true),
  SUM: reduction(sum, true),
  REDUCE_MAX: reduction(reduceMax, false),
};

function reduction(op: AnyOp, rescales: boolean): OperatorCase {
  const step: Step = (b, random, input, name) =>
    b.node(op, attrsFor(random, b.shapeOf(input).length), [input], name);
  return {
    step,
    graph(random) {
      const shape = shapeOfRank(random, 1 + random.integer(5));
      // Long axes, whose counts have many bits.
      if (shape.length < 4 && random.uniform() < 0.5)
        shape[random.integer(shape.length)] = 1 + random.integer(40);
      if (random.uniform() < 0.3) return quantizedStep(op.name, step, shape, random);
      const input = randomScale(random, -8, 2);
      const attrs = attrsFor(random, shape.length);
      const count = op === sum ? elementCount(attrs.axes.map((axis) => shape[axis]!)) : 1;
      const output = rescales ? rescaled(random, input, count) : input;
      return unaryGraph(op, attrs, shape, input, output);
    },
  };
}

/** The same scale, one near it, one so far that a mean's multiplier runs out of bits, or one that ties. */
function rescaled(random: Random, input: PerTensorQuantization, count: number): PerTensorQuantization {
  if (random.uniform() < 0.2) return input;
  const exponent = pick(random, [0, random.uniform() * 24 - 12, 20 + random.uniform() * 14]);
  const any = { ...randomScale(random, 0, 0), scale: Math.fround(input.scale * 2 ** exponent) };
  return perhapsTied(random, any, input.scale, count * extremeOf(random, input));
}

function attrsFor(
  random: Random,
  rank: number,
): { readonly axes: readonly number[]; readonly keepDims: boolean } {
  const all = random.shuffle(Array.from({ length: rank }, (_, i) => i));
  const count = 1 + random.integer(rank);
  return { axes: all.slice(0, count).sort((a, b) => a - b), keepDims: random.uniform() < 0.5 };
}
