// What MEAN, SUM and REDUCE_MAX share: axes, shapes, and which output element each input element goes to.
import type { KernelField, KernelWork } from "../ir/kernel.ts";
import { type Op, type Operand, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { broadcastIndices } from "./elementwise.ts";
import { elementwise } from "./in-place.ts";
import { constantInt32, int32Input } from "./parameters.ts";
import { stridesOf } from "./strided-copy.ts";
import { walkField } from "./strided-walk.ts";
import { walkWork } from "./work.ts";

export interface ReduceAttrs {
  /** Ascending, each once, from 0. */
  readonly axes: readonly number[];
  /** True to keep the reduced dimensions with size 1. */
  readonly keepDims: boolean;
}

const ROLES = ["activation"] as const;

export type ReduceOp = Op<ReduceAttrs, typeof ROLES>;

type Kernels = Pick<ReduceOp, "outputQuantization" | "bindFloat" | "bindInt8" | "emit">;

/** What TFLite Micro's kernels count with, before 2026 in an array of five. */
const MAX_RANK = 5;

export function reduceOp(
  identity: Pick<ReduceOp, "name" | "resolverMethod"> & { readonly opcode: number },
  kernels: Kernels,
): ReduceOp {
  return {
    name: identity.name,
    roles: ROLES,
    resolverMethod: identity.resolverMethod,
    describe: ({ axes, keepDims }) => `over [${axes.join(", ")}]${keepDims ? " keeping dimensions" : ""}`,
    inferShapes(attrs, [input]) {
      checkAxes(attrs, input);
      const kept = keptShape(attrs, input);
      return [attrs.keepDims ? kept : kept.filter((_, i) => !attrs.axes.includes(i))];
    },
    macs: () => 0,
    weightQuantization: () => ({ kind: "perTensor" }),
    ...kernels,
    tflite: {
      opcode: identity.opcode,
      optionsType: 27,
      slots: [0],
      version: ([input]) => (input!.dtype === "int8" ? 2 : 1),
      write(builder, { keepDims }) {
        builder.startObject(1);
        builder.addFieldInt8(0, keepDims ? 1 : 0, 0);
        return builder.endObject();
      },
      read(file) {
        const rank = file.inputs[0]?.shape.length ?? 0;
        const axes = constantInt32(file, 1, "axes").map((axis) => (axis < 0 ? axis + rank : axis));
        return {
          axes: [...new Set(axes)].sort((a, b) => a - b),
          keepDims: file.options.bool(0, false),
        };
      },
      extraInputs: ({ axes }) => [int32Input(1, "axes", [axes.length], axes)],
    },
  };
}

function checkAxes({ axes }: ReduceAttrs, { shape }: Tensor): void {
  if (shape.length > MAX_RANK) {
    throw new ShapeError(`its input has ${shape.length} dimensions, at most ${MAX_RANK} are supported`);
  }
  if (axes.length === 0) {
    throw new ShapeError("it has no axes");
  }
  axes.forEach((axis, i) => {
    if (axis < 0 || axis >= shape.length) {
      throw new ShapeError(`axis ${axis} is not one of the ${shape.length} of [${shape.join(", ")}]`);
    }
    if (i > 0 && axis <= axes[i - 1]!) throw new ShapeError(`its axes [${axes.join(", ")}] do not ascend`);
  });
}

function keptShape({ axes }: ReduceAttrs, { shape }: Tensor): number[] {
  return shape.map((dimension, i) => (axes.includes(i) ? 1 : dimension));
}

/** For each input element the index of the output element that it goes to. */
export function reducedIndices(attrs: ReduceAttrs, { tensor }: Operand): Int32Array {
  return broadcastIndices(keptShape(attrs, tensor), tensor.shape);
}

/** Of the walks over the outputs, and over the values of each. */
export function reduceWork(attrs: ReduceAttrs, { shape }: Tensor): KernelWork {
  const strides = stridesOf(shape);
  const reduced = attrs.axes.map((axis) => shape[axis]!);
  const steps = attrs.axes.map((axis) => strides[axis]!);
  const { runs, values } = walkWork(reduced, steps, steps);
  const outputs = elementCount(shape) / values!;
  return { outputs, runs: outputs * runs!, values: outputs * values! };
}

/** Input elements that go to one output element. */
export function reducedCount({ axes }: ReduceAttrs, { shape }: Tensor): number {
  return elementCount(axes.map((axis) => shape[axis]!));
}

/** Outputs in their order: the k-th one's values, and those of all later ones, begin at the k-th value or behind it. */
export const REDUCE_OVERLAPS = elementwise(0);

/** StridedWalks of the kernels in C++: over the outputs, and over the values of one. */
export function reduceFields({ axes }: ReduceAttrs, { shape }: Tensor): readonly KernelField[] {
  const strides = stridesOf(shape);
  const field = (walked: (axis: number) => boolean, what: string): KernelField => {
    const dimensions = shape.map((_, i) => i).filter(walked);
    const steps = dimensions.map((i) => strides[i]!);
    const sizes = dimensions.map((i) => shape[i]!);
    return [walkField(sizes, steps, new Array<number>(steps.length).fill(0)), what];
  };
  return [
    field((i) => !axes.includes(i), "from output to output: sizes, steps in the input"),
    field((i) => axes.includes(i), "the values of one output: sizes, steps in the input"),
  ];
}
