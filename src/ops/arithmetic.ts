// What ADD, SUB and MUL share: shapes, types, options, and their float and int32 forms.
import {
  type Each,
  type FileOperator,
  type Op,
  type Operand,
  type OutputQuantization,
  ShapeError,
} from "../ir/op.ts";
import type { DType, PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { sameTypes } from "../ir/types.ts";
import { activationCode, type FusedActivation, floatRange } from "./activation.ts";
import { broadcastShape, elementwiseCall, operandIndices } from "./elementwise.ts";
import { readActivation } from "./options.ts";

export interface ArithmeticAttrs {
  readonly activation: FusedActivation;
}

const ROLES = ["activation", "activation"] as const;

export type ArithmeticOp = Op<ArithmeticAttrs, typeof ROLES>;

/** Of both inputs and the output. */
export type Scales = readonly [PerTensorQuantization, PerTensorQuantization, PerTensorQuantization];

interface Arithmetic {
  readonly name: string;
  readonly resolverMethod: string;
  readonly opcode: number;
  readonly optionsType: number;
  /** Fields of the options table, of which the activation is the first. */
  readonly optionFields: number;
  readonly float: (x: number, z: number) => number;
  /** Its result is cut to 32 bits. */
  readonly int32: (x: number, z: number) => number;
  /** The same in C++, of int32_arithmetic.h. */
  readonly int32Kernel: string;
  readonly bindInt8: ArithmeticOp["bindInt8"];
  readonly emit: NonNullable<ArithmeticOp["emit"]>;
  readonly outputQuantization: OutputQuantization;
  /** Throws a ShapeError where the kernel stops at the scales of inputs and output. */
  readonly checkScales?: (scales: Scales) => void;
}

export function arithmeticOp(arithmetic: Arithmetic): ArithmeticOp {
  return {
    name: arithmetic.name,
    roles: ROLES,
    resolverMethod: arithmetic.resolverMethod,
    describe: (a) => a.activation,
    inferShapes: (_attrs, [a, b]) => [broadcastShape(a.shape, b.shape)],
    inferTypes: ({ activation }, inputs) => [typeOf(activation, inputs)],
    macs: () => 0,
    outputQuantization: () => arithmetic.outputQuantization,
    weightQuantization: () => ({ kind: "perTensor" }),
    bindFloat({ activation }, inputs, [output]) {
      const { min, max } = floatRange(activation);
      const combine = arithmetic.float;
      const clamped = (x: number, z: number): number => Math.min(Math.max(combine(x, z), min), max);
      return bindElementwise(clamped, inputs, output);
    },
    bindInt8: arithmetic.bindInt8,
    emitTypes: ["int8", "int32"],
    emit: (attrs, inputs, outputs, target) =>
      inputs[0].dtype === "int8"
        ? arithmetic.emit(attrs, inputs, outputs, target)
        : [elementwiseCall("int32_arithmetic.h", arithmetic.int32Kernel, inputs, outputs[0])],
    bindInt32: (_attrs, inputs, [output]) => bindElementwise(arithmetic.int32, inputs, output),
    tflite: {
      opcode: arithmetic.opcode,
      optionsType: arithmetic.optionsType,
      version: ([a]) => (a!.dtype === "int8" ? 2 : 1),
      write(builder, { activation }) {
        builder.startObject(arithmetic.optionFields);
        builder.addFieldInt8(0, activationCode(activation), 0);
        return builder.endObject();
      },
      read(file) {
        const scales = scalesOf(file);
        if (scales !== null) arithmetic.checkScales?.(scales);
        return { activation: readActivation(file.options, 0, file.outputs[0]) };
      },
    },
  };
}

function typeOf(activation: FusedActivation, inputs: Each<typeof ROLES, Tensor>): DType {
  const [dtype] = sameTypes(inputs);
  if (dtype === "int8" || dtype === "float32") return dtype;
  if (dtype !== "int32") {
    throw new ShapeError(`${inputs[0].name} is ${dtype}; int8, float32 and int32 are supported`);
  }
  // The kernel of ADD leaves an activation out here, that of SUB does not.
  if (activation !== "NONE") throw new ShapeError(`an activation (${activation}) of int32 is not supported`);
  const scaled = inputs.find((tensor) => tensor.quant !== null);
  if (scaled !== undefined)
    throw new ShapeError(`${scaled.name} is int32 with a scale, which is not supported`);
  return dtype;
}

function bindElementwise(
  combine: (x: number, z: number) => number,
  inputs: readonly [Operand, Operand],
  output: Operand,
): () => void {
  const [x, z, y] = [inputs[0].data, inputs[1].data, output.data];
  const [ia, ib] = operandIndices(inputs, output);
  return () => {
    for (let i = 0; i < y.length; i++) y[i] = combine(x[ia[i]!]!, z[ib[i]!]!);
  };
}

/** Scales of both inputs and the output; null for an operator that is not int8 throughout. */
function scalesOf({ inputs, outputs }: FileOperator): Scales | null {
  const [a, b, y] = [inputs[0]?.quant, inputs[1]?.quant, outputs[0].quant];
  if (a?.kind !== "perTensor" || b?.kind !== "perTensor" || y?.kind !== "perTensor") return null;
  return [a, b, y];
}
