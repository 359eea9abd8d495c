// What an operator says of its kernel in C++: which function of firmware/bandsmith/nn computes it, and with what
// constants. Plain data; src/codegen/ alone turns it into text.

/** What kernels may count on in the chip that they are compiled for; layouts of tables may follow it. */
export interface KernelTarget {
  /** 16-bit multiply-accumulates with loads (Xtensa's MAC16 option, as the ESP32 has it). */
  readonly mac16: boolean;
}

/** Plain C++ on any chip. */
export const PORTABLE: KernelTarget = { mac16: false };

/** A table in flash. */
export interface KernelTable {
  /** Part of the constant's name in C++, such as "Weights". */
  readonly name: string;
  readonly type: "int8_t" | "int16_t" | "int32_t";
  readonly values: ArrayLike<number>;
  /** Set where the elements are structs of so many of these values. */
  readonly record?: { readonly type: string; readonly members: number };
}

/** Memory of a kernel's own, written anew by every call. */
export interface KernelScratch {
  readonly name: string;
  readonly type: KernelTable["type"];
  readonly length: number;
}

/** An array or a nested struct. */
export type KernelNumbers = readonly KernelValue[];

/** A member of a parameter struct; null is a pointer to nothing. */
export type KernelValue = number | null | KernelTable | KernelScratch | KernelNumbers;

/** A member and a comment for the reader of the generated file. */
export type KernelField = readonly [value: KernelValue, comment: string];

/**
 * How much of what a kernel does: counts by kind, such as "macs" and "outputs". src/plan/instructions.ts weighs them by
 * what one of each takes on a chip; a kind's name says nothing outside of its function.
 */
export type KernelWork = Readonly<Record<string, number>>;

/** One call: function(parameters, inputs …, outputs …). */
export interface KernelCall {
  /** Below firmware/bandsmith/nn/, such as "conv_2d.h". */
  readonly header: string;
  /** In namespace bandsmith. */
  readonly function: string;
  /** What it is specialised for: its template's arguments. */
  readonly specialisedFor?: readonly number[];
  /** The struct of its parameters, in namespace bandsmith. */
  readonly parameters: string;
  /** The struct's members in their order. */
  readonly fields: readonly KernelField[];
  /** Which of the node's inputs and outputs the function is handed, by position. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Absent, it is estimated by the values that go in and out. */
  readonly work?: KernelWork;
}

export function isKernelTable(value: KernelValue): value is KernelTable {
  return typeof value === "object" && value !== null && "values" in value && "type" in value;
}

export function isKernelScratch(value: KernelValue): value is KernelScratch {
  return typeof value === "object" && value !== null && "length" in value && "type" in value;
}

/** Elements of the smallest type in a word. */
const WORD = 4;

/** The tables of a call, in the order of its struct. */
export function tablesOf(call: KernelCall): KernelTable[] {
  return leaves(call).filter(isKernelTable);
}

function scratchOf(call: KernelCall): KernelScratch[] {
  return leaves(call).filter(isKernelScratch);
}

/** Where in one array a type the scratch of a call begins. */
export function scratchPlaces(call: KernelCall): ReadonlyMap<KernelScratch, number> {
  const ends = new Map<KernelScratch["type"], number>();
  return new Map(
    scratchOf(call).map((scratch) => {
      const at = ends.get(scratch.type) ?? 0;
      // Whole words, since kernels may load them.
      ends.set(scratch.type, Math.ceil((at + scratch.length) / WORD) * WORD);
      return [scratch, at] as const;
    }),
  );
}

/** How long those arrays are: calls run one after the other, and share them. */
export function scratchLengths(calls: readonly KernelCall[]): ReadonlyMap<KernelScratch["type"], number> {
  const lengths = new Map<KernelScratch["type"], number>();
  for (const call of calls) {
    for (const [{ type, length }, at] of scratchPlaces(call)) {
      lengths.set(type, Math.max(lengths.get(type) ?? 0, at + length));
    }
  }
  return lengths;
}

/** Its values without the structs and arrays around them. */
function leaves({ fields }: KernelCall): KernelValue[] {
  const flat = (value: KernelValue): KernelValue[] =>
    typeof value === "number" || value === null || isKernelTable(value) || isKernelScratch(value)
      ? [value]
      : value.flatMap(flat);
  return fields.flatMap(([value]) => flat(value));
}
