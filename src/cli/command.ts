// What every command gets, and the wrapper that turns failures into messages and exit codes.
import type { ArgumentsCamelCase, Argv, CommandModule } from "yargs";
import { UserError } from "../util/errors.ts";
import { checkGiven } from "./given.ts";
import { createOutput, type Output } from "./output.ts";

export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** One command in one file: its usage, its options, and what it does; a number returned is the exit code. */
export interface Command<O> {
  readonly usage: string;
  readonly about: string;
  /** Options that may be given several times. */
  readonly lists?: readonly string[];
  readonly options: (args: Argv<GlobalOptions>) => Argv<GlobalOptions & O>;
  readonly run: (options: ArgumentsCamelCase<GlobalOptions & O>, output: Output) => Promise<number> | number;
}

export function toYargs<O>(command: Command<O>): CommandModule<GlobalOptions, GlobalOptions & O> {
  return {
    command: command.usage,
    describe: command.about,
    builder: command.options,
    handler: async (options) => {
      process.exitCode = await guard(options.json, () => {
        checkGiven(options, command.lists ?? []);
        return command.run(options, createOutput(options));
      });
    },
  };
}

/** A person's mistake prints message and hint; a bug keeps its stack. Both leave exit code 1. */
async function guard(json: boolean, action: () => Promise<number> | number): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (json) {
      const { code, message, hint } = error;
      console.log(JSON.stringify({ error: { code, message, hint } }, null, 2));
    }
    console.error(`error: ${error.message}\n  hint: ${error.hint}`);
    return 1;
  }
}
