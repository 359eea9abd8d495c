// The two kinds of failure: a person's mistake (UserError) and a bug (anything else).

/**
 * A mistake that the person at the keyboard can mend. Printed without a stack, exit code 1.
 * Construct these only in messages/, so that every wording stands in one folder.
 */
export class UserError extends Error {
  /** Stable, greppable identity such as "data/missing-column"; tests assert on this. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "UserError";
    this.code = code;
    this.hint = hint;
  }
}

/** Throws a bug report, with a stack, when an invariant of the program does not hold. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Bug in Bandsmith: ${what}`);
}
