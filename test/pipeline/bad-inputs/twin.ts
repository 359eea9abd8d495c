// Mistakes with the twin: projects, faults, presses, compilers.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildGraph } from "../../../src/ir/builder.ts";
import { softmax } from "../../../src/ops/index.ts";
import { emulate } from "../../../src/pipeline/twin/emulate.ts";
import { NativeBand } from "../../../src/pipeline/twin/native-band.ts";
import type { EmulateOptions } from "../../../src/pipeline/twin/options.ts";
import { writeTflite } from "../../../src/tflite/write.ts";
import { sha256 } from "../../../src/util/hash.ts";
import { smallProject } from "../../codegen/small-project.ts";
import { hostOf } from "../../emulate/support.ts";
import { randomNet } from "../../support/random-graph.ts";
import { writeTree } from "../../support/write-tree.ts";
import { type BadInput, RECORDINGS, silent } from "./support.ts";

const PROJECT = "build/tiny/firmware";

function emulateWith(changes: Partial<EmulateOptions> = {}): Promise<unknown> {
  return emulate({
    project: "band.yaml",
    recording: null,
    loop: false,
    untilSeconds: undefined,
    faults: [],
    presses: [],
    framesFolder: null,
    compiler: null,
    sanitize: false,
    seed: undefined,
    onEvent: silent,
    ...changes,
  });
}

/** Where band.yaml's project would be, after `change`. */
function emulateProject(change: () => void, changes: Partial<EmulateOptions> = {}): Promise<unknown> {
  writeTree(PROJECT, smallProject("esp32-devkit"));
  change();
  return emulateWith(changes);
}

