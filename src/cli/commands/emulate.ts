// bandsmith emulate: the band's own firmware on this computer, with a recording on the wrist.
import type { EmulationReport } from "../../pipeline/twin/report.ts";
import type { Command } from "../command.ts";
import { count, duration, type Output, percent, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { type DataOptions, dataSourceOf, RECORDING_OPTIONS } from "../shared-options.ts";

interface EmulateOptions extends Omit<DataOptions, "data"> {
  readonly project: string;
  readonly recording: string | undefined;
  readonly loop: boolean;
  readonly until: number | undefined;
  readonly fault: readonly string[];
  readonly press: readonly string[];
  readonly frames: string | undefined;
  readonly head: string | undefined;
  readonly collect: boolean;
  readonly serial: string | undefined;
  readonly cc: string | undefined;
  readonly sanitize: boolean;
  readonly seed: number | undefined;
}

export const emulate: Command<EmulateOptions> = {
  usage: "emulate [project]",
  about:
    "Run the generated firmware on simulated devices in virtual time; exit 1 if it is not the reference's equal",
  lists: ["fault", "press"],
  options: (args) =>
    args
      .positional("project", {
        type: "string",
        default: "band.yaml",
        describe: "A generated project's folder, or the band file that was built",
      })
      .option("recording", {
        type: "string",
        describe: "What is on the wrist: a file or folder of recordings; without it the band lies still",
      })
      .option("loop", { type: "boolean", default: false, describe: "Play the recording again and again" })
      .option("until", {
        type: "number",
        describe: "Seconds of the band's time; default: the whole recording",
      })
      .option("fault", {
        type: "string",
        array: true,
        // One each: what follows may be the project.
        nargs: 1,
        default: [],
        describe:
          "What goes wrong, such as nack:sensor@10s-12s; may be given again (docs/twin.md lists them)",
      })
      .option("press", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "Press the button, such as 20s, or hold it, such as 20s-23s",
      })
      .option("frames", { type: "string", describe: "Write what the display showed to this folder" })
      .option("head", {
        type: "string",
        describe: "Send this head file to the band over its serial port, as push does",
      })
      .option("collect", {
        type: "boolean",
        default: false,
        describe: "Ask the band for its samples, as collect does, and hold them to the sensor's",
      })
      .option("serial", { type: "string", describe: "Write every line of the serial port to this file" })
      .option("cc", {
        type: "string",
        describe: "A system's compiler, such as g++; default: the one that comes along",
      })
      .option("sanitize", {
        type: "boolean",
        default: false,
        describe: "With the sanitizers: a mistake is a crash",
      })
      .option("seed", { type: "number", describe: "Of faults that are drawn; default: 1" })
      .option("format", RECORDING_OPTIONS.format)
      .option("accel", RECORDING_OPTIONS.accel)
      .option("gyro", RECORDING_OPTIONS.gyro)
      .option("repeatedStamps", RECORDING_OPTIONS.repeatedStamps)
      .option("sessions", RECORDING_OPTIONS.sessions)
      .example(
        "$0 emulate my-band/band.yaml --recording recordings/anna.csv",
        "A recording, window by window",
      )
      .example(
        "$0 emulate build/band --frames pictures --press 20s",
        "What the display shows, after one press",
      )
      .example("$0 emulate build/band --fault unplug:sensor@10s-20s", "What a bad plug does to it"),
  async run(options, output) {
    const { emulate: run } = await import("../../pipeline/twin/emulate.ts");
    const report = await run({
      project: options.project,
      recording: dataSourceOf({ ...options, data: options.recording }),
      loop: options.loop,
      untilSeconds: options.until,
      faults: options.fault,
      presses: options.press,
      framesFolder: options.frames ?? null,
      headFile: options.head ?? null,
      collect: options.collect,
      serialFile: options.serial ?? null,
      compiler: options.cc ?? null,
      sanitize: options.sanitize,
      seed: options.seed,
      onEvent: showEvents(output),
    });
    output.json(report);
    print(report, output);
    return report.passed ? 0 : 1;
  },
};

function describePush(push: NonNullable<EmulationReport["push"]>): string {
  if (push.kind === "refused") return `refused by the band: ${push.why}`;
  return push.kind === "done" ? "sent and in use" : "sent, but the band did not answer";
}

/** As many phases as a person reads; --json has them all. */
const MOST_PHASES = 40;

function print(report: EmulationReport, output: Output): void {
  const { phases, samples, accuracy } = report;
  output.line(
    table([
      ["time", "shown", "windows", "confidence"],
      ...phases
        .slice(0, MOST_PHASES)
        .map((phase) => [
          duration(phase.fromSeconds),
          phase.shown ?? "unknown",
          phase.windows,
          `${phase.confidencePercent} %`,
        ]),
    ]),
  );
  if (phases.length > MOST_PHASES)
    output.line(`and ${phases.length - MOST_PHASES} more; --json has all of them`);
  output.line();
  output.line(
    `proof     ${count(report.windows)} windows, ${count(report.values)} outputs, ${count(report.different)} different; ` +
      `${count(report.wrongInputs)} inputs and ${count(report.wrongDecisions)} decisions different, ` +
      `${count(report.missingWindows)} windows missing`,
  );
  output.line(
    `samples   ${count(samples.produced)} taken by the sensor: ${count(samples.read)} read, ${count(samples.lost)} lost, ` +
      `${count(samples.waiting)} waiting; ${count(samples.untold)} lost without a word`,
  );
  if (accuracy !== null) {
    output.line(
      `accuracy  ${percent(accuracy.single.accuracy)} of ${count(accuracy.judged)} windows that lie within one activity; ` +
        `shown ${percent(accuracy.shownRight / accuracy.judged)} right, ${percent(accuracy.unknown / accuracy.judged)} unknown`,
    );
  }
  if (report.push !== null) output.line(`head      ${describePush(report.push)}`);
  if (report.collected !== null) {
    const { told, different, gaps } = report.collected;
    output.line(`collected ${count(told)} samples, ${count(different)} different; ${gaps.length} gaps`);
  }
  const events = Object.entries(report.events).map(([name, times]) =>
    times === 1 ? name : `${name} × ${times}`,
  );
  output.line(`events    ${events.join(", ")}`);
  output.line(
    `time      ${duration(report.seconds)} in ${duration(report.wallSeconds)}: ${count(report.speed)} times real time; ` +
      `the chip was awake for ${percent(report.awakeShare)} of it`,
  );
  if (report.freeStackBytes !== null) {
    output.line(
      `stack     ${count(report.freeStackBytes)} bytes never used; ${count(report.stackGrowthBytes)} more used than after the first minute`,
    );
  }
  for (const { kind, atSeconds, detail } of report.findings) {
    output.line(`finding   ${kind} at ${duration(atSeconds)}: ${detail}`);
  }
  if (!report.passed) output.line(`failed    ${report.failures.join("; ")}`);
  if (report.unknownLabels.length > 0) {
    output.line(`labels    not the network's, and not judged: ${report.unknownLabels.join(", ")}`);
  }
  if (report.pictures.length > 0) output.line(`pictures  ${report.pictures.length} files`);
}
