// bandsmith personalize: a head of one's own from some windows of each activity.
import path from "node:path";
import type { Outcome } from "../../pipeline/personalize/outcome.ts";
import { WRIST_NAMES, type WristName } from "../../signal/wrist.ts";
import { DATA_FORMATS } from "../../spec/band.ts";
import type { Command } from "../command.ts";
import { count, type Output, percent, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { type DataOptions, RECORDING_OPTIONS } from "../shared-options.ts";

interface Options extends Omit<DataOptions, "data"> {
  readonly project: string;
  readonly recordings: string;
  readonly subject: string | undefined;
  readonly windows: number;
  readonly add: readonly string[];
  readonly drop: readonly string[];
  readonly wrist: WristName | "auto";
  readonly key: string | undefined;
  readonly sequence: number | undefined;
  readonly name: string | undefined;
  readonly output: string;
  readonly force: boolean;
}

export const personalize: Command<Options> = {
  usage: "personalize [project]",
  about: "Fit the network's last layer to one wearer, and judge it by windows that were held back",
  lists: ["add", "drop"],
  options: (args) =>
    args
      .positional("project", {
        type: "string",
        default: "band.yaml",
        describe: "A generated project's folder, or the band file that was built",
      })
      .option("recordings", {
        type: "string",
        demandOption: true,
        describe: "The wearer's labelled recordings: a file or a folder",
      })
      .option("subject", { type: "string", describe: "Whose, where several people are in the recordings" })
      .option("windows", {
        type: "number",
        default: 15,
        describe: "Windows of each activity to fit on, the first in time; the others judge",
      })
      .option("add", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "A recorded activity that the network never had; may be given again",
      })
      .option("drop", {
        type: "string",
        array: true,
        nargs: 1,
        default: [],
        describe: "An activity to leave out; may be given again",
      })
      .option("wrist", {
        choices: ["auto", ...WRIST_NAMES] as const,
        default: "auto" as const,
        describe: "How the band is worn, seen from how it was built; auto: told by the windows",
      })
      .option("key", {
        type: "string",
        describe: "The private key that signs; default: head-private.pem beside the band file",
      })
      .option("sequence", {
        type: "number",
        describe: "A band takes only what is higher than all before; default: the seconds since 1970",
      })
      .option("name", { type: "string", describe: "What the files are called; default: the person" })
      .option("output", {
        alias: "o",
        type: "string",
        default: "personal",
        describe: "The folder to write",
      })
      .option("force", {
        type: "boolean",
        default: false,
        describe: "Also a head that is worse than the one before, or that nothing has judged",
      })
      .option("format", { ...RECORDING_OPTIONS.format, choices: DATA_FORMATS })
      .option("accel", RECORDING_OPTIONS.accel)
      .option("gyro", RECORDING_OPTIONS.gyro)
      .option("repeatedStamps", RECORDING_OPTIONS.repeatedStamps)
      .option("sessions", RECORDING_OPTIONS.sessions)
      .example("$0 personalize my-band/band.yaml --recordings anna.csv", "personal/anna.head, to push")
      .example(
        "$0 personalize build/band --recordings anna --add rowing --drop typing",
        "With one activity more and one less",
      ),
  async run({ project, recordings, subject, key, sequence, name, wrist, ...options }, output) {
    const { personalize: run } = await import("../../pipeline/personalize/personalize.ts");
    const { format, accel, gyro, repeatedStamps, sessions } = options;
    const { outcome, files } = await run({
      ...options,
      project,
      recordings: { path: recordings, format, accel, gyro, repeatedStamps, sessions },
      subject: subject ?? null,
      wrist: wrist === "auto" ? null : wrist,
      keyFile: key ?? null,
      sequence: sequence ?? Math.floor(Date.now() / 1000),
      name: name ?? null,
      onEvent: showEvents(output),
    });
    output.json(outcome);
    print(outcome, output);
    for (const file of files) output.line(path.normalize(file));
    return 0;
  },
};

function print(outcome: Outcome, output: Output): void {
  const { person, project, activities, left, before, after, verified, head, tflite, wrist } = outcome;
  output.line();
  output.line(`${person}: a head for ${project}`);
  output.line();
  const share = (right: number, of: number): string => (of === 0 ? "-" : percent(right / of));
  output.line(
    table([
      ["", "fitted on", "held back", "before", "after"],
      ...activities.map(({ activity, isNew, fitted, heldBack, before: was, after: is }) => [
        isNew ? `${activity} (new)` : activity,
        fitted,
        heldBack,
        share(was, heldBack),
        share(is, heldBack),
      ]),
      ...(before === null || after === null
        ? []
        : [
            ["all windows", "", before.windows, percent(before.accuracy), percent(after.accuracy)],
            ["macro F1", "", "", percent(before.macroF1), percent(after.macroF1)],
          ]),
    ]),
  );
  output.line();
  if (left.length > 0) output.line(`not in this head: ${left.join(", ")}`);
  if (wrist.used !== "same")
    output.line(`worn: ${wrist.used}${wrist.told === null ? "" : ", as the windows tell"}`);
  output.line(
    `verified ${count(verified.values)} values of ${count(verified.windows)} windows, ${verified.different} different`,
  );
  output.line(`head ${head.sequence}: ${count(head.bytes)} bytes; ${count(tflite.bytes)} bytes of .tflite`);
  if (head.file === null) {
    output.line(
      "No head file: the firmware was built without a key (bandsmith keys; update.publicKey in band.yaml)",
    );
  }
}
