// Random arithmetic of two operands: computed and constant, broadcast every way, int8 between any scales, int32.
import type { Graph } from "../../../src/ir/graph.ts";
import type { AnyOp } from "../../../src/ir/op.ts";
import { elementCount, type PerTensorQuantization } from "../../../src/ir/tensor.ts";
import { add, batchMatmul, less, mul, quantize, reduceMax, reshape, sub } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { activation, normals, type OperatorCase, type OperatorCases, pick, type Step } from "./case.ts";
import { quantizedStep } from "./quantized.ts";
import {
  broadcastableShape,
  extremeOf,
  int8Values,
  int32Values,
  perhapsTied,
  type RawGraph,
  randomScale,
  rawGraph,
  shapeOfRank,
} from "./raw.ts";

/** Scales of the operands as powers of two; and of the output over the larger of theirs. */
interface Scales {
  readonly inputs: readonly [number, number];
  readonly output: readonly [number, number];
}

/** Dimensions over which the kernels broadcast. */
const MAX_RANK = 4;

const anyActivation = (random: Random): object => ({ activation: activation(random) });

export const ARITHMETIC: OperatorCases = {
  // At output scales of 2^-19 of the inputs' the kernels of ADD and SUB stop.
  ADD: elementwise(add, anyActivation, { inputs: [-8, 2], output: [-18, 4] }),
  SUB: elementwise(sub, anyActivation, { inputs: [-8, 2], output: [-18, 4] }),
  MUL: elementwise(mul, anyActivation, { inputs: [-8, 2], output: [-18, 8] }),
  LESS: {
    graph: (random) =>
      pick(random, [
        () => int8Graph(less, {}, { inputs: [-8, -0.01], output: [0, 0] }, random),
        () => int32Graph(less, {}, random),
        () => floatGraph(less, {}, random),
      ])(),
  },
  BATCH_MATMUL: { step: matmulStep, graph: matmulGraph },
};

function elementwise(op: AnyOp, attrs: (random: Random) => object, scales: Scales): OperatorCase {
  const step: Step = (b, random, input, name) => {
    const depth = b.shapeOf(input).at(-1)!;
    const size = pick(random, [depth, 1]);
    const constant = b.constant(`${name}/c`, [size], normals(random, size, 2));
    return b.node(op, attrs(random), [input, constant], name);
  };
  return {
    step,
    graph(random) {
      const kind = random.uniform();
      if (kind < 0.2) return quantizedStep(op.name, step, shapeOfRank(random, 1 + random.integer(4)), random);
      if (kind < 0.35) return int32Graph(op, { activation: "NONE" }, random);
      return int8Graph(op, attrs(random), scales, random);
    },
  };
}

function int8Graph(op: AnyOp, attrs: object, scales: Scales, random: Random): Graph {
  const shape = shapeOfRank(random, 1 + random.integer(4));
  const raw = rawGraph(op.name.toLowerCase(), "int8", shape, randomScale(random, ...scales.inputs));
  const operands = pick(random, [
    () => [shrunkOperand(raw, random, scales.inputs), shrunkOperand(raw, random, scales.inputs)],
    () => ["input", shrunkOperand(raw, random, null)],
    () => ["input", constantOperand(raw, random, shape, randomScale(random, ...scales.inputs))],
    () => ["input", "input"],
  ])();
  random.shuffle(operands);
  const output = outputScale(op, raw, operands, scales, random);
  return raw.build(raw.node(op, attrs, operands, op === less ? null : output));
}

/**
 * The input with some dimensions taken to 1, perhaps its leading ones left out, perhaps at another scale: a computed
 * operand that has to be broadcast.
 */
function shrunkOperand(raw: RawGraph, random: Random, rescale: readonly [number, number] | null): string {
  let name = "input";
  const { shape } = raw.get("input");
  const axes = shape.map((_, i) => i).filter(() => random.uniform() < 0.4);
  if (axes.length > 0) name = raw.node(reduceMax, { axes, keepDims: true }, [name], raw.get("input").quant);
  const present = raw.get(name).shape;
  const leading = present.findIndex((dimension) => dimension !== 1);
  const droppable = leading < 0 ? present.length - 1 : leading;
  if (droppable > 0 && random.uniform() < 0.5) {
    const newShape = present.slice(1 + random.integer(droppable));
    name = raw.node(reshape, { newShape }, [name], raw.get("input").quant);
  }
  if (rescale !== null) name = raw.node(quantize, {}, [name], randomScale(random, ...rescale));
  return name;
}

/** Any scale, or one on which the operands' own extremes tie. */
function outputScale(
  op: AnyOp,
  raw: RawGraph,
  operands: readonly string[],
  { output: [low, high] }: Scales,
  random: Random,
): PerTensorQuantization {
  const [a, b] = operands.map((name) => quantOf(raw, name)) as [PerTensorQuantization, PerTensorQuantization];
  const scale = Math.fround(Math.max(a.scale, b.scale) * 2 ** (low + random.uniform() * (high - low)));
  const any = { ...randomScale(random, 0, 0), scale };
  // The first element where all of the input is an extreme, if the other operand is constant.
  const [x, z] = operands.map((name) => {
    const { constant } = raw.get(name);
    const quant = quantOf(raw, name);
    return constant === null ? extremeOf(random, quant) : constant[0]! - quant.zeroPoint;
  }) as [number, number];
  if (op === mul) return perhapsTied(random, any, a.scale * b.scale, x * z);
  // Sums count in 2^-20 of twice the larger scale.
  const unit = 2 ** -19 * Math.max(a.scale, b.scale);
  const sum = x * a.scale + (op === sub ? -z : z) * b.scale;
  return perhapsTied(random, any, unit, sum / unit);
}

