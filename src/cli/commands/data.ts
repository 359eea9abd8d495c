// bandsmith data: what recordings hold, and their conversion to the recording format.
import type { CommandModule } from "yargs";
import type { DatasetSummary } from "../../data/describe.ts";
import { DATA_FORMATS, type DataFormat } from "../../spec/band.ts";
import { type Command, type GlobalOptions, toYargs } from "../command.ts";
import { count, duration, type Output, percent, table } from "../output.ts";
import { showEvents } from "../progress.ts";

interface SourceOptions {
  readonly path: string;
  readonly format: DataFormat;
  readonly accel: "g" | "m/s^2" | undefined;
  readonly gyro: "deg/s" | "rad/s" | undefined;
  readonly repeatedStamps: "error" | "drop";
}

const SOURCE = {
  path: { type: "string", demandOption: true, describe: "A folder or a file" },
  format: { choices: DATA_FORMATS, default: "recordings", describe: "How it is written" },
  accel: { choices: ["g", "m/s^2"], describe: "Unit of the accelerometer, where nothing else says it" },
  gyro: { choices: ["deg/s", "rad/s"], describe: "Unit of the gyroscope, where nothing else says it" },
  repeatedStamps: {
    choices: ["error", "drop"],
    default: "error",
    describe: "What to do with rows of one time stamp",
  },
} as const;

const info: Command<SourceOptions> = {
  usage: "info <path>",
  about: "Subjects, labels, rates, units, gaps and windows of recordings",
  options: (args) =>
    args
      .positional("path", SOURCE.path)
      .option("format", SOURCE.format)
      .option("accel", SOURCE.accel)
      .option("gyro", SOURCE.gyro)
      .option("repeatedStamps", SOURCE.repeatedStamps),
  async run(options, output) {
    const { describeData } = await import("../../pipeline/data.ts");
    const summary = await describeData(options, showEvents(output));
    output.json(summary);
    printSummary(summary, output);
    return 0;
  },
};

const convert: Command<SourceOptions & { out: string }> = {
  usage: "convert <path> <out>",
  about: "Write recordings of any known format as the recording format (g, deg/s)",
  options: (args) =>
    args
      .positional("path", SOURCE.path)
      .positional("out", { type: "string", demandOption: true, describe: "The new folder" })
      .option("format", SOURCE.format)
      .option("accel", SOURCE.accel)
      .option("gyro", SOURCE.gyro)
      .option("repeatedStamps", SOURCE.repeatedStamps),
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
