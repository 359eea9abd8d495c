// Mistakes outside the recordings: each with what is done and what must be answered (docs/bad-input.md).
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { softmax } from "../../src/ops/index.ts";
import { buildBand } from "../../src/pipeline/build.ts";
import { type CompileOptions, compileFile } from "../../src/pipeline/compile-file.ts";
import { findProject } from "../../src/pipeline/device-project.ts";
import { type DiffOptions, diffModels } from "../../src/pipeline/diff.ts";
import { initBand } from "../../src/pipeline/init.ts";
import { inspectModel, readModelFile } from "../../src/pipeline/inspect.ts";
import { flashProject, type PioOptions } from "../../src/pipeline/pio.ts";
import { runFrames } from "../../src/pipeline/run.ts";
import { runtimeIds } from "../../src/pipeline/runtimes/index.ts";
import { type VerifyOptions, verifyBand, verifyFile } from "../../src/pipeline/verify.ts";
import type { Preprocessing } from "../../src/signal/preprocessing.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { randomNet, randomOperatorGraph } from "../support/random-graph.ts";
import { TINY_BAND } from "./support.ts";

export interface BadInput {
  readonly what: string;
  readonly code: string;
  readonly section: "band.yaml" | "Models and boards" | "Model files and runs" | "A board on the desk";
  /** Done in a folder with band.yaml and recordings, which is the working directory. */
  readonly act: () => unknown;
}

const silent = (): void => undefined;

function build(text: string, files: Readonly<Record<string, string>> = {}): Promise<unknown> {
  for (const [name, content] of Object.entries(files)) writeFileSync(name, content);
  writeFileSync("band.yaml", text);
  return buildBand({ bandFile: "band.yaml", seed: undefined, fresh: false, force: false, onEvent: silent });
}

function inspectBytes(change: (bytes: Uint8Array) => Uint8Array): unknown {
  writeFileSync("model.tflite", change(writeTflite(randomNet("bad input"))));
  return inspectModel("model.tflite");
}

/** Compiles what these bytes are into the folder model, which must not be there afterwards. */
function compileBytes(bytes: Uint8Array, changes: Partial<CompileOptions> = {}): unknown {
  writeFileSync("model.tflite", bytes);
  const defaults = { target: "portable", name: "model", seed: undefined, vectors: 2, force: false } as const;
  try {
    return compileFile({ file: "model.tflite", output: "model", ...defaults, ...changes });
  } finally {
    if (existsSync("model")) throw new Error("something was written");
  }
}

function floatNet(): Uint8Array {
  const b = buildGraph("float", "input", [1, 4]);
  return writeTflite(b.build(b.node(softmax, { beta: 1 }, ["input"], "probabilities"), null));
}

/** A net whose softmax has the number of an operator that Bandsmith does not have. */
function foreignNet(): Uint8Array {
  const net = randomNet("bad input");
  const cosine = { ...softmax, tflite: { ...softmax.tflite, opcode: 108 } };
  return writeTflite({
    ...net,
    nodes: net.nodes.map((node) => (node.op === softmax ? { ...node, op: cosine } : node)),
  });
}

function settings(changes: Partial<VerifyOptions> = {}): VerifyOptions {
  const defaults = { seed: undefined, against: [], windows: undefined, layers: false, onEvent: silent };
  return { ...defaults, python: "./python", timeoutSeconds: 60, ...changes };
}