function constantOperand(
  raw: RawGraph,
  random: Random,
  shape: readonly number[],
  quant: PerTensorQuantization,
): string {
  const own = broadcastableShape(random, shape, MAX_RANK);
  return raw.constant(own, int8Values(random, elementCount(own)), quant);
}

function int32Graph(op: AnyOp, attrs: object, random: Random): Graph {
  const shape = shapeOfRank(random, 1 + random.integer(4));
  const raw = rawGraph(op.name.toLowerCase(), "int32", shape, null);
  const operands = ["input", random.uniform() < 0.3 ? "input" : int32Constant(raw, random, shape)];
  random.shuffle(operands);
  return raw.build(raw.node(op, attrs, operands, null));
}

function int32Constant(raw: RawGraph, random: Random, shape: readonly number[]): string {
  const own = broadcastableShape(random, shape, MAX_RANK);
  return raw.constant(own, int32Values(random, elementCount(own)), null);
}

function floatGraph(op: AnyOp, attrs: object, random: Random): Graph {
  const shape = shapeOfRank(random, 1 + random.integer(4));
  const raw = rawGraph(op.name.toLowerCase(), "float32", shape, null);
  const constant = raw.constant(shape, normals(random, elementCount(shape), 4), null);
  return raw.build(raw.node(op, attrs, random.shuffle(["input", constant]), null));
}

function quantOf(raw: RawGraph, name: string): PerTensorQuantization {
  const { quant } = raw.get(name);
  if (quant?.kind !== "perTensor") throw new Error(`${name} has no scale`);
  return quant;
}

/** The shape of a matrix that fits the last two dimensions of that one. */
function matmulShape(
  random: Random,
  left: readonly number[],
  { adjX, adjY }: { readonly adjX: boolean; readonly adjY: boolean },
): number[] {
  const depth = adjX ? left.at(-2)! : left.at(-1)!;
  const columns = 1 + random.integer(5);
  return [
    ...broadcastableShape(random, left.slice(0, -2), 3),
    ...(adjY ? [columns, depth] : [depth, columns]),
  ];
}

const matmulAttrs = (random: Random): { readonly adjX: boolean; readonly adjY: boolean } => ({
  adjX: random.uniform() < 0.5,
  adjY: random.uniform() < 0.5,
});

function matmulStep(...[b, random, input, name]: Parameters<Step>): string {
  const attrs = matmulAttrs(random);
  const shape = matmulShape(random, b.shapeOf(input), attrs);
  const constant = b.constant(`${name}/c`, shape, normals(random, elementCount(shape), 1));
  return b.node(batchMatmul, attrs, [input, constant], name);
}

function matmulGraph(random: Random): Graph {
  const shape = shapeOfRank(random, 2 + random.integer(4));
  if (random.uniform() < 0.3) return quantizedStep("batch_matmul", matmulStep, shape, random);
  const raw = rawGraph("batch_matmul", "int8", shape, randomScale(random, -8, 2));
  const output = randomScale(random, -12, 8);
  if (random.uniform() < 0.4) {
    // The input with itself, transposed, or with itself at another scale.
    const rescaled = random.uniform() < 0.5;
    const other = rescaled ? raw.node(quantize, {}, ["input"], randomScale(random, -8, 2)) : "input";
    const adjX = random.uniform() < 0.5;
    const operands = random.shuffle(["input", other]);
    return raw.build(raw.node(batchMatmul, { adjX, adjY: !adjX }, operands, output));
  }
  const attrs = matmulAttrs(random);
  // Either side may be the constant, and either may be the one that is broadcast.
  if (random.uniform() < 0.5) {
    const other = matmulShape(random, shape, attrs);
    const constant = raw.constant(other, int8Values(random, elementCount(other)), randomScale(random, -8, 2));
    // The first element where all of the input is an extreme: the sum down the first column.
    const [rows, columns] = [other.at(-2)!, other.at(-1)!];
    const sum = Array.from({ length: attrs.adjY ? columns : rows }, (_, k) => {
      const value = raw.get(constant).constant![attrs.adjY ? k : k * columns]!;
      return value - quantOf(raw, constant).zeroPoint;
    }).reduce((total, value) => total + value);
    const input = quantOf(raw, "input");
    const unit = input.scale * quantOf(raw, constant).scale;
    const tied = perhapsTied(random, output, unit, extremeOf(random, input) * sum);
    return raw.build(raw.node(batchMatmul, attrs, ["input", constant], tied));
  }
  const mirrored = { adjX: !attrs.adjY, adjY: !attrs.adjX };
  const other = matmulShape(random, shape, mirrored);
  const constant = raw.constant(other, int8Values(random, elementCount(other)), randomScale(random, -8, 2));
  return raw.build(raw.node(batchMatmul, attrs, [constant, "input"], output));
}
