// The interface of an operator: everything about it, in one object, in one file under src/ops/.
import type { Builder } from "flatbuffers";
import type { Tensor, TensorData } from "./tensor.ts";

/** What an input is to its operator; decides how it is quantised. */
export type Role = "activation" | "weight" | "bias";

/** A tensor with the memory it lives in for one run. */
export interface Operand {
  readonly tensor: Tensor;
  readonly data: TensorData;
}

export type Each<I extends readonly Role[], V> = { readonly [K in keyof I]: V };

/** How the quantiser gives an output its scale and zero point. */
export type OutputQuantization =
  | { readonly kind: "calibrated" }
  | { readonly kind: "sameAsInput"; readonly input: number }
  | { readonly kind: "fixed"; readonly scale: number; readonly zeroPoint: number };

/** How the weight of a role "weight" input is quantised. */
export type WeightQuantization =
  | { readonly kind: "perTensor" }
  | { readonly kind: "perChannel"; readonly axis: number };

/** Raw access to one table of a flatbuffer, for the reader of an operator's options. */
export interface OptionsTable {
  int8(slot: number, fallback: number): number;
  int32(slot: number, fallback: number): number;
  float32(slot: number, fallback: number): number;
  bool(slot: number, fallback: boolean): boolean;
  int32Vector(slot: number): readonly number[] | null;
}

/** How an operator stands in a .tflite file (schema version 3). */
export interface TfliteCodec<A> {
  /** BuiltinOperator code. */
  readonly opcode: number;
  /** Member of the BuiltinOptions union; 0 where the operator has no options. */
  readonly optionsType: number;
  /** The lowest operator version that expresses these tensors. */
  version(inputs: readonly Tensor[], output: Tensor): number;
  /** Writes the options table; returns its offset, 0 for none. */
  write(builder: Builder, attrs: A): number;
  read(options: OptionsTable, inputs: readonly Tensor[], output: Tensor): A;
}

/**
 * One operator. Methods are declared as methods on purpose: their parameters are then compared bivariantly, so that
 * a Conv2D operator is an `AnyOp` and a node can hold its operator object.
 */
export interface Op<A extends object, I extends readonly Role[]> {
  /** TFLite's name, such as "CONV_2D". */
  readonly name: string;
  readonly roles: I;
  /** MicroMutableOpResolver method that registers it, such as "AddConv2D". */
  readonly resolverMethod: string;
  /** Attributes as short text for listings. */
  describe(attrs: A): string;
  /** Output shape, or a thrown ShapeError where the inputs do not fit. */
  inferShape(attrs: A, inputs: Each<I, Tensor>): readonly number[];
  /** Multiply-accumulates of one evaluation. */
  macs(attrs: A, inputs: Each<I, Tensor>, output: Tensor): number;
  outputQuantization(attrs: A): OutputQuantization;
  weightQuantization(attrs: A): WeightQuantization;
  /** Binds memory once; the returned function evaluates without allocating. */
  bindFloat(attrs: A, inputs: Each<I, Operand>, output: Operand): () => void;
  /** The same in int8, to the letter of TFLite Micro's reference kernel. */
  bindInt8(attrs: A, inputs: Each<I, Operand>, output: Operand): () => void;
  readonly tflite: TfliteCodec<A>;
  /**
   * Set where the output is linear in the weights and bias (inputs 1 and 2): the weights' axis that runs along the
   * output's channels, so that a following scale or shift of channels can be folded into them.
   */
  readonly affine?: { readonly channelAxis: number };
  /** Set where another operator can apply this one as its fused activation. */
  readonly fusesAs?: "RELU" | "RELU6";
}

/** Any operator: what a node holds. */
export type AnyOp = Op<object, readonly Role[]>;

/** Inputs whose shapes do not fit an operator; the readers turn it into their own message. */
export class ShapeError extends Error {
  override name = "ShapeError";
}
