// bandsmith inspect: what is in a .tflite file.
import path from "node:path";
import type { CoreEstimate } from "../../plan/instructions.ts";
import type { Command } from "../command.ts";
import { count, type Output, percent, table } from "../output.ts";

interface InspectOptions {
  readonly file: string;
  readonly board: string | undefined;
}

export const inspect: Command<InspectOptions> = {
  usage: "inspect <file>",
  about: "Operators, tensors, MACs, parameters, bytes, memory and estimated instructions of a .tflite file",
  options: (args) =>
    args
      .positional("file", {
        type: "string",
        demandOption: true,
        describe: "A .tflite file, ours or another tool's",
      })
      .option("board", { type: "string", describe: "Estimate for this board's core alone" })
      .example("$0 inspect build/my-band/model.tflite", "One line an operator, then the sums"),
  async run({ file, board }, output) {
    const { inspectModel } = await import("../../pipeline/inspect.ts");
    const model = inspectModel(file, board);
    output.json(model);
    output.line(
      `${path.basename(file)}: ${model.name}, ${count(model.bytes)} bytes, SHA-256 ${model.sha256.slice(0, 16)}…`,
    );
    output.line();
    output.line(
      table([
        [
          "#",
          "operator",
          "attributes",
          "output",
          "type",
          "MACs",
          "parameters",
          ...model.compiled.map(({ title }) => `~ ${title}`),
        ],
        ...model.operators.map((op, i) => [
          i,
          op.name,
          op.attributes,
          op.output,
          op.type,
          op.macs,
          op.parameters,
          ...model.compiled.map(({ layers }) => layers[i]!),
        ]),
      ]),
    );
    output.line();
    output.line(`input       ${model.input}`);
    output.line(`output      ${model.output}`);
    output.line(`MACs        ${count(model.macs)}`);
    output.line(`parameters  ${count(model.parameters)}`);
    output.line(
      `memory      ${count(model.activationBytes)} bytes of activations (${count(model.activationLowerBound)} at least), ` +
        (model.arena === null ? "" : `TFLite Micro arena about ${count(model.arena)} bytes (estimated)`),
    );
    printEstimates(model.compiled, output);
    if (model.preprocessing === null) output.line("metadata    none: this file was not made by Bandsmith");
    else {
      const { sampleRateHz, windowSamples, strideSamples, labels, filters } = model.preprocessing;
      output.line(
        `windows     ${windowSamples} samples at ${sampleRateHz} Hz, a new one every ${strideSamples}`,
      );
      output.line(`filters     ${filters.map((f) => `${f.kind} ${f.cutoffHz} Hz`).join(", ") || "none"}`);
      output.line(`labels      ${labels.join(", ")}`);
    }
    return 0;
  },
};

/** What the compiled engine would take; nothing where it cannot be. */
function printEstimates(estimates: readonly CoreEstimate[], output: Output): void {
  for (const { title, instructions, layerError, memoryBytes, constantBytes } of estimates) {
    output.line(
      `compiled    ${title}: about ${count(instructions)} instructions, ${count(memoryBytes)} bytes of memory, ` +
        `${count(constantBytes)} bytes of tables; of nine layers in ten the estimate is within ${percent(layerError)}`,
    );
  }
  if (estimates.length > 0) {
    output.line("            ~ an estimate of executed instructions, not milliseconds (docs/performance.md)");
  }
}
