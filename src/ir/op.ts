// The interface of an operator: everything about it, in one object, in one file under src/ops/. Operators stand in
// nodes and may themselves run nodes, so that both are here.
import type { Builder } from "flatbuffers";
import type { KernelCall, KernelTarget } from "./kernel.ts";
import type { DType, Tensor, TensorData } from "./tensor.ts";

/** For each dimension how many zeros stand before it and after it. */
export type Paddings = readonly (readonly [before: number, after: number])[];

/** What an input is to its operator; decides how it is quantised. */
export type Role = "activation" | "weight" | "bias";

/** A tensor with the memory it lives in for one run. */
export interface Operand {
  readonly tensor: Tensor;
  readonly data: TensorData;
}

export type Each<I extends readonly Role[], V> = { readonly [K in keyof I]: V };
/** One value for each output; every operator has at least one. */
export type Outputs<V> = readonly [V, ...V[]];

/** How the quantiser gives the outputs their scale and zero point. */
export type OutputQuantization =
  | {
      readonly kind: "calibrated";
      /** The output's scale is at least this part of the activation inputs' largest: a kernel may take no finer one. */
      readonly finest?: number;
    }
  /** Calibrated with zero point 0. */
  | { readonly kind: "symmetric" }
  /** Nothing is rescaled: every activation input and every output share one scale and zero point. */
  | { readonly kind: "sameAsInputs" }
  /** Output k is input k after some rounds through the operator's subgraphs: shared one by one. */
  | { readonly kind: "carried" }
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

/** An operator of a file before it is understood. */
export interface FileOperator {
  readonly options: OptionsTable;
  /** In the file's order; null where an optional input is left out (index −1). */
  readonly inputs: readonly (Tensor | null)[];
  /** True where the input of that position is a state, kept from one inference to the next. */
  isVariable(slot: number): boolean;
  readonly outputs: Outputs<Tensor>;
  /** Another subgraph of the same file; a ShapeError where there is none, or where it would contain itself. */
  readonly subgraph: (index: number) => Subgraph;
}

/** An input that stands in the file alone: an attribute that TFLite keeps in a tensor, or a state. */
export interface ExtraInput {
  /** Position among the file's inputs. */
  readonly slot: number;
  /** Its name is a suffix to the output's. */
  readonly tensor: Tensor;
  /** True for a state, which lives from one inference to the next unless it is reset. */
  readonly variable: boolean;
}

/** How an operator stands in a .tflite file (schema version 3). */
export interface TfliteCodec<A> {
  /** BuiltinOperator code. */
  readonly opcode: number;
  /** Member of the BuiltinOptions union; 0 where the operator has no options. */
  readonly optionsType: number;
  /** The lowest operator version that expresses these tensors. */
  version(inputs: readonly Tensor[], outputs: Outputs<Tensor>): number;
  /**
   * Writes the options table; returns its offset, 0 for none.
   * @param subgraphs file indices of the operator's subgraphs
   */
  write(builder: Builder, attrs: A, subgraphs: readonly number[]): number;
  /** The attributes, from options and extra inputs; a ShapeError where they are not supported. */
  read(file: FileOperator): A;
  /** The node's inputs by their positions in the file; 0, 1, 2 … if absent. Other positions are extra inputs. */
  readonly slots?: readonly number[];
  /** How many inputs the file lists, where trailing ones are left out (−1) and must still be there. */
  readonly inputs?: number;
  /** What else stands among the file's inputs. Positions that nothing fills are left out (−1). */
  extraInputs?(attrs: A, inputs: readonly Tensor[], outputs: Outputs<Tensor>): readonly ExtraInput[];
  /** Tensors that full TFLite wants beside an integer LSTM. */
  intermediates?(attrs: A, inputs: readonly Tensor[], outputs: Outputs<Tensor>): readonly Tensor[];
}

/** A subgraph with its memory, for operators that run one. */
export interface BoundSubgraph {
  readonly inputs: readonly TensorData[];
  readonly outputs: readonly TensorData[];
  run(): void;
}

/** What binding an operator may ask for beside its inputs and outputs. */
export interface BindContext {
  readonly subgraph: (subgraph: Subgraph) => BoundSubgraph;
  /** Memory of the operator's internal values (Op.internals). */
  readonly internals: readonly TensorData[];
}

/**
 * One operator. Methods are declared as methods on purpose: their parameters are then compared bivariantly, so that
 * a Conv2D operator is an `AnyOp` and a node can hold its operator object.
 */
