// bandsmith compare: several models under one protocol. It exits 1 where one of them could not be compared.
import path from "node:path";
import { type ColumnId, writeSpread } from "../../pipeline/model-comparison/columns.ts";
import type { CompareResult } from "../../pipeline/model-comparison/compare-models.ts";
import { MARKED_POINTS } from "../../pipeline/model-comparison/comparison.ts";
import { MARK } from "../../pipeline/model-comparison/wording.ts";
import type { Command } from "../command.ts";
import { type Output, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { BAND_OPTIONS } from "../shared-options.ts";

interface Options {
  readonly band: string;
  readonly models: string;
  readonly seeds: string | undefined;
  readonly data: string | undefined;
  readonly output: string | undefined;
  readonly fresh: boolean;
}

export const compare: Command<Options> = {
  usage: "compare [band]",
  about: "Train several models under one protocol: a table of all, and a page with pictures",
  options: (args) =>
    args
      .positional("band", BAND_OPTIONS.band)
      .option("models", {
        type: "string",
        demandOption: true,
        describe: "Ids and paths of YAML files, separated by commas; all for every one that ships",
      })
      .option("seeds", {
        type: "string",
        describe: "Separated by commas, for means and deviations; default: the band file's",
      })
      .option("data", { type: "string", describe: "Recordings in place of the band file's" })
      .option("output", {
        alias: "o",
        type: "string",
        describe: "The folder to write; default: compare/ in the band's build",
      })
      .option("fresh", BAND_OPTIONS.fresh)
      .example("$0 compare my-band/band.yaml --models bandx-cnn,lstm", "Two that ship, one seed")
      .example("$0 compare --models all,./mine.yaml --seeds 1,2,3", "Goes on where it was interrupted"),
  async run({ band, models, seeds, data, output: folder, fresh }, output) {
    const { compareModels } = await import("../../pipeline/model-comparison/compare-models.ts");
    const onEvent = showEvents(output);
    const result = await compareModels({
      bandFile: band,
      models,
      seeds,
      data,
      output: folder,
      fresh,
      onEvent,
    });
    output.json(result.comparison);
    print(result, output);
    return result.comparison.models.every((model) => model.result.kind === "compared") ? 0 : 1;
  },
};

/** What fits beside each other on a terminal; the files have all. */
const SHOWN: readonly (readonly [title: string, column: ColumnId])[] = [
  ["int8 F1, %", "int8F1"],
  ["int8 accuracy", "int8Accuracy"],
  ["float32 F1", "floatF1"],
  ["int8 − float32", "accuracyPoints"],
  ["parameters", "parameters"],
  ["MACs", "macs"],
  [".tflite, B", "bytes"],
  ["~ TFLM arena", "tflmRam"],
  ["compiled RAM", "lx6Ram"],
  ["~ LX6 MAC16", "lx6Instructions"],
  ["~ rv32imc", "rv32Instructions"],
  ["trained in", "seconds"],
];

function print({ comparison, outDir, files }: CompareResult, output: Output): void {
  const { models, name, protocol } = comparison;
  const rows = models.flatMap(({ id, result }) =>
    result.kind === "compared"
      ? [
          [
            `${id}${result.isMarked ? ` ${MARK}` : ""}`,
            ...SHOWN.map(([, column]) => writeSpread(column, result.figures[column], "percent")),
          ],
        ]
      : [],
  );
  const seeds = protocol.draws.map(({ seed }) => seed).join(", ");
  output.line();
  output.line(`${name}: ${models.length} models, seed ${seeds}, best int8 macro F1 first`);
  for (const note of new Set(protocol.draws.flatMap(({ notes }) => notes))) output.line(`  note: ${note}`);
  output.line();
  if (rows.length > 0) {
    output.line(table([["", ...SHOWN.map(([title]) => title)], ...rows]));
    output.line("~ estimated: executed instructions of one inference, compiled; not milliseconds");
  }
  if (models.some(({ result }) => result.kind === "compared" && result.isMarked)) {
    output.line(`${MARK} int8 costs more than ${MARKED_POINTS} points of accuracy or macro F1`);
  }
  for (const { id, result } of models) {
    if (result.kind === "refused")
      output.line(`${id}: not compared (seed ${result.seed}): ${result.message}`);
  }
  output.line();
  for (const file of files) output.line(path.relative(process.cwd(), path.join(outDir, file)));
}