/** Verifies a random net, which has no pre-processing, against TFLite Micro in a Python that is this shell script. */
function verifyWith(script: string, changes: Partial<VerifyOptions> = {}): Promise<unknown> {
  writeFileSync("python", `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync("model.tflite", writeTflite(randomNet("bad input")));
  return verifyFile("model.tflite", null, settings({ against: ["tflm"], ...changes }));
}
const ANSWERS = 'test -n "$3" || { echo \'{"runtime": "tflm", "version": "1"}\'; exit 0; }';
const RECORDINGS = {
  path: "recordings",
  format: "recordings",
  accel: undefined,
  gyro: undefined,
  repeatedStamps: "error",
} as const;

function diffNets(a: string, b: string, changes: Partial<DiffOptions> = {}): Promise<unknown> {
  writeFileSync("a.tflite", writeTflite(randomNet(a)));
  writeFileSync("b.tflite", writeTflite(randomNet(b)));
  const defaults = { data: null, windows: undefined, seed: undefined, onEvent: silent };
  return diffModels("a.tflite", "b.tflite", { ...defaults, ...changes });
}

/** A built model against a copy that says something else about its recordings. */
async function diffChanged(change: (one: Preprocessing) => Preprocessing): Promise<unknown> {
  await build(TINY_BAND);
  const { graph } = readModelFile("build/tiny/model.tflite");
  const metadata = { ...graph.metadata!, preprocessing: change(graph.metadata!.preprocessing) };
  writeFileSync("other.tflite", writeTflite({ ...graph, metadata }));
  const options = { data: RECORDINGS, windows: undefined, seed: undefined, onEvent: silent };
  return diffModels("build/tiny/model.tflite", "other.tflite", options);
}

const model = (layers: string): Readonly<Record<string, string>> => ({
  "mine.yaml": `id: mine\ntitle: Mine\nsource: me\nlayers:\n${layers}`,
});
const OWN_MODEL = TINY_BAND.replace(/model:.*/, "model: mine.yaml");

const BAND: readonly Omit<BadInput, "section">[] = [
  {
    what: "no band file",
    code: "file/not-found",
    act: () =>
      buildBand({ bandFile: "bnad.yaml", seed: undefined, fresh: false, force: false, onEvent: silent }),
  },
  { what: "an empty file", code: "band/bad-key", act: () => build("") },
  { what: "broken YAML", code: "band/bad-yaml", act: () => build("board: [esp32-devkit\n") },
  { what: "a key twice", code: "band/bad-yaml", act: () => build(`${TINY_BAND}seed: 1\nseed: 2\n`) },
  { what: "a misspelt key", code: "band/bad-key", act: () => build(`${TINY_BAND}windw: {seconds: 2}\n`) },
  {
    what: "a misspelt key further in",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}window:\n  secnds: 2\n`),
  },
  {
    what: "a missing key",
    code: "band/bad-key",
    act: () => build("board: esp32-devkit\nmodel: bandx-cnn\n"),
  },
  { what: "a word for a number", code: "band/bad-key", act: () => build(`${TINY_BAND}seed: one\n`) },
  {
    what: "a value out of range",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}window:\n  overlap: 1.5\n`),
  },
  {
    what: "a sensor range that is none",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}sensor: {accelRangeG: 3}\n`),
  },
  {
    what: "a random split without owning up",
    code: "band/bad-key",
    act: () => build(TINY_BAND.replace(/split:.*/, "split: {by: random-window}")),
  },
  {
    what: "a sensor rate that the chip cannot do",
    code: "project/sensor-rate",
    act: () => build(`${TINY_BAND}sensor: {rateHz: 30}\n`),
  },
];

const MODELS: readonly Omit<BadInput, "section">[] = [
  {
    what: "an unknown board",
    code: "board/unknown",
    act: () => build(TINY_BAND.replace("esp32-devkit", "esp64")),
  },
  {
    what: "an unknown model",
    code: "model/unknown",
    act: () => build(TINY_BAND.replace(/model:.*/, "model: bandx-rnn")),
  },
  {
    what: "an unknown parameter",
    code: "model/unknown-parameter",
    act: () => build(TINY_BAND.replace("filters: 4", "filtres: 4")),
  },
  {
    what: "a model too large for the board",
    code: "board/too-small",
    act: () =>
      build(TINY_BAND.replace("filters: 4", "filters: 420, blocks: 3").replace("epochs: 2", "epochs: 1")),
  },
  {
    what: "an unknown layer",
    code: "model/unknown-layer",
    act: () => build(OWN_MODEL, model("  - conv2d: {filters: 4}\n")),
  },
  {
    what: "a model without an end",
    code: "model/does-not-fit",
    act: () => build(OWN_MODEL, model("  - conv1d: {filters: 4, kernel: 3}\n")),
  },
  {
    what: "an expression that is none",
    code: "model/bad-expression",
    act: () => build(OWN_MODEL, model('  - conv1d: {filters: "4 +", kernel: 3}\n')),
  },
  {
    what: "a pool that leaves nothing",
    code: "model/does-not-fit",
    act: () =>
      build(
        OWN_MODEL,
        model("  - maxPool1d: {size: 100}\n  - flatten\n  - dense: {units: $classes}\n  - softmax\n"),
      ),
  },
];

