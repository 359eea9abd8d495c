// Whether a kernel's output may lie where its input lies: it may if no write comes before a later read of the same byte.
import type { KernelOverlap } from "../ir/kernel.ts";

/** What a kernel reads and writes from one moment to the next, in bytes from where input and output begin. */
export interface Access {
  /** No byte before this one is read. */
  readonly firstRead: number;
  /** No byte behind this one is written. */
  readonly lastWritten: number;
}

/** Reads element k, or only later ones, before it writes element k. */
export function elementwise(...inputs: readonly number[]): readonly KernelOverlap[] {
  return inputs.map((input) => ({ input, lead: 0 }));
}

/**
 * The least lead that keeps every write before all that is read later on. With `lead` bytes between the beginnings, the
 * byte w of the output is the byte w − lead of the input: it must come before the first byte of all later reads.
 * @param accesses in the kernel's order; an access reads all that it needs before it writes, unless it `mixes` both
 */
export function overlapOf(
  input: number,
  accesses: readonly Access[],
  mixes = false,
): readonly KernelOverlap[] {
  let lead = 0;
  let readLater = Infinity;
  for (const { firstRead, lastWritten } of accesses.toReversed()) {
    if (mixes) readLater = Math.min(readLater, firstRead);
    lead = Math.max(lead, lastWritten + 1 - readLater);
    readLater = Math.min(readLater, firstRead);
  }
  return [{ input, lead }];
}
