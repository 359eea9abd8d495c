// Numbers that a person gave with an option, checked where they come in.
import { badCount, badSeconds, badSeed, badSequence } from "../util/messages.ts";

const DEFAULT_SEED = 1;

/** @throws UserError cli/bad-count */
export function checkCount(option: string, found: number | undefined): void {
  if (found !== undefined && !(Number.isInteger(found) && found >= 1)) throw badCount(option, found);
}

/**
 * Of a head file; the highest 32-bit number would leave no room for a later one.
 * @throws UserError cli/bad-sequence
 */
export function checkSequence(found: number): void {
  if (!(Number.isInteger(found) && found >= 1 && found < 0xffffffff)) throw badSequence(found);
}

/** @throws UserError cli/bad-seconds */
export function checkSeconds(option: string, found: number | undefined): void {
  if (found !== undefined && !(Number.isFinite(found) && found > 0)) throw badSeconds(option, found);
}

/** @throws UserError cli/bad-seed */
export function seedOrDefault(found: number | undefined): number {
  if (found === undefined) return DEFAULT_SEED;
  if (!isSeed(found)) throw badSeed(found);
  return found;
}

export function isSeed(found: number): boolean {
  return Number.isInteger(found) && found >= 0 && found <= 0xffffffff;
}
