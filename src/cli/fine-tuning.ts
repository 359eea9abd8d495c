// What was done after training, a line each: pruning, and the fine-tuning for int8.
import type { Trained } from "../pipeline/training.ts";
import { count, percent } from "./output.ts";

/** Names and descriptions, in the order of what was done. */
export function describeFineTuning({
  pruning,
  aware,
}: Pick<Trained, "pruning" | "aware">): [string, string][] {
  const lines: [string, string][] = [];
  if (pruning !== null) lines.push(["pruned", describePruning(pruning)]);
  if (aware !== null) lines.push(["for int8", describeAware(aware)]);
  return lines;
}

function describeAware({ validation: { before, after }, history }: NonNullable<Trained["aware"]>): string {
  const epochs = `${history.length} epochs`;
  if (before === null || after === null) return epochs;
  return `${epochs}, validation as int8 ${percent(before.accuracy)} to ${percent(after.accuracy)}`;
}

function describePruning({ parameters, macs, validation }: NonNullable<Trained["pruning"]>): string {
  const from = (part: { readonly before: number; readonly after: number }): string =>
    `${count(part.before)} to ${count(part.after)}`;
  const sizes = `${from(parameters)} parameters, ${from(macs)} MACs`;
  const { before, after } = validation;
  if (before === null || after === null) return sizes;
  return `${sizes}, validation ${percent(before.accuracy)} to ${percent(after.accuracy)}`;
}
