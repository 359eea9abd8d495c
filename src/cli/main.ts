#!/usr/bin/env node
// The command line: one line a command; what each does is in its file.
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { TOOL_VERSION } from "../pipeline/resources.ts";
import { toYargs } from "./command.ts";
import { build } from "./commands/build.ts";
import { collect } from "./commands/collect.ts";
import { compare } from "./commands/compare.ts";
import { compile } from "./commands/compile.ts";
import { data } from "./commands/data.ts";
import { diff } from "./commands/diff.ts";
import { doctor } from "./commands/doctor.ts";
import { emulate } from "./commands/emulate.ts";
import { evaluate } from "./commands/evaluate.ts";
import { flash } from "./commands/flash.ts";
import { init } from "./commands/init.ts";
import { inspect } from "./commands/inspect.ts";
import { keys } from "./commands/keys.ts";
import { monitor } from "./commands/monitor.ts";
import { personalize } from "./commands/personalize.ts";
import { push } from "./commands/push.ts";
import { run } from "./commands/run.ts";
import { train } from "./commands/train.ts";
import { verify } from "./commands/verify.ts";

// A reader that has seen enough, such as `head`, is no mistake of anybody's.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

await yargs(hideBin(process.argv))
  .scriptName("bandsmith")
  .usage(
    "$0 <command>\n\nTurns labelled wrist recordings into an int8 network and firmware that computes the same bits.\n" +
      "Start with: bandsmith init my-band && bandsmith build my-band/band.yaml",
  )
  .option("json", {
    type: "boolean",
    default: false,
    global: true,
    describe: "Print one JSON value for scripts",
  })
  .option("quiet", { type: "boolean", default: false, global: true, describe: "Print errors only" })
  .command(toYargs(init))
  .command(data)
  .command(toYargs(train))
  .command(toYargs(build))
  .command(toYargs(compare))
  .command(toYargs(evaluate))
  .command(toYargs(compile))
  .command(toYargs(inspect))
  .command(toYargs(run))
  .command(toYargs(emulate))
  .command(toYargs(verify))
  .command(toYargs(diff))
  .command(toYargs(collect))
  .command(toYargs(personalize))
  .command(toYargs(keys))
  .command(toYargs(flash))
  .command(toYargs(push))
  .command(toYargs(monitor))
  .command(toYargs(doctor))
  .demandCommand(1, "Say what to do: one of the commands above.")
  .recommendCommands()
  .strict()
  .fail((message, error: unknown, parser) => {
    // A command's own failure is a bug by now (see guard) and keeps its stack; the rest is a slip of the keyboard, also
    // where yargs throws it.
    if (error instanceof Error && error.name !== "YError") throw error;
    parser.showHelp();
    console.error(`\nerror: ${message}`);
    process.exit(1);
  })
  .version(TOOL_VERSION)
  .alias({ help: "h", version: "V" })
  .epilogue("Documentation: README.md and docs/ in the package.")
  .wrap(Math.min(110, process.stdout.columns || 80))
  .parseAsync();