export interface Op<A extends object, I extends readonly Role[]> {
  /** TFLite's name, such as "CONV_2D". */
  readonly name: string;
  readonly roles: I;
  /** True where the last role repeats as often as there are inputs. */
  readonly variadic?: boolean;
  /** MicroMutableOpResolver method that registers it, such as "AddConv2D". */
  readonly resolverMethod: string;
  /** Attributes as short text for listings. */
  describe(attrs: A): string;
  /** Shapes of the outputs, or a thrown ShapeError where the inputs do not fit. */
  inferShapes(attrs: A, inputs: Each<I, Tensor>): Outputs<readonly number[]>;
  /** Types of the outputs where they are not simply the first input's (see types.ts). */
  inferTypes?(attrs: A, inputs: Each<I, Tensor>): Outputs<DType>;
  /** Multiply-accumulates of one evaluation. */
  macs(attrs: A, inputs: Each<I, Tensor>): number;
  outputQuantization(attrs: A): OutputQuantization;
  weightQuantization(attrs: A): WeightQuantization;
  /**
   * Set for an operator of rule "sameAsInputs" whose kernel copies bytes whatever the scales say, and before which
   * TensorFlow's own converter leaves scales that differ. Files are then taken as they are.
   */
  readonly copiesAnyScale?: boolean;
  /** For a first input in float32. Binds memory once; the returned function evaluates without allocating. */
  bindFloat: Bind<A, I>;
  /** For a first input in int8, to the letter of TFLite Micro's reference kernel. */
  bindInt8: Bind<A, I>;
  /** For counters and conditions: a first input in int32 or bool. */
  bindInt32?: Bind<A, I>;
  /**
   * Set where the output is the input's bytes under another shape: the compiled engine gives both the same memory, and
   * nothing runs.
   */
  readonly view?: true;
  /**
   * The kernels in C++ that compute the int8 operator, in their order, with every constant worked out; absent where
   * there are none yet. Must give what bindInt8 gives, to the bit (test/firmware/kernels.test.ts). Which kernel it is
   * depends on the target; so a call itself says which inputs its output may overlap (KernelCall.overlaps).
   */
  emit?(
    attrs: A,
    inputs: Each<I, Tensor>,
    outputs: Outputs<Tensor>,
    target: KernelTarget,
  ): readonly KernelCall[];
  /** Types of the first input that `emit` has kernels for; int8 alone if absent. */
  readonly emitTypes?: readonly DType[];
  /** Set for a loop: the compiled engine makes one of it, with whatever kernels its subgraphs call. */
  loop?(attrs: A): Loop;
  /** Float values inside the operator whose ranges the quantiser must know, such as the cell of an LSTM. */
  internals?(attrs: A, inputs: Each<I, Tensor>): readonly (readonly number[])[];
  /** The attributes of the int8 operator, from the largest magnitude of each internal value. */
  calibrate?(attrs: A, magnitudes: readonly number[]): A;
  /** The subgraphs that the operator runs, and the attributes with others in their place. */
  subgraphs?(attrs: A): readonly Subgraph[];
  withSubgraphs?(attrs: A, subgraphs: readonly Subgraph[]): A;
  readonly tflite: TfliteCodec<A>;
  /**
   * Set where the output is linear in the weights and bias (inputs 1 and 2): the weights' axis that runs along the
   * output's channels, so that a following scale or shift of channels can be folded into them.
   */
  readonly affine?: { readonly channelAxis: number };
  /** Zeros (in int8 the zero point) that it puts around its input, before and after in each dimension. */
  paddings?(attrs: A): Paddings;
  /** The attributes of the operator with such zeros around its first input; null where it cannot add them itself. */
  withPaddings?(attrs: A, paddings: Paddings): A | null;
  /** Set where another operator can apply this one as its fused activation. */
  readonly fusesAs?: "RELU" | "RELU6";
}

/** Declared as a method so that its parameters, too, are compared bivariantly. */
type Bind<A extends object, I extends readonly Role[]> = {
  bind(attrs: A, inputs: Each<I, Operand>, outputs: Outputs<Operand>, context: BindContext): () => void;
}["bind"];

/** An operator that runs its body on the carried values for as long as the condition holds. */
export interface Loop {
  readonly condition: Subgraph;
  readonly body: Subgraph;
  /** After so many rounds it is taken for one that never ends. */
  readonly limit: number;
}

/** Any operator: what a node holds. */
export type AnyOp = Op<object, readonly Role[]>;

export interface Node {
  readonly op: AnyOp;
  readonly attrs: object;
  /** Tensor names, one a role of the operator. */
  readonly inputs: readonly string[];
  readonly outputs: Outputs<string>;
}

/** Nodes over tensors, whatever goes in and out. */
export interface Body {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** In execution order. */
  readonly nodes: readonly Node[];
}

/** What an operator such as WHILE runs. */
export interface Subgraph extends Body {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Inputs whose shapes do not fit an operator; the readers turn it into their own message. */
export class ShapeError extends Error {
  override name = "ShapeError";
}

/** The role of an operator's input, by position. */
export function roleOf(op: AnyOp, index: number): Role | undefined {
  return op.roles[index] ?? (op.variadic ? op.roles.at(-1) : undefined);
}
