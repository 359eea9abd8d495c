// bandsmith run: raw int8 frames in on stdin, raw int8 outputs out on stdout, for scripts.
import { once } from "node:events";
import type { Command } from "../command.ts";

export const run: Command<{ file: string }> = {
  usage: "run <file>",
  about: "Run an int8 .tflite on raw frames: stdin to stdout, no header, no separator",
  options: (args) =>
    args
      .positional("file", { type: "string", demandOption: true, describe: "An int8 .tflite file" })
      .example("$0 run model.tflite < frames.bin > outputs.bin", "Each frame is one int8 input, row by row"),
  async run({ file }) {
    const { readModelFile } = await import("../../pipeline/inspect.ts");
    const { runFrames } = await import("../../pipeline/run.ts");
    const runner = runFrames(readModelFile(file).graph, file);
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      const outputs = runner.push(chunk);
      // A slow reader is waited for, so that gigabytes of frames need no memory.
      if (outputs.length > 0 && !process.stdout.write(outputs)) await once(process.stdout, "drain");
    }
    runner.end();
    return 0;
  },
};
