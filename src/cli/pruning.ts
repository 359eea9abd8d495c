// What pruning took away and what it cost, in one line.
import type { Pruning } from "../pipeline/training.ts";
import { count, percent } from "./output.ts";

export function describePruning({ parameters, macs, validation }: Pruning): string {
  const from = (part: { readonly before: number; readonly after: number }): string =>
    `${count(part.before)} to ${count(part.after)}`;
  const sizes = `${from(parameters)} parameters, ${from(macs)} MACs`;
  const { before, after } = validation;
  if (before === null || after === null) return sizes;
  return `${sizes}, validation ${percent(before.accuracy)} to ${percent(after.accuracy)}`;
}
