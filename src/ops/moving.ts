// What operators share that only move values: no arithmetic, one scale and zero point, and the same walk for every type.

import type { Builder } from "flatbuffers";
import type { KernelCall } from "../ir/kernel.ts";
import { type Each, type Op, type Operand, type Outputs, ShapeError } from "../ir/op.ts";
import { BYTES_PER_ELEMENT, byteLength, type DType, elementCount, type Tensor } from "../ir/tensor.ts";
import { sameTypes } from "../ir/types.ts";
import { type Access, overlapOf } from "./in-place.ts";
import { bindStridedCopy, offsetsOf, type Strided, whole } from "./strided-copy.ts";
import { walkField } from "./strided-walk.ts";
import { walkWork } from "./work.ts";

type One = readonly ["activation"];
type Many = readonly "activation"[];

interface Movement<A extends object, I extends Many>
  extends Pick<
    Op<A, I>,
    "name" | "resolverMethod" | "describe" | "inferShapes" | "copiesAnyScale" | "view" | "paddings" | "tflite"
  > {
  /** Those that TFLite Micro's kernel moves; all if absent. */
  readonly types?: readonly DType[];
  /** What goes where. */
  readonly moves: (attrs: A, inputs: Each<I, Tensor>, outputs: Outputs<Tensor>) => readonly Move[];
  /** What an output holds where nothing is moved to. */
  readonly fill?: (output: Tensor) => number;
}

/** A block of an input's values and its place in an output; both by position. */
export interface Move {
  readonly input: number;
  readonly output: number;
  readonly shape: readonly number[];
  readonly from: Strided;
  readonly to: Strided;
}

/** All of the first input to the first output, in order. */
export function moveAll({ shape }: Tensor): readonly Move[] {
  return [{ input: 0, output: 0, shape, from: whole(shape), to: whole(shape) }];
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
  { types, moves, fill, ...rest }: Movement<A, I>,
): Op<A, I> {
  const bind = (attrs: A, inputs: Each<I, Operand>, outputs: Outputs<Operand>): (() => void) =>
    bindMoves(moves(attrs, tensorsOf(inputs), tensorsOf(outputs)), fill, inputs, outputs);
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
    emitTypes: ["float32", "int8", "int16", "int32", "bool"],
    emit: (attrs, inputs, outputs) => [
      ...(fill === undefined ? [] : outputs.map((tensor, i) => fillCall(tensor, fill(tensor), i))),
      ...moves(attrs, inputs, outputs).map((move, _, all) => ({
        ...copyCall(move, inputs[0]!),
        // Several moves, and a filled output, are read and written in turns; elements are counted as bytes.
        ...(all.length === 1 && fill === undefined && BYTES_PER_ELEMENT[inputs[0]!.dtype] === 1
          ? { overlaps: overlapOf(0, accessesOf(move)) }
          : {}),
      })),
    ],
  };
}

function tensorsOf<T extends readonly Operand[]>(operands: T): { readonly [K in keyof T]: Tensor } {
  return operands.map(({ tensor }) => tensor) as { [K in keyof T]: Tensor };
}

function bindMoves(
  moves: readonly Move[],
  fill: ((output: Tensor) => number) | undefined,
  inputs: readonly Operand[],
  outputs: readonly Operand[],
): () => void {
  const copies = moves.map(({ input, output, shape, from, to }) =>
    bindStridedCopy(shape, inputs[input]!.data, from, outputs[output]!.data, to),
  );
  const blanks = fill === undefined ? [] : outputs.map(({ tensor, data }) => ({ data, value: fill(tensor) }));
  return () => {
    for (const { data, value } of blanks) data.fill(value);
    for (const copy of copies) copy();
  };
}

function copyCall({ input, output, shape, from, to }: Move, { dtype }: Tensor): KernelCall {
  const bytes = BYTES_PER_ELEMENT[dtype];
  return {
    header: "strided_copy.h",
    function: "stridedCopy",
    ...(bytes === 1 ? {} : { specialisedFor: [bytes] }),
    parameters: "StridedCopyParameters",
    fields: [
      [walkField(shape, from.strides, to.strides), "sizes, steps in the input, steps in the output"],
      [from.offset, "first in the input"],
      [to.offset, "first in the output"],
    ],
    inputs: [input],
    outputs: [output],
    work: walkWork(shape, from.strides, to.strides),
  };
}

/** Value by value, in the order of the walk. */
function accessesOf({ shape, from, to }: Move): Access[] {
  const reads = offsetsOf(shape, from);
  return offsetsOf(shape, to).map((lastWritten, i) => ({ firstRead: reads[i]!, lastWritten }));
}

/** Of int8 any value; of wider types only 0, which is all that is ever asked for. */
function fillCall(tensor: Tensor, value: number, output: number): KernelCall {
  const fields = [
    [byteLength(tensor), "bytes"],
    [value, "value"],
  ] as const;
  const names = { header: "fill.h", function: "fill", parameters: "FillParameters" };
  return { ...names, fields, inputs: [], outputs: [output], work: { values: elementCount(tensor.shape) } };
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