const FILES: readonly Omit<BadInput, "section">[] = [
  { what: "a folder for a file", code: "file/is-folder", act: () => inspectModel("recordings") },
  { what: "a model file that is not there", code: "file/not-found", act: () => inspectModel("model.tflite") },
  { what: "an empty model file", code: "tflite/corrupt", act: () => inspectBytes(() => new Uint8Array(0)) },
  { what: "another kind of file", code: "tflite/corrupt", act: () => inspectModel("band.yaml") },
  {
    what: "half a model file",
    code: "tflite/corrupt",
    act: () => inspectBytes((bytes) => bytes.subarray(0, bytes.length >> 1)),
  },
  {
    what: "half a frame",
    code: "run/incomplete-frame",
    act: () => {
      inspectBytes((bytes) => bytes);
      const runner = runFrames(readModelFile("model.tflite").graph, "model.tflite");
      runner.push(new Uint8Array(7));
      runner.end();
    },
  },
  {
    what: "an index that the model computes, out of range",
    code: "tflite/index-out-of-range",
    act: () => {
      const interpreter = createInterpreter(randomOperatorGraph("GATHER", "GATHER/0"));
      interpreter.input.fill(5);
      interpreter.run();
    },
  },
  {
    what: "a seed that is none",
    code: "cli/bad-seed",
    act: () => verifyBand("band.yaml", settings({ seed: Number("one") })),
  },
  {
    what: "verifying before building",
    code: "build/not-built",
    act: () => verifyBand("band.yaml", settings()),
  },
  {
    what: "verifying with another seed",
    code: "build/stale",
    act: async () => {
      await build(TINY_BAND);
      await verifyBand("band.yaml", settings({ seed: 9 }));
    },
  },
  {
    what: "a window count that is none",
    code: "cli/bad-count",
    act: () => verifyBand("band.yaml", settings({ windows: 0 })),
  },
  {
    what: "verifying a float model",
    code: "run/not-int8",
    act: async () => {
      await build(TINY_BAND);
      await verifyFile("build/tiny/trained.float.tflite", null, settings({ against: ["tflm"] }));
    },
  },
  {
    what: "verifying a model against nothing",
    code: "verify/nothing-to-compare",
    act: () => verifyWith("exit 0", { against: [] }),
  },
  {
    what: "recordings for a model that cannot read them",
    code: "verify/no-preprocessing",
    act: async () => {
      await verifyWith(ANSWERS).catch(() => undefined);
      await verifyFile("model.tflite", RECORDINGS, settings({ against: ["tflm"] }));
    },
  },
  { what: "a runtime that nobody knows", code: "runtime/unknown", act: () => runtimeIds("tflm,tfjs") },
  {
    what: "a Python that is not there",
    code: "runtime/no-python",
    act: () => verifyWith("", { python: "./python4" }),
  },
  {
    what: "a Python without the module",
    code: "runtime/no-module",
    act: () => verifyWith("echo \"No module named 'tflite_micro'\" >&2; exit 3"),
  },
  {
    what: "a Python that fails",
    code: "runtime/failed",
    act: () => verifyWith(`${ANSWERS}; echo "RuntimeError: Didn't find op for builtin opcode" >&2; exit 1`),
  },
  {
    what: "a Python that crashes",
    code: "runtime/failed",
    act: () => verifyWith(`${ANSWERS}; kill -SEGV $$`),
  },
  {
    what: "a Python that does not come back",
    code: "runtime/timed-out",
    act: () => verifyWith(`${ANSWERS}; exec sleep 60`, { timeoutSeconds: 1 }),
  },
  {
    what: "a Python that says something else",
    code: "runtime/bad-answer",
    act: () => verifyWith("echo Python 2.7.18"),
  },
  {
    what: "a Python that leaves too few outputs",
    code: "runtime/bad-answer",
    act: () => verifyWith(`${ANSWERS}; printf abc > "$3/0.out.bin"`),
  },
  { what: "models of other inputs", code: "diff/input-shape", act: () => diffNets("bad input", "other") },
  {
    what: "models of other classes",
    code: "diff/classes",
    act: () => diffChanged((one) => ({ ...one, labels: one.labels.toReversed() })),
  },
  {
    what: "recordings for models that filter them differently",
    code: "diff/preprocessing",
    act: () => diffChanged((one) => ({ ...one, sampleRateHz: 25 })),
  },
  {
    what: "recordings for models that cannot read them",
    code: "verify/no-preprocessing",
    act: () => diffNets("bad input", "bad input", { data: RECORDINGS }),
  },
  {
    what: "compiling a model that is not there",
    code: "file/not-found",
    act: () => compileBytes(new Uint8Array(), { file: "modle.tflite" }),
  },
  {
    what: "compiling half a model",
    code: "tflite/corrupt",
    act: () => compileBytes(writeTflite(randomNet("bad input")).subarray(0, 900)),
  },
  {
    what: "compiling an operator that Bandsmith does not have",
    code: "tflite/corrupt",
    act: () => compileBytes(foreignNet()),
  },
  { what: "compiling a float model", code: "compile/no-kernel", act: () => compileBytes(floatNet()) },
  {
    what: "a namespace that is none",
    code: "compile/bad-name",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { name: "my-model" }),
  },
  {
    what: "a namespace that is taken",
    code: "compile/bad-name",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { name: "std" }),
  },
  {
    what: "a number of test inputs that is none",
    code: "cli/bad-count",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { vectors: 0 }),
  },
  {
    what: "compiling into a folder of other files",
    code: "compile/not-empty",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { output: "recordings" }),
  },
  {
    what: "compiling into a file",
    code: "file/unwritable",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { output: "band.yaml" }),
  },
  {
    what: "a band that is already there",
    code: "file/exists",
    act: () => initBand({ folder: ".", board: "esp32-devkit", data: undefined }),
  },
  {
    what: "a folder that cannot be written",
    code: "file/unwritable",
    act: () => {
      writeFileSync("taken", "a file, not a folder");
      return initBand({ folder: path.join("taken", "band"), board: "esp32-devkit", data: undefined });
    },
  },
];

