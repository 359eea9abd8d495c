// Random pools.
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import { averagePool2d, maxPool2d } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { activation, type OperatorCases, padding } from "./case.ts";

export const POOLS: OperatorCases = {
  MAX_POOL_2D: {
    step: (b, random, input, name) => b.node(maxPool2d, poolAttrs(b, random, input), [input], name),
  },
  AVERAGE_POOL_2D: {
    step: (b, random, input, name) => b.node(averagePool2d, poolAttrs(b, random, input), [input], name),
  },
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
