// Random convolutions and dense layers: as networks have them, and with every geometry and scale that the kernels take.
import type { Graph } from "../../../src/ir/graph.ts";
import type { AnyOp } from "../../../src/ir/op.ts";
import { elementCount, type QuantizationParams, type Tensor } from "../../../src/ir/tensor.ts";
import type { Conv2DAttrs } from "../../../src/ops/conv2d.ts";
import { conv2d, depthwiseConv2d, fullyConnected } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { activation, normals, type OperatorCases, padding, pick, type Step } from "./case.ts";
import { quantizedStep } from "./quantized.ts";
import { extremeOf, int8Values, perhapsTied, randomScale, rawGraph, shapeOfRank } from "./raw.ts";

export const CONVOLUTIONS: OperatorCases = {
  CONV_2D: {
    step(b, random, input, name) {
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
    graph(random) {
      if (random.uniform() < 0.4) {
        return quantizedStep("conv_2d", networkStep("CONV_2D"), networkShape(random), random);
      }
      const { attrs, input, filter } = slidingWindow(random);
      const weights = [1 + random.integer(4), ...filter, input[3]!];
      return weightedGraph(conv2d, attrs, input, weights, 0, random);
    },
  },
  DEPTHWISE_CONV_2D: {
    step(b, random, input, name) {
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
    graph(random) {
      if (random.uniform() < 0.4) {
        return quantizedStep(
          "depthwise_conv_2d",
          networkStep("DEPTHWISE_CONV_2D"),
          networkShape(random),
          random,
        );
      }
      const { attrs, input, filter } = slidingWindow(random);
      const depthMultiplier = 1 + random.integer(4);
      const weights = [1, ...filter, input[3]! * depthMultiplier];
      return weightedGraph(depthwiseConv2d, { ...attrs, depthMultiplier }, input, weights, 3, random);
    },
  },
  FULLY_CONNECTED: {
    step(b, random, input, name) {
      const depth = b
        .shapeOf(input)
        .slice(1)
        .reduce((product, n) => product * n, 1);
      const out = 2 + random.integer(12);
      const weights = b.constant(
        `${name}/w`,
        [out, depth],
        normals(random, out * depth, 1 / Math.sqrt(depth)),
      );
      const bias = b.constant(`${name}/b`, [out], normals(random, out, 0.3));
      return b.node(fullyConnected, { activation: activation(random) }, [input, weights, bias], name);
    },
    graph(random) {
      if (random.uniform() < 0.4) {
        return quantizedStep("fully_connected", networkStep("FULLY_CONNECTED"), networkShape(random), random);
      }
      const input = shapeOfRank(random, 1 + random.integer(4));
      const keepNumDims = random.uniform() < 0.5;
      const depth = elementCount(input.slice(keepNumDims ? -1 : -1 - random.integer(input.length)));
      const attrs = { activation: activation(random), ...(keepNumDims ? { keepNumDims } : {}) };
      return weightedGraph(fullyConnected, attrs, input, [1 + random.integer(6), depth], 0, random);
    },
  },
};

/** The float step of that operator, as networks have it. */
function networkStep(operator: string): Step {
  const family = CONVOLUTIONS[operator];
  if (family === undefined || !("step" in family)) throw new Error(`${operator} has no step`);
  return family.step;
}

function networkShape(random: Random): readonly number[] {
  return [1, 1 + random.integer(3), 3 + random.integer(14), 1 + random.integer(7)];
}

/** Filters may be larger than the input, strides larger than filters; both are drawn again until something fits. */
function slidingWindow(random: Random): {
  readonly attrs: Conv2DAttrs;
  readonly input: readonly number[];
  readonly filter: readonly [number, number];
} {
  for (;;) {
    const input = [1 + random.integer(3), ...[0, 0].map(() => 1 + random.integer(8)), 1 + random.integer(5)];
    const filter =
      random.uniform() < 0.3 ? ([1, 1] as const) : ([1 + random.integer(5), 1 + random.integer(5)] as const);
    const attrs = {
      padding: padding(random),
      strideH: 1 + random.integer(6),
      strideW: 1 + random.integer(6),
      dilationH: pick(random, [1, 1, 2, 3]),
      dilationW: pick(random, [1, 1, 2, 3]),
      activation: activation(random),
    };
    const fits = [0, 1].every((i) => {
      const dilation = i === 0 ? attrs.dilationH : attrs.dilationW;
      return (filter[i]! - 1) * dilation < input[i + 1]!;
    });
    if (attrs.padding === "SAME" || fits) return { attrs, input, filter };
  }
}

/** Any weights, per channel or per tensor, and biases that leave their sums within 32 bits. */
function weightedGraph(
  op: AnyOp,
  attrs: object,
  inputShape: readonly number[],
  shape: readonly number[],
  channelAxis: number,
  random: Random,
): Graph {
  const inputQuant = randomScale(random, -8, 2);
  const raw = rawGraph(op.name.toLowerCase(), "int8", inputShape, inputQuant);
  const channels = shape[channelAxis]!;
  const perChannel = channels > 1 && random.uniform() < 0.6;
  const scales = Array.from({ length: channels }, () => randomScale(random, -14, 0).scale);
  const weightQuant: QuantizationParams = perChannel
    ? { kind: "perChannel", axis: channelAxis, scales }
    : {
        kind: "perTensor",
        scale: scales[0]!,
        // Other tools may quantise the weights of a dense layer about another value than 0.
        zeroPoint: op === fullyConnected ? randomScale(random, 0, 0).zeroPoint : 0,
      };
  const weights = raw.constant(shape, int8Values(random, elementCount(shape)), weightQuant);
  const biasRange = 2 ** random.integer(30);
  const biasData = Int32Array.from({ length: channels }, () => (random.uniform() - 0.5) * biasRange);
  const biasScales = scales.map((scale) => Math.fround(inputQuant.scale * scale));
  const biasQuant: QuantizationParams = perChannel
    ? { kind: "perChannel", axis: 0, scales: biasScales }
    : { kind: "perTensor", scale: biasScales[0]!, zeroPoint: 0 };
  const bias = raw.constant([channels], biasData, biasQuant);
  const output = randomScale(random, -8, 6);
  const sum = firstSum(raw.get(weights), channelAxis, extremeOf(random, inputQuant), biasData[0]!);
  const tied = perhapsTied(random, output, inputQuant.scale * scales[0]!, sum);
  return raw.build(raw.node(op, attrs, ["input", weights, bias], tied));
}

/** The first sum of a dense layer, or of a convolution by a filter of one tap, where all of the input is an extreme. */
function firstSum(
  { constant, quant, shape }: Tensor,
  channelAxis: number,
  input: number,
  bias: number,
): number {
  const zeroPoint = quant?.kind === "perTensor" ? quant.zeroPoint : 0;
  const taps = constant!.subarray(0, channelAxis === 0 ? shape.at(-1)! : 1);
  return [...taps].reduce((sum, weight) => sum + input * (weight - zeroPoint), bias);
}
