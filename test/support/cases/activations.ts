// Random activation functions: between scales that networks have, and between any that the kernels take.
import type { AnyOp } from "../../../src/ir/op.ts";
import type { PerTensorQuantization } from "../../../src/ir/tensor.ts";
import { hardSwish, leakyRelu, logistic, relu, relu6, softmax, tanh } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { type OperatorCase, type OperatorCases, pick, type Step } from "./case.ts";
import { quantizedStep } from "./quantized.ts";
import { extremeOf, perhapsTied, randomScale, shapeOfRank, unaryGraph } from "./raw.ts";

const PROBABILITY = { kind: "perTensor", scale: 1 / 256, zeroPoint: -128 } as const;
const SIGNED_UNIT = { kind: "perTensor", scale: 1 / 128, zeroPoint: 0 } as const;

interface Scales {
  readonly input: PerTensorQuantization;
  readonly output: PerTensorQuantization;
}

export const ACTIVATIONS: OperatorCases = {
  RELU: unary(
    relu,
    () => ({}),
    (random) => rescaling(random, 1),
  ),
  RELU6: unary(
    relu6,
    () => ({}),
    (random) => {
      const input = randomScale(random, -14, 6);
      return { input, output: input };
    },
  ),
  LEAKY_RELU: unary(
    leakyRelu,
    (random) => ({ alpha: Math.fround(pick(random, [0.01, 0.2, 0.3, 0, 1, 2.5, -0.5, random.normal()])) }),
    (random, { alpha }) => rescaling(random, pick(random, [1, alpha])),
  ),
  HARD_SWISH: unary(
    hardSwish,
    () => ({}),
    (random) => {
      // Its multipliers have 15 bits: quotients between two of them tell float32 from double.
      const between = (): number =>
        (2 ** (random.integer(10) - 6) * (2 ** 14 + random.integer(2 ** 14) + 0.5)) / 2 ** 15;
      const any = randomScale(random, -14, 6);
      const input = { ...any, scale: pick(random, [any.scale, Math.fround((between() * 3) / 256)]) };
      const { zeroPoint } = randomScale(random, 0, 0);
      // The kernel takes output scales above 1/128 of the input's.
      const ratio = pick(random, [2 ** (random.uniform() * 20 - 6.99), 1 / between()]);
      const scale = Math.fround(input.scale * ratio);
      return { input, output: { kind: "perTensor", scale, zeroPoint } as const };
    },
  ),
  LOGISTIC: unary(
    logistic,
    () => ({}),
    (random) => ({ input: randomScale(random, -20, 8), output: PROBABILITY }),
  ),
  TANH: unary(
    tanh,
    () => ({}),
    (random) => ({ input: randomScale(random, -20, 8), output: SIGNED_UNIT }),
  ),
  SOFTMAX: {
    step: (b, random, input, name) =>
      b.node(softmax, { beta: pick(random, [1, 1, 0.5, 2.5]) }, [input], name),
    graph(random) {
      // From betas that tell nothing apart to those that leave the largest alone.
      const beta = Math.fround(2 ** pick(random, [0, 0, random.uniform() * 20 - 10]));
      const shape = shapeOfRank(random, 1 + random.integer(4));
      return unaryGraph(softmax, { beta }, shape, randomScale(random, -12, 4), PROBABILITY);
    },
  },
};

/** Scales to rescale between by that factor. */
function rescaling(random: Random, factor: number): Scales {
  const input = randomScale(random, -14, 6);
  const output = randomScale(random, -14, 6);
  return { input, output: perhapsTied(random, output, input.scale * factor, extremeOf(random, input)) };
}

function unary<A extends object>(
  op: AnyOp,
  attrsOf: (random: Random) => A,
  scalesOf: (random: Random, attrs: A) => Scales,
): OperatorCase {
  const step: Step = (b, random, input, name) => b.node(op, attrsOf(random), [input], name);
  return {
    step,
    graph(random) {
      const shape = shapeOfRank(random, 1 + random.integer(4));
      if (random.uniform() < 0.3) return quantizedStep(op.name, step, shape, random);
      const attrs = attrsOf(random);
      const { input, output } = scalesOf(random, attrs);
      return unaryGraph(op, attrs, shape, input, output);
    },
  };
}
