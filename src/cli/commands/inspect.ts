// bandsmith inspect: what is in a .tflite file.
import path from "node:path";
import type { Command } from "../command.ts";
import { count, table } from "../output.ts";

export const inspect: Command<{ file: string }> = {
  usage: "inspect <file>",
  about: "Operators, tensors, MACs, parameters, bytes and memory of a .tflite file",
  options: (args) =>
    args
      .positional("file", {
        type: "string",
        demandOption: true,
        describe: "A .tflite file, ours or another tool's",
      })
      .example("$0 inspect build/my-band/model.tflite", "One line an operator, then the sums"),
  async run({ file }, output) {
    const { inspectModel } = await import("../../pipeline/inspect.ts");
    const model = inspectModel(file);
    output.json(model);
    output.line(
      `${path.basename(file)}: ${model.name}, ${count(model.bytes)} bytes, SHA-256 ${model.sha256.slice(0, 16)}…`,
    );
    output.line();
    output.line(
      table([
        ["#", "operator", "attributes", "output", "type", "MACs", "parameters"],
        ...model.operators.map((op, i) => [
          i,
          op.name,
          op.attributes,
          op.output,
          op.type,
          op.macs,
          op.parameters,
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
