// bandsmith build: every stage, from recordings to a project that can be flashed.
import path from "node:path";
import type { BuildResult } from "../../pipeline/build.ts";
import { CHARTS_FOLDER, MODEL_FILE, PROJECT_FOLDER, REPORT_FILE } from "../../pipeline/layout.ts";
import type { Command } from "../command.ts";
import { describeFineTuning } from "../fine-tuning.ts";
import { count, duration, type Output, percent, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { BAND_OPTIONS, type BandOptions } from "../shared-options.ts";

export const build: Command<BandOptions & { force: boolean }> = {
  usage: "build [band]",
  about: "Train, quantise, verify and generate: recordings to a PlatformIO project",
  options: (args) =>
    args
      .positional("band", BAND_OPTIONS.band)
      .option("seed", BAND_OPTIONS.seed)
      .option("fresh", BAND_OPTIONS.fresh)
      .option("force", {
        type: "boolean",
        default: false,
        describe: "Overwrite project files that you have edited",
      })
      .example("$0 build my-band/band.yaml", "What has not changed is not done again")
      .example("$0 build my-band/band.yaml --json > report.json", "Figures for a script"),
  async run({ band, seed, fresh, force }, output) {
    const { buildBand } = await import("../../pipeline/build.ts");
    const result = await buildBand({ bandFile: band, seed, fresh, force, onEvent: showEvents(output) });
    output.json({ ...result.report, pace: result.pace, project: result.project, upToDate: result.upToDate });
    print(result, output);
    return 0;
  },
};

function print(result: BuildResult, output: Output): void {
  const { report, outDir, pace, project } = result;
  const { accuracy, data, model, training, verification, arena, compiled } = report;
  const at = (file: string): string => path.relative(process.cwd(), path.join(outDir, file));
  output.line();
  output.line(`${report.name}: ${data.labels.length} activities, ${data.split.description}`);
  for (const note of data.notes) output.line(`  note: ${note}`);
  output.line();
  output.line(
    table([
      ["", "float32", "int8"],
      ["accuracy", percent(accuracy.float.accuracy), percent(accuracy.int8.accuracy)],
      ["macro F1", percent(accuracy.float.macroF1), percent(accuracy.int8.macroF1)],
      ...accuracy.int8.subjects.map(({ subject, accuracy: share }, i) => [
        `subject ${subject}`,
        percent(accuracy.float.subjects[i]?.accuracy ?? 0),
        percent(share),
      ]),
    ]),
  );
  output.line();
  output.line(
    table([
      [
        "verified",
        `${count(verification.windows)} windows, ${count(verification.values)} outputs, ${verification.different} different`,
      ],
      [
        "model",
        `${count(model.bytes)} bytes, ${count(model.parameters)} parameters, ${count(model.macs)} MACs`,
      ],
      ...describeFineTuning(training),
      ...(compiled === null
        ? [["arena", `${count(arena.total)} bytes (estimated)`]]
        : [
            ["RAM", `${count(compiled.ramBytes)} bytes of network`],
            [
              "flash",
              `${count(compiled.constantBytes)} bytes of constants, about ${count(compiled.codeBytes)} of code (estimated)`,
            ],
          ]),
      ...(pace === null
        ? []
        : [["trained", `${duration(pace.seconds)}, ${count(pace.windowsPerSecond)} windows/s`]]),
      ["tflite", at(MODEL_FILE)],
      ["project", at(PROJECT_FOLDER)],
      ["report", at(REPORT_FILE)],
      ["charts", at(CHARTS_FOLDER)],
    ]),
  );
  if (result.upToDate) output.line("\nNothing has changed since the last build: it was left as it is.");
  if (project === null) return;
  output.line(
    `\n${project.written} project files written, ${project.unchanged} unchanged, ${project.deleted} removed`,
  );
  for (const file of project.kept) output.line(`kept your edited ${file} (--force overwrites it)`);
}
