// Options as yargs hands them on, before a command takes them for what they are declared to be.
import { optionEmpty, optionRepeated } from "../util/messages.ts";

/**
 * yargs passes `--port` without a value on as "", and `--port A --port B` as a list.
 * @throws UserError cli/no-value, cli/repeated
 */
export function checkGiven(options: Readonly<Record<string, unknown>>, lists: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (name === "_") continue;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (values.includes("")) throw optionEmpty(name);
    if (Array.isArray(value) && !lists.includes(name)) throw optionRepeated(name, value.length);
  }
}
