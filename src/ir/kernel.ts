// What an operator says of its kernel in C++: which function of firmware/bandsmith/nn computes it, and with what
// constants. Plain data; src/codegen/ alone turns it into text.

/** A table in flash. */
export interface KernelTable {
  /** Part of the constant's name in C++, such as "Weights". */
  readonly name: string;
  readonly type: "int8_t" | "int16_t" | "int32_t";
  readonly values: ArrayLike<number>;
}

/** A member of a parameter struct: a number, a table, or a nested struct or array of numbers. */
export type KernelValue = number | boolean | KernelTable | readonly number[];

/** One call: function(parameters, inputs …, outputs …). */
export interface KernelCall {
  /** Below firmware/bandsmith/nn/, such as "conv_2d.h". */
  readonly header: string;
  /** In namespace bandsmith. */
  readonly function: string;
  /** The struct of its parameters, in namespace bandsmith. */
  readonly parameters: string;
  /** The struct's members in their order, each with a comment for the reader of the generated file. */
  readonly fields: readonly (readonly [value: KernelValue, comment: string])[];
  /** Which of the node's inputs and outputs the function is handed, by position. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export function isKernelTable(value: KernelValue): value is KernelTable {
  return typeof value === "object" && "values" in value && "type" in value;
}