function inManifest(key: string, value: unknown): void {
  const file = path.join(PROJECT, "bandsmith.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...manifest, [key]: value }));
}

/** A file that the manifest knows, so that it must be found out by itself. */
function otherModel(bytes: Uint8Array): void {
  writeFileSync(path.join(PROJECT, "model.tflite"), bytes);
  inManifest("model", sha256(bytes).slice(0, 16));
}

/** Compiles with this shell script, into a cache of the test's own. */
async function compileWith(script: string): Promise<unknown> {
  writeFileSync("cc", `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const before = process.env["XDG_CACHE_HOME"];
  process.env["XDG_CACHE_HOME"] = path.resolve("cache");
  try {
    return await emulateProject(() => undefined, { compiler: "./cc" });
  } finally {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
  }
}

function onWindows(action: () => unknown): unknown {
  const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
  Object.defineProperty(process, "platform", { value: "win32" });
  try {
    return action();
  } finally {
    Object.defineProperty(process, "platform", platform);
  }
}

const PROJECTS: readonly BadInput[] = [
  { what: "emulating before building", code: "project/not-found", act: () => emulateWith() },
  {
    what: "a folder without a generated project",
    code: "project/not-found",
    act: () => emulateWith({ project: "recordings" }),
  },
  {
    what: "a project that is not there",
    code: "file/not-found",
    act: () => emulateWith({ project: "bnad.yaml" }),
  },
  {
    what: "a manifest that is not JSON",
    code: "project/bad-manifest",
    act: () =>
      emulateProject(() => {
        writeFileSync(path.join(PROJECT, "bandsmith.json"), "band: tiny\n");
      }),
  },
  {
    what: "a manifest that holds something else",
    code: "project/bad-manifest",
    act: () =>
      emulateProject(() => {
        writeFileSync(path.join(PROJECT, "bandsmith.json"), "[]");
      }),
  },
  {
    what: "an address that no sensor can have",
    code: "project/bad-manifest",
    act: () =>
      emulateProject(() => {
        inManifest("sensorAddress", 0x168);
      }),
  },
  {
    what: "a project without its model",
    code: "file/not-found",
    act: () =>
      emulateProject(() => {
        rmSync(path.join(PROJECT, "model.tflite"));
      }),
  },
  {
    what: "a model of another build",
    code: "project/other-model",
    act: () =>
      emulateProject(() => {
        writeFileSync(path.join(PROJECT, "model.tflite"), writeTflite(randomNet("bad input")));
      }),
  },
  {
    what: "a model without its pre-processing",
    code: "project/bad-model",
    act: () =>
      emulateProject(() => {
        otherModel(writeTflite(randomNet("bad input")));
      }),
  },
  {
    what: "a model that was not quantised",
    code: "project/bad-model",
    act: () =>
      emulateProject(() => {
        const b = buildGraph("float", "window", [1, 4]);
        otherModel(writeTflite(b.build(b.node(softmax, { beta: 1 }, ["window"], "probabilities"), null)));
      }),
  },
  {
    what: "a band that learns, without what it fits heads by",
    code: "project/no-metric",
    act: () =>
      emulateProject(() => {
        inManifest("learn", { windows: 15, heldBack: 5, activities: [] });
        rmSync(path.join(PROJECT, "head-metric.bin"));
      }),
  },
  {
    what: "a network that only the chip can run",
    code: "twin/no-engine",
    act: () =>
      emulateProject(() => {
        rmSync(path.join(PROJECT, "src/host/engine.cpp"));
      }),
  },
];

const fault = (text: string, changes: Partial<EmulateOptions> = {}): Promise<unknown> =>
  emulateProject(() => undefined, { faults: [text], ...changes });
const press = (text: string, changes: Partial<EmulateOptions> = {}): Promise<unknown> =>
  emulateProject(() => undefined, { presses: [text], ...changes });

const ASKED: readonly BadInput[] = [
  { what: "a fault that nobody knows", code: "fault/unknown", act: () => fault("earthquake@5s") },
  {
    what: "a fault of a device that cannot have it",
    code: "fault/bad-target",
    act: () => fault("unplug:all@5s"),
  },
  {
    what: "a fault by a number that is none",
    code: "fault/bad-value",
    act: () => fault("nack:sensor:2@5s-9s"),
  },
  {
    what: "a fault that ends before it begins",
    code: "fault/bad-time",
    act: () => fault("unplug:sensor@9s-5s"),
  },
  { what: "a moment that lasts", code: "fault/needs-moment", act: () => fault("restart@5s-9s") },
  {
    what: "a fault after the end",
    code: "fault/after-end",
    act: () => fault("restart@90s", { untilSeconds: 60 }),
  },
  { what: "a press that is none", code: "twin/bad-press", act: () => press("twice") },
  { what: "a press after the end", code: "twin/late-press", act: () => press("90s") },
  {
    what: "a time that is none",
    code: "cli/bad-seconds",
    act: () => emulateWith({ untilSeconds: Number("noon") }),
  },
  { what: "a time before the start", code: "cli/bad-seconds", act: () => emulateWith({ untilSeconds: -5 }) },
  { what: "a draw that is none", code: "cli/bad-seed", act: () => emulateWith({ seed: 1.5 }) },
  {
    what: "a loop without an end",
    code: "twin/endless-loop",
    act: () => emulateWith({ recording: RECORDINGS, loop: true }),
  },
  {
    what: "pictures where no folder can be",
    code: "file/unwritable",
    act: () => {
      writeFileSync("taken", "a file, not a folder");
      return emulateWith({ framesFolder: path.join("taken", "pictures") });
    },
  },
  {
    what: "a recording that is not there",
    code: "file/not-found",
    act: () => emulateProject(() => undefined, { recording: { ...RECORDINGS, path: "anna.csv" } }),
  },
  {
    what: "a recording of one sample",
    code: "twin/empty-recording",
    act: () => {
      writeFileSync("one.csv", "t_ms,ax,ay,az,gx,gy,gz,label,session\n0,0,0,1,0,0,0,rest,a\n");
      const recording = { ...RECORDINGS, path: "one.csv", accel: "g", gyro: "deg/s" } as const;
      return emulateProject(() => undefined, { recording });
    },
  },
];

const COMPILERS: readonly BadInput[] = [
  {
    what: "a compiler that is not there",
    code: "twin/compiler-missing",
    act: () => emulateProject(() => undefined, { compiler: "./c++" }),
  },
  {
    what: "a compiler that refuses",
    code: "twin/compile-failed",
    act: () =>
      compileWith(
        'test "$1" = --version || { echo "src/band.cpp:87:9: error: expected \';\'" >&2; exit 1; }',
      ),
  },
  {
    what: "a native band on Windows",
    code: "twin/needs-posix",
    act: () => onWindows(() => new NativeBand("band", hostOf())),
  },
];

export const TWIN: readonly BadInput[] = [...PROJECTS, ...ASKED, ...COMPILERS];
