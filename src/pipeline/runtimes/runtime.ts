// A TensorFlow Lite runtime that nobody here wrote, and what it is expected to say.

/** How a runtime is judged against the interpreter. */
export type Rule =
  /** Every value must be equal. */
  | { readonly kind: "equality" }
  /** Most windows of another class, and most accuracy lost where classes are known; shares of the windows. */
  | { readonly kind: "agreement"; readonly mostOtherClass: number; readonly mostAccuracyLost: number };

export interface Runtime {
  readonly title: string;
  /** Python module and PyPI package that hold it. */
  readonly module: string;
  readonly package: string;
  readonly rule: Rule;
  /** Why that rule, for a person who reads the table. */
  readonly because: string;
}

/** A share as whole windows, rounded up: one tie among few windows is no verdict. */
export function windowsOf(share: number, windows: number): number {
  return Math.ceil(share * windows);
}
