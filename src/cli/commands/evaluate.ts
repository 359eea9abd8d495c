// bandsmith evaluate: how well a network does on people it knows, on strangers, and on strangers it has got to know.
import path from "node:path";
import type { ProtocolResult } from "../../pipeline/bandx-protocol/protocol.ts";
import { SETTINGS } from "../../pipeline/bandx-protocol/summary.ts";
import { SETTING_TITLES, share, signed, spread } from "../../pipeline/bandx-protocol/wording.ts";
import type { Command } from "../command.ts";
import { type Output, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { BAND_OPTIONS } from "../shared-options.ts";

interface Options {
  readonly band: string;
  readonly groups: string;
  readonly seeds: string | undefined;
  readonly windows: number;
  readonly wearings: string | undefined;
  readonly curve: string;
  readonly output: string | undefined;
}

export const evaluate: Command<Options> = {
  usage: "evaluate [band]",
  about: "Hold groups of people out, and see what fifteen windows an activity do for them",
  options: (args) =>
    args
      .positional("band", BAND_OPTIONS.band)
      .option("protocol", {
        choices: ["bandx"],
        demandOption: true,
        describe:
          "bandx: general network on known people, on strangers, and with a head of the stranger's own",
      })
      .option("groups", {
        type: "string",
        default: "4x4",
        describe:
          "Who is held out together: a JSON file with heldOut, or 4x3 for four groups of three by the seed",
      })
      .option("seeds", {
        type: "string",
        describe: "Separated by commas, for means and deviations; default: the band file's",
      })
      .option("windows", {
        type: "number",
        default: 15,
        describe: "Windows of each activity that a head is fitted on",
      })
      .option("wearings", {
        type: "string",
        describe:
          "Sessions of one way of wearing, such as L-*,R-* for two arms, or each: every one is calibrated and tested by itself",
      })
      .option("curve", {
        type: "string",
        default: "1,2,5,10,15,30",
        describe: "The same for other numbers of windows, each tested on what is left behind the largest",
      })
      .option("output", {
        alias: "o",
        type: "string",
        describe: "The folder to write; default: bandx-protocol/ in the band's build",
      })
      .example("$0 evaluate my-band/band.yaml --protocol bandx --groups 3x2", "Three groups of two strangers")
      .example(
        "$0 evaluate --protocol bandx --groups splits.json --seeds 1,2,3",
        "Goes on where it was interrupted",
      ),
  async run({ band, groups, seeds, windows, wearings, curve, output: folder }, output) {
    const { runProtocol } = await import("../../pipeline/bandx-protocol/protocol.ts");
    const result = await runProtocol({
      bandFile: band,
      groups,
      seeds,
      windows,
      wearings,
      curve,
      output: folder,
      onEvent: showEvents(output),
    });
    output.json(result.summary);
    print(result, output);
    return 0;
  },
};

function print({ summary, outDir, files }: ProtocolResult, output: Output): void {
  const { name, model, seeds, groups, settings, gain, curve } = summary;
  output.line();
  output.line(`${name}: ${model}, ${groups.length} groups of strangers, seed ${seeds.join(", ")}`);
  output.line();
  const rows = SETTINGS.map((setting) => {
    const { float, int8 } = settings[setting];
    return [
      SETTING_TITLES[setting],
      ...[int8.accuracy, int8.macroF1, float.accuracy, float.macroF1].map(spread),
    ];
  });
  output.line(
    table([["", "int8 accuracy", "int8 macro F1", "float32 accuracy", "float32 macro F1"], ...rows]),
  );
  output.line();
  output.line(
    `gain in int8 ${signed(gain.overPeople.mean)} over people; ${gain.gained} gained` +
      (gain.lost.length === 0 ? "" : `, ${gain.lost.join("; ")} lost`),
  );
  if (curve.length > 1) {
    output.line();
    const head = ["windows", ...curve.map(({ size }) => (size === 0 ? "general" : String(size)))];
    output.line(table([head, ["int8 accuracy", ...curve.map(({ accuracy }) => share(accuracy.mean))]]));
  }
  output.line();
  for (const file of files) output.line(path.relative(process.cwd(), path.join(outDir, file)));
}
