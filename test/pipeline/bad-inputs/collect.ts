// Mistakes in collecting recordings, told by a band that follows a script.
import { mkdirSync, writeFileSync } from "node:fs";
import { collect as collectCommand } from "../../../src/cli/commands/collect.ts";
import { createOutput } from "../../../src/cli/output.ts";
import { generateProject } from "../../../src/codegen/generate-project.ts";
import { type CollectOptions, collect } from "../../../src/pipeline/collect/collect.ts";
import { collectFromLog, type FromLogOptions } from "../../../src/pipeline/collect/from-log.ts";
import { emulate } from "../../../src/pipeline/twin/emulate.ts";
import { manifestSchema } from "../../../src/spec/manifest.ts";
import { crc32 } from "../../../src/util/crc32.ts";
import { projectInput } from "../../codegen/small-project.ts";
import { scriptedBand } from "../../support/scripted-band.ts";
import { writeTree } from "../../support/write-tree.ts";
import { type BadInput, silent } from "./support.ts";

type Json = Readonly<Record<string, unknown>>;

const PROJECT = generateProject({ ...projectInput("esp32-devkit"), collect: true });
const WITHOUT = generateProject(projectInput("esp32-devkit"));
const { model: MODEL } = manifestSchema.parse(JSON.parse(PROJECT.get("bandsmith.json") as string));

function placeProject(tree = PROJECT): void {
  writeTree("small", tree);
}

const PLAN = { project: "small", subject: "anna", activities: ["walking", "sitting"], out: "own" } as const;

function live(
  answer: (command: string | null) => readonly Json[] = () => [],
  changes: Partial<CollectOptions> = {},
): Promise<unknown> {
  placeProject();
  return collect({
    ...PLAN,
    port: "/dev/ttyUSB0",
    seconds: 1,
    countdownSeconds: 0,
    isUnattended: true,
    log: undefined,
    orders: () => [],
    onPhase: silent,
    onTake: silent,
    onView: silent,
    ...scriptedBand(answer),
    ...changes,
  });
}

/** A line of five samples at rest. */
function samples(run: number, at: number, marks = 0): Json {
  const block = Buffer.alloc(16 + 5 * 12);
  block.writeUInt16LE(run, 0);
  block.writeUInt32LE(at, 4);
  block.writeUInt8(marks, 8);
  for (let i = 0; i < 5; i++) block.writeInt16LE(4096, 16 + i * 12 + 4);
  return {
    event: "samples",
    data: block.toString("base64"),
    crc: crc32(block).toString(16).padStart(8, "0"),
  };
}

/** Begins, gives so many lines, and then no more. */
function givingUp(lines: number): (command: string | null) => readonly Json[] {
  let [run, given] = [0, 0];
  return (command) => {
    if (command?.startsWith("collect begin") === true) {
      run = Number(command.split(" ")[2]);
      return [{ event: "collect", detail: "begun", run, at: 0, model: MODEL }];
    }
    return run > 0 && given < lines ? [samples(run, 5 * given++)] : [];
  };
}

function fromLog(lines: readonly Json[], changes: Partial<FromLogOptions> = {}): unknown {
  placeProject();
  writeFileSync("lines.txt", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return collectFromLog({ ...PLAN, file: "lines.txt", marks: false, ...changes });
}

function command(changes: { from?: string; port?: string; marks?: boolean }): unknown {
  const options = { from: undefined, port: undefined, marks: false, ...changes };
  return collectCommand.run(
    {
      _: ["collect"],
      $0: "bandsmith",
      json: false,
      quiet: true,
      project: "small",
      subject: "anna",
      activity: [],
      seconds: 60,
      countdown: 3,
      output: "own",
      log: undefined,
      ...options,
    },
    createOutput({ json: false, quiet: true }),
  );
}

export const COLLECT: readonly BadInput[] = [
  {
    what: "collecting from a firmware that tells nobody its samples",
    code: "collect/not-built",
    act() {
      placeProject(WITHOUT);
      return collectFromLog({ ...PLAN, file: "lines.txt", marks: false });
    },
  },
  {
    what: "emulating it with --collect",
    code: "collect/not-built",
    act() {
      placeProject(WITHOUT);
      return emulate({
        project: "small",
        recording: null,
        loop: false,
        untilSeconds: 10,
        faults: [],
        presses: [],
        framesFolder: null,
        collect: true,
        compiler: null,
        sanitize: false,
        seed: undefined,
        onEvent: silent,
      });
    },
  },
  {
    what: "a person without a name",
    code: "collect/empty-name",
    act: () => live(undefined, { subject: " " }),
  },
  {
    what: "a folder of recordings in other units",
    code: "collect/other-units",
    act() {
      mkdirSync("own");
      writeFileSync("own/dataset.yaml", "name: mine\nunits: {accel: m/s^2, gyro: rad/s}\n");
      return live();
    },
  },
  {
    what: "a log that is there already",
    code: "collect/log-exists",
    act: () => live(undefined, { log: "band.yaml" }),
  },
  {
    what: "a log where there is no folder",
    code: "file/unwritable",
    act: () => live(undefined, { log: "band.yaml/lines.txt" }),
  },
  { what: "recordings of no length", code: "cli/bad-seconds", act: () => live(undefined, { seconds: 0 }) },
  {
    what: "a countdown that goes up",
    code: "cli/bad-seconds",
    act: () => live(undefined, { countdownSeconds: -3 }),
  },
  { what: "collecting where nothing answers", code: "collect/silent", act: () => live() },
  {
    what: "a band that was built without collect",
    code: "collect/silent",
    act: () => live((asked) => (asked === null ? [{ event: "status", windows: 1 }] : [])),
  },
  {
    what: "a band with another model",
    code: "collect/other-model",
    act: () =>
      live((asked) => {
        const run = Number(asked?.split(" ")[2]);
        return [{ event: "collect", detail: "begun", run, at: 0, model: "0123456789abcdef" }];
      }),
  },
  {
    what: "a band that stops giving samples",
    code: "collect/lost",
    act: () => live(givingUp(6)),
  },
  {
    what: "a log that is not there",
    code: "file/not-found",
    act() {
      placeProject();
      return collectFromLog({ ...PLAN, activities: ["walking"], file: "lines.txt", marks: false });
    },
  },
  {
    what: "a log without samples",
    code: "collect/no-samples",
    act: () => fromLog([{ event: "start", detail: MODEL }], { activities: ["walking"] }),
  },
  {
    what: "a log of which every line is damaged",
    code: "collect/no-samples",
    act: () => fromLog([{ ...samples(1, 0), crc: "00000000" }], { activities: ["walking"] }),
  },
  {
    what: "a log of another model's",
    code: "collect/other-model",
    act: () => fromLog([{ event: "start", detail: "0123456789abcdef" }], { activities: ["walking"] }),
  },
  { what: "a log of several activities", code: "collect/marks-needed", act: () => fromLog([samples(1, 0)]) },
  {
    what: "a log with fewer presses than borders",
    code: "collect/wrong-marks",
    act: () => fromLog([samples(1, 0)], { marks: true }),
  },
  {
    what: "a log with more presses than borders",
    code: "collect/wrong-marks",
    act: () => fromLog([samples(1, 0), samples(1, 5, 1), samples(1, 10, 2)], { marks: true }),
  },
  {
    what: "--marks without a log",
    code: "collect/marks-without-log",
    act: () => command({ marks: true }),
  },
  {
    what: "a log and a port",
    code: "collect/two-places",
    act: () => command({ from: "lines.txt", port: "/dev/ttyUSB0" }),
  },
];
