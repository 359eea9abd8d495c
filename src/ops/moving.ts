// What operators share that only move values: no arithmetic, one scale and zero point, and the same walk for every type.
import type { Builder } from "flatbuffers";
import { type Each, type Op, type Operand, type Outputs, ShapeError } from "../ir/op.ts";
import type { DType, Tensor } from "../ir/tensor.ts";
import { sameTypes } from "../ir/types.ts";

type One = readonly ["activation"];
type Many = readonly "activation"[];

interface Movement<A extends object, I extends Many>
  extends Pick<
    Op<A, I>,
    "name" | "resolverMethod" | "describe" | "inferShapes" | "copiesAnyScale" | "view" | "tflite"
  > {
  /** Those that TFLite Micro's kernel moves; all if absent. */
  readonly types?: readonly DType[];
  readonly bind: (attrs: A, inputs: Each<I, Operand>, outputs: Outputs<Operand>) => () => void;
}

/** An operator that moves the values of one input, in every type alike. */
export function movingOp<A extends object>(movement: Movement<A, One>): Op<A, One> {
  return make<A, One>(["activation"], movement);
}

/** The same for any number of inputs. */
export function joiningOp<A extends object>(movement: Movement<A, Many>): Op<A, Many> {
  return { ...make<A, Many>(["activation"], movement), variadic: true };
}

function make<A extends object, I extends Many>(
  roles: I,
  { types, bind, ...rest }: Movement<A, I>,
): Op<A, I> {
  return {
    ...rest,
    roles,
    inferTypes: (attrs, inputs) => movedTypes(inputs, rest.inferShapes(attrs, inputs).length, types),
    macs: () => 0,
    outputQuantization: () => ({ kind: "sameAsInputs" }),
    weightQuantization: () => ({ kind: "perTensor" }),
    bindFloat: bind,
    bindInt8: bind,
    bindInt32: bind,
  };
}

/** One type for all, and one that the kernel moves. */
export function movedTypes(
  inputs: readonly Tensor[],
  outputs: number,
  types?: readonly DType[],
): Outputs<DType> {
  const { name, dtype } = inputs[0]!;
  if (types !== undefined && !types.includes(dtype)) {
    throw new ShapeError(`${name} is ${dtype}; ${types.join(", ")} are supported`);
  }
  return sameTypes(inputs, outputs);
}

/** Kernels have tables of a fixed size for dimensions. */
export function checkRank({ name, shape }: Tensor, max: number): void {
  if (shape.length > max) {
    throw new ShapeError(`${name} has ${shape.length} dimensions, at most ${max} are supported`);
  }
}

/** The operator versions that types need above 1. */
export function versionOf({ dtype }: Tensor, versions: Readonly<Partial<Record<DType, number>>>): number {
  return versions[dtype] ?? 1;
}

/** An options table without fields, as the converter writes it. */
export function emptyOptions(builder: Builder): number {
  builder.startObject(0);
  return builder.endObject();
}
