// bandsmith diff: two models side by side, as written and as computed. Like diff(1), it exits 1 where they differ.
import type { ModelDiff } from "../../pipeline/diff.ts";
import type { Command } from "../command.ts";
import { count, type Output, percent, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { DATA_OPTION, type DataOptions, dataSourceOf, RECORDING_OPTIONS } from "../shared-options.ts";

interface DiffOptions extends DataOptions {
  readonly a: string;
  readonly b: string;
  readonly windows: number | undefined;
  readonly seed: number | undefined;
}

export const diff: Command<DiffOptions> = {
  usage: "diff <a> <b>",
  about: "Compare two .tflite files: structure, size, and values layer by layer; exit 1 if they differ",
  options: (args) =>
    args
      .positional("a", { type: "string", demandOption: true, describe: "A .tflite file" })
      .positional("b", { type: "string", demandOption: true, describe: "Another" })
      .option("windows", {
        type: "number",
        describe: "Compare no more windows; default: all recorded ones, 256 random ones",
      })
      .option("seed", { type: "number", describe: "Of the random inputs" })
      .option("data", DATA_OPTION)
      .option("format", RECORDING_OPTIONS.format)
      .option("accel", RECORDING_OPTIONS.accel)
      .option("gyro", RECORDING_OPTIONS.gyro)
      .option("repeatedStamps", RECORDING_OPTIONS.repeatedStamps)
      .option("sessions", RECORDING_OPTIONS.sessions)
      .example("$0 diff old.tflite new.tflite", "What has changed, and what that does to every layer")
      .example("$0 diff trained.float.tflite model.tflite --data recordings", "What quantisation has cost"),
  async run(options, output) {
    const { diffModels } = await import("../../pipeline/diff.ts");
    const { a, b, windows, seed } = options;
    const found = await diffModels(a, b, {
      data: dataSourceOf(options),
      windows,
      seed,
      onEvent: showEvents(output),
    });
    output.json(found);
    print(found, output);
    return found.equal ? 0 : 1;
  },
};

function print({ left, right, structure, inputs, values, equal }: ModelDiff, output: Output): void {
  output.line(`A  ${left.file}\nB  ${right.file}\n`);
  output.line(
    table([
      ["", "A", "B"],
      ["type", left.type, right.type],
      ["operators", left.operators, right.operators],
      ["bytes", left.bytes, right.bytes],
      ["MACs", left.macs, right.macs],
      ["parameters", left.parameters, right.parameters],
    ]),
  );
  output.line();
  if (structure.length === 0) {
    output.line("structure: the same operators, attributes, shapes, types, scales and weights");
  } else {
    const cell = (text: string | null): string => text ?? "-";
    output.line(
      table([
        ["structure", "what", "A", "B"],
        ...structure.map((one) => [one.where, one.what, cell(one.left), cell(one.right)]),
      ]),
    );
  }
  output.line(`\nvalues on ${count(values.windows)} windows: ${inputs}\n`);
  output.line(table(layerRows(values.layers)));
  for (const [side, tensors] of Object.entries({ A: values.unmatched.left, B: values.unmatched.right })) {
    if (tensors.length > 0) output.line(`only in ${side}: ${tensors.join(", ")}`);
  }
  output.line(
    `\nsame class in ${count(values.sameClass)} of ${count(values.windows)} windows ` +
      `(${percent(values.sameClass / values.windows)})`,
  );
  output.line(equal ? "equal in structure and in every value" : "different");
}

function layerRows(layers: ModelDiff["values"]["layers"]): (string | number)[][] {
  const figure = (value: number | null | undefined, digits = 3): string =>
    value === null || value === undefined ? "" : value === 0 ? "0" : value.toPrecision(digits);
  return [
    ["layer", "tensor", "type", "equal", "largest", "mean", "largest, real", "mean, real", "SQNR dB"],
    ...layers.map(({ operator, left, right, types, values, equal, steps, real, sqnrDb }) => [
      operator,
      left === right ? left : `${left}, ${right}`,
      types,
      equal === null ? "" : percent(equal / values),
      steps === null ? "" : steps.largest,
      figure(steps?.mean),
      figure(real.largest),
      figure(real.mean),
      sqnrDb === null ? "" : sqnrDb.toFixed(1),
    ]),
  ];
}
