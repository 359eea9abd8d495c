// bandsmith compile: any int8 .tflite as C++ that needs nothing else.
import path from "node:path";
import { COMPILE_TARGETS, type CompileTarget, DEFAULT_VECTORS } from "../../pipeline/compile-file.ts";
import type { Command } from "../command.ts";
import { count, table } from "../output.ts";

interface Options {
  file: string;
  output: string;
  target: CompileTarget;
  name: string;
  seed: number | undefined;
  vectors: number | undefined;
  force: boolean;
}

export const compile: Command<Options> = {
  usage: "compile <file>",
  about: "Turn an int8 .tflite file into a folder of C++17 with a test, for any project",
  options: (args) =>
    args
      .positional("file", {
        type: "string",
        demandOption: true,
        describe: "An int8 .tflite file, ours or another tool's",
      })
      .option("output", { alias: "o", type: "string", demandOption: true, describe: "The folder to write" })
      .option("target", {
        choices: COMPILE_TARGETS,
        default: "portable" as const,
        describe: "The chip whose instructions the tables are laid out for",
      })
      .option("name", {
        alias: "namespace",
        type: "string",
        default: "model",
        describe: "The C++ namespace, and the name of header and source",
      })
      .option("seed", { type: "number", describe: "Of the test's random inputs; default: 1" })
      .option("vectors", {
        type: "number",
        describe: `Inputs of the test; default: ${DEFAULT_VECTORS}`,
      })
      .option("force", {
        type: "boolean",
        default: false,
        describe: "Write into a folder that holds other files, and over files that you have edited",
      })
      .example("$0 compile model.tflite -o model", "Then: make -C model test")
      .example("$0 compile gait.tflite -o gait --name gait --target esp32", "For the ESP32's MAC16 unit"),
  async run({ file, output: folder, target, name, seed, vectors, force }, output) {
    const { compileFile } = await import("../../pipeline/compile-file.ts");
    const result = compileFile({ file, output: folder, target, name, seed, vectors, force });
    output.json(result);
    output.line(
      table([
        ["input", result.input],
        ["output", result.output],
        ["RAM", `${count(result.arenaBytes)} bytes`],
        ["constants", `${count(result.constantBytes)} bytes`],
        ["test", `${count(result.vectors)} inputs: make -C ${folder} test`],
      ]),
    );
    output.line(
      `\n${path.relative(process.cwd(), path.resolve(folder)) || "."}: ${result.written} files written, ` +
        `${result.unchanged} unchanged, ${result.deleted} removed`,
    );
    for (const kept of result.kept) output.line(`kept your edited ${kept} (--force overwrites it)`);
    return 0;
  },
};