/** Flashes with a PlatformIO that is this shell script, in a project that was built. */
function flashWith(script: string, changes: Partial<PioOptions> = {}): Promise<void> {
  writeFileSync("pio", `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  mkdirSync("build/tiny/firmware", { recursive: true });
  writeFileSync("build/tiny/firmware/platformio.ini", "[platformio]\ndefault_envs = esp32-devkit\n");
  const project = findProject("band.yaml");
  return flashProject({ pio: "./pio", project, environment: undefined, port: undefined, ...changes }, silent);
}

const says = (text: string): string => `echo "${text}" >&2; exit 1`;

const DESK: readonly Omit<BadInput, "section">[] = [
  { what: "flashing before building", code: "device/no-project", act: () => findProject("band.yaml") },
  { what: "a folder without a project", code: "device/no-project", act: () => findProject("recordings") },
  {
    what: "a PlatformIO that is not there",
    code: "device/no-pio",
    act: () => flashWith("", { pio: "./platformio" }),
  },
  {
    what: "a PlatformIO that cannot reach its registry",
    code: "device/no-registry",
    act: () => flashWith(says("UnknownPlatform: Unknown development platform 'espressif32@6.13.0'")),
  },
  {
    what: "an environment that the project does not have",
    code: "device/unknown-environment",
    act: () =>
      flashWith(
        says(
          "UnknownEnvNamesError: Unknown environment names 'esp64'. Valid names are 'esp32-devkit, esp32-devkit-arduino, native'",
        ),
        { environment: "esp64" },
      ),
  },
  {
    what: "a build that fails",
    code: "device/pio-failed",
    act: () =>
      flashWith("echo \"src/main.cpp:7:1: error: expected ';'\"; echo '*** [main.o] Error 1' >&2; exit 1"),
  },
  {
    what: "no board plugged in",
    code: "device/no-port",
    act: () =>
      flashWith(
        says(
          "Error: Please specify \\`upload_port\\` for environment or use global \\`--upload-port\\` option.",
        ),
      ),
  },
  {
    what: "a port that is not there",
    code: "device/no-port",
    act: () =>
      flashWith(
        says(
          "UserSideException: [Errno 2] could not open port /dev/ttyUSB9: [Errno 2] No such file or directory: '/dev/ttyUSB9'",
        ),
        {
          port: "/dev/ttyUSB9",
        },
      ),
  },
  {
    what: "a port that is in use",
    code: "device/port-busy",
    act: () =>
      flashWith(
        says(
          "A fatal error occurred: Could not open /dev/ttyUSB0, the port is busy or doesn't exist. ([Errno 16] could not open port /dev/ttyUSB0: [Errno 16] Device or resource busy: '/dev/ttyUSB0')",
        ),
      ),
  },
  {
    what: "a port that may not be opened",
    code: "device/port-forbidden",
    act: () =>
      flashWith(
        says(
          "A fatal error occurred: Could not open /dev/ttyUSB0, the port is busy or doesn't exist. ([Errno 13] could not open port /dev/ttyUSB0: [Errno 13] Permission denied: '/dev/ttyUSB0')",
        ),
      ),
  },
  {
    what: "a board that does not answer",
    code: "device/no-chip",
    act: () =>
      flashWith(
        "echo 'Serial port /dev/ttyUSB0'; echo 'A fatal error occurred: Failed to connect to ESP32: No serial data received.' >&2; exit 2",
      ),
  },
  {
    what: "a monitor without a terminal",
    code: "device/no-terminal",
    act: () =>
      flashWith(
        says(
          "UserSideException: pio device monitor requires an interactive terminal on stdin and cannot run with piped or redirected input.",
        ),
      ),
  },
];

const inSection =
  (section: BadInput["section"]) =>
  (input: Omit<BadInput, "section">): BadInput => ({ ...input, section });

export const BAD_INPUTS: readonly BadInput[] = [
  ...BAND.map(inSection("band.yaml")),
  ...MODELS.map(inSection("Models and boards")),
  ...FILES.map(inSection("Model files and runs")),
  ...DESK.map(inSection("A board on the desk")),
];
