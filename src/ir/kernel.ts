// What an operator says of its kernel in C++: which function of firmware/bandsmith/nn computes it, and with what
// constants. Plain data; src/codegen/ alone turns it into text.

/** What kernels may count on in the chip that they are compiled for; layouts of tables may follow it. */
export interface KernelTarget {
  /** 16-bit multiply-accumulates with loads (Xtensa's MAC16 option, as the ESP32 has it). */
  readonly mac16: boolean;
  /** The upper half of a product of two int32 in one instruction, as RISC-V's MULH. */
  readonly highProduct: boolean;
}

/** Plain C++ for any chip with that product; where there is none it is slower. */
export const PORTABLE: KernelTarget = { mac16: false, highProduct: true };

/** Plain C++ for a chip without it, and for the emulated Xtensa cores. */
export const WITHOUT_HIGH_PRODUCT: KernelTarget = { mac16: false, highProduct: false };

/** The ESP32's core, as its kernels were measured. */
export const MAC16: KernelTarget = { mac16: true, highProduct: false };

/** A table in flash. */
export interface KernelTable {
  /** Part of the constant's name in C++, such as "Weights". */
  readonly name: string;
  readonly type: "int8_t" | "int16_t" | "int32_t";
  readonly values: ArrayLike<number>;
  /** Set where the elements are structs of so many of these values. */
  readonly record?: { readonly type: string; readonly members: number };
}

/** Memory of a kernel's own while a call runs, in whole words; what it held before is not kept. */
export interface KernelScratch {
  readonly type: KernelTable["type"];
  readonly length: number;
}

/** A number of type float in C++, where the operator itself computes in float. */
export interface KernelFloat {
  readonly float32: number;
}

/** An array or a nested struct. */
export type KernelNumbers = readonly KernelValue[];

/** A member of a parameter struct. */
export type KernelValue = number | KernelFloat | KernelTable | KernelNumbers;

/** A member and a comment for the reader of the generated file. */
export type KernelField = readonly [value: KernelValue, comment: string];

/**
 * The output of a call may take the memory of an input that nobody needs any more, if it begins at least `lead` bytes
 * before it: then no value is overwritten that the call still reads (src/ops/in-place.ts).
 */
export interface KernelOverlap {
  /** Which of the node's inputs. */
  readonly input: number;
  readonly lead: number;
}

/**
 * How much of what a kernel does: counts by kind, such as "macs" and "outputs". src/plan/instructions.ts weighs them by
 * what one of each takes on a chip; a kind's name says nothing outside of its function.
 */
export type KernelWork = Readonly<Record<string, number>>;

/** One call: function(parameters, scratch …, inputs …, outputs …). */
export interface KernelCall {
  /** Below firmware/bandsmith/nn/, such as "conv_2d.h". */
  readonly header: string;
  /** In namespace bandsmith. */
  readonly function: string;
  /** What it is specialised for: its template's arguments. */
  readonly specialisedFor?: readonly number[];
  /** The struct of its parameters, in namespace bandsmith. */
  readonly parameters: string;
  /** The types that the struct is a template of, in namespace bandsmith. */
  readonly parametersOf?: readonly string[];
  /** The struct's members in their order. */
  readonly fields: readonly KernelField[];
  /** Null where the function takes scratch memory, and this call needs none. */
  readonly scratch?: readonly (KernelScratch | null)[];
  /** Which of the node's inputs and outputs the function is handed, by position. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Inputs that the output may overlap; said only by the one call of a node with one output. */
  readonly overlaps?: readonly KernelOverlap[];
  /** Absent, it is estimated by the values that go in and out. */
  readonly work?: KernelWork;
  /** Set where the function answers false to inputs that have no output: the inference then ends. */
  readonly mayFail?: true;
}

export function isKernelFloat(value: KernelValue): value is KernelFloat {
  return typeof value === "object" && "float32" in value;
}

export function isKernelTable(value: KernelValue): value is KernelTable {
  return typeof value === "object" && "values" in value && "type" in value;
}

/** The tables of a call, in the order of its struct. */
export function tablesOf({ fields }: KernelCall): KernelTable[] {
  const tables = (value: KernelValue): KernelTable[] => {
    if (typeof value === "number" || isKernelFloat(value)) return [];
    return isKernelTable(value) ? [value] : value.flatMap(tables);
  };
  return fields.flatMap(([value]) => tables(value));
}
