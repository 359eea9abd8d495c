// bandsmith data: what recordings hold, and their conversion to the recording format.
import type { CommandModule } from "yargs";
import type { DatasetSummary } from "../../data/describe.ts";
import type { DataSource } from "../../pipeline/data.ts";
import { type Command, type GlobalOptions, toYargs } from "../command.ts";
import { count, duration, type Output, percent, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { RECORDING_OPTIONS } from "../shared-options.ts";

const PATH = { type: "string", demandOption: true, describe: "A folder or a file" } as const;

const info: Command<DataSource> = {
  usage: "info <path>",
  about: "Subjects, labels, rates, units, gaps and windows of recordings",
  options: (args) =>
    args
      .positional("path", PATH)
      .option("format", RECORDING_OPTIONS.format)
      .option("accel", RECORDING_OPTIONS.accel)
      .option("gyro", RECORDING_OPTIONS.gyro)
      .option("repeatedStamps", RECORDING_OPTIONS.repeatedStamps)
      .option("sessions", RECORDING_OPTIONS.sessions),
  async run(options, output) {
    const { describeData } = await import("../../pipeline/data.ts");
    const summary = await describeData(options, showEvents(output));
    output.json(summary);
    printSummary(summary, output);
    return 0;
  },
};

const convert: Command<DataSource & { out: string }> = {
  usage: "convert <path> <out>",
  about: "Write recordings of any known format as the recording format (g, deg/s)",
  options: (args) =>
    args
      .positional("path", PATH)
      .positional("out", { type: "string", demandOption: true, describe: "The new folder" })
      .option("format", RECORDING_OPTIONS.format)
      .option("accel", RECORDING_OPTIONS.accel)
      .option("gyro", RECORDING_OPTIONS.gyro)
      .option("repeatedStamps", RECORDING_OPTIONS.repeatedStamps)
      .option("sessions", RECORDING_OPTIONS.sessions),
  async run(options, output) {
    const { convertData } = await import("../../pipeline/data.ts");
    const files = await convertData(options, options.out, showEvents(output));
    output.json({ files });
    output.line(`wrote ${files.length} files to ${options.out}`);
    return 0;
  },
};

export const data: CommandModule<GlobalOptions, GlobalOptions> = {
  command: "data",
  describe: "Look at recordings, or convert them",
  builder: (args) =>
    args.command(toYargs(info)).command(toYargs(convert)).demandCommand(1, "Say: info or convert."),
  handler: () => undefined,
};

function printSummary(summary: DatasetSummary, output: Output): void {
  output.line(
    `${summary.title}: ${summary.subjects.length} subjects, ${count(summary.recordings)} recordings`,
  );
  output.line();
  output.line(
    table([
      ["rows", `${count(summary.rows)} (${count(summary.unlabelledRows)} unlabelled)`],
      ["time", duration(summary.seconds)],
      [
        "rate",
        `${summary.rateHz.toFixed(2)} Hz; step ${summary.stepMs.median} ms (5 % ${summary.stepMs.p5}, 95 % ${summary.stepMs.p95}, longest ${summary.stepMs.longest})`,
      ],
      ["gaps", count(summary.gaps)],
      [
        "units",
        `${summary.units.accel}, ${summary.units.gyro}; |a| at rest ${summary.restingG.toFixed(3)} g`,
      ],
      ["peaks", `${summary.peak.accelG.toFixed(1)} g, ${summary.peak.gyroDps.toFixed(0)} deg/s`],
      [
        "clipped",
        `${percent(summary.beyondRange.accel)} of accelerations, ${percent(summary.beyondRange.gyro)} of rotations at the default ranges`,
      ],
      ["subjects", summary.subjects.join(" ")],
    ]),
  );
  output.line();
  output.line(
    table([
      ["label", "name", "rows", "seconds", "segments", "windows", "subjects"],
      ...summary.labels.map((l) => [
        l.label,
        l.name,
        l.rows,
        Math.round(l.seconds),
        l.segments,
        l.windows,
        l.subjects,
      ]),
    ]),
  );
}
