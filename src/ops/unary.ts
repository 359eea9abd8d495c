// What operators of one value share: in int8 there are 256 answers, worked out once and looked up.
import type { KernelCall } from "../ir/kernel.ts";
import type { FileOperator, Op, OutputQuantization } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { clampInt8 } from "../util/fixedpoint.ts";
import { elementwise } from "./in-place.ts";
import { asFloat32, asInt8 } from "./quantization.ts";

const ROLES = ["activation"] as const;

type UnaryOp<A extends object> = Op<A, typeof ROLES>;

interface Unary<A extends object> {
  readonly name: string;
  readonly resolverMethod: string;
  readonly describe: (attrs: A) => string;
  readonly outputQuantization: OutputQuantization;
  readonly float: (attrs: A) => (x: number) => number;
  /** The kernel for one stored value; what it returns is clamped to int8. */
  readonly int8: (attrs: A, input: Tensor, output: Tensor) => (x: number) => number;
  /** Throws a ShapeError where the kernel refuses the scales or misbehaves. */
  readonly checkScales?: (attrs: A, input: Tensor, output: Tensor) => void;
  readonly fusesAs?: "RELU" | "RELU6";
  readonly copiesAnyScale?: boolean;
  readonly tflite: {
    readonly opcode: number;
    readonly optionsType: number;
    readonly int8Version: number;
    readonly write: UnaryOp<A>["tflite"]["write"];
    readonly read: (file: FileOperator) => A;
  };
}

export function unaryOp<A extends object>(unary: Unary<A>): UnaryOp<A> {
  const { opcode, optionsType, int8Version, write } = unary.tflite;
  return {
    name: unary.name,
    roles: ROLES,
    resolverMethod: unary.resolverMethod,
    describe: unary.describe,
    inferShapes: (_attrs, [input]) => [input.shape],
    macs: () => 0,
    outputQuantization: () => unary.outputQuantization,
    weightQuantization: () => ({ kind: "perTensor" }),
    bindFloat(attrs, [input], [output]) {
      const [x, y] = [asFloat32(input.data), asFloat32(output.data)];
      const convert = unary.float(attrs);
      return () => {
        for (let i = 0; i < y.length; i++) y[i] = convert(x[i]!);
      };
    },
    bindInt8(attrs, [input], [output]) {
      const [x, y] = [asInt8(input.data), asInt8(output.data)];
      const table = tableOf(unary.int8(attrs, input.tensor, output.tensor));
      return () => {
        for (let i = 0; i < y.length; i++) y[i] = table[x[i]! + 128]!;
      };
    },
    emit: (attrs, [input], [output]) => [lookUpCall(output, unary.int8(attrs, input, output))],
    ...(unary.copiesAnyScale === true ? { copiesAnyScale: true } : {}),
    ...(unary.fusesAs === undefined ? {} : { fusesAs: unary.fusesAs }),
    tflite: {
      opcode,
      optionsType,
      version: ([input]) => (input!.dtype === "int8" ? int8Version : 1),
      write,
      read(file) {
        const attrs = unary.tflite.read(file);
        const [input, output] = [file.inputs[0], file.outputs[0]];
        if (input?.quant?.kind === "perTensor" && output.quant?.kind === "perTensor") {
          unary.checkScales?.(attrs, input, output);
        }
        return attrs;
      },
    },
  };
}

/** Outputs for the inputs from −128 up. */
function tableOf(convert: (x: number) => number): Int8Array {
  return Int8Array.from({ length: 256 }, (_, i) => clampInt8(convert(i - 128)));
}

/** The kernel in C++ of any operator of one value. */
export function lookUpCall({ shape }: Tensor, convert: (x: number) => number): KernelCall {
  return {
    header: "look_up.h",
    function: "lookUp",
    parameters: "LookUpParameters",
    fields: [
      [elementCount(shape), "count"],
      [{ name: "Outputs", type: "int8_t", values: tableOf(convert) }, "outputs for the inputs from -128 up"],
    ],
    inputs: [0],
    outputs: [0],
    overlaps: elementwise(0),
    work: { values: elementCount(shape) },
  };
}

/** Of an operator without options. */
export const noOptions: Pick<Unary<object>["tflite"], "optionsType" | "write" | "read"> = {
  optionsType: 0,
  write: () => 0,
  read: () => ({}),
};

/** Of an operator whose table of options is empty. */
export function emptyOptions(optionsType: number): typeof noOptions {
  return {
    optionsType,
    write: (builder) => {
      builder.startObject(0);
      return builder.endObject();
    },
    read: () => ({}),
  };
}
