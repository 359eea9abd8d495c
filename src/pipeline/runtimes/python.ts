// Runs a runtime through a Python: models and frames go into a temporary folder, outputs come back as files.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import {
  pythonMissing,
  runtimeBadAnswer,
  runtimeFailed,
  runtimeMissing,
  runtimeTimedOut,
} from "../../util/messages.ts";
import { readIfThere } from "../files.ts";
import { PACKAGE_ROOT } from "../resources.ts";
import { RUNTIMES, type RuntimeId } from "./index.ts";

export interface PythonOptions {
  /** A program on the path, or a path. */
  readonly python: string;
  readonly timeoutSeconds: number;
}

/** A runtime that has answered. */
export interface LoadedRuntime {
  readonly id: RuntimeId;
  readonly version: string;
  /**
   * Runs models of one and the same input over frames.
   * @param models bytes of .tflite files, and how many int8 values a window each gives
   * @param inputs [windows, input size]
   * @returns [windows, output size] a model
   * @throws UserError runtime/*
   */
  run(models: readonly ModelToRun[], inputs: Int8Array, windows: number): Promise<Int8Array[]>;
}

export interface ModelToRun {
  readonly bytes: Uint8Array;
  readonly outputSize: number;
}

const SCRIPT = path.join(PACKAGE_ROOT, "runtimes/run_model.py");
/** run_model.py's exit code where an import fails. */
const MODULE_MISSING = 3;
const LONGEST_QUOTE = 200;

/**
 * Asks for the runtime's version, so that what is missing is known before anything slow begins.
 * @throws UserError runtime/*
 */
export async function loadRuntime(id: RuntimeId, options: PythonOptions): Promise<LoadedRuntime> {
  const answer = await inFolder((folder) => callPython(folder, id, [], options));
  return {
    id,
    version: versionIn(answer, id, options),
    run: (models, inputs, windows) =>
      inFolder((folder) => runIn(folder, id, options, models, inputs, windows)),
  };
}

/** A temporary folder that is gone afterwards, whatever happened. */
async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "bandsmith-verify-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(
  folder: string,
  id: RuntimeId,
  options: PythonOptions,
  models: readonly ModelToRun[],
  inputs: Int8Array,
  windows: number,
): Promise<Int8Array[]> {
  const entries = models.map((_, i) => ({ model: `${i}.tflite`, outputs: `${i}.out.bin` }));
  entries.forEach(({ model }, i) => {
    writeFileSync(path.join(folder, model), models[i]!.bytes);
  });
  writeFileSync(path.join(folder, "inputs.bin"), inputs);
  writeFileSync(path.join(folder, "job.json"), JSON.stringify({ inputs: "inputs.bin", models: entries }));
  await callPython(folder, id, [folder], options);
  return entries.map(({ outputs }, i) => {
    const expected = windows * models[i]!.outputSize;
    const bytes = readIfThere(path.join(folder, outputs));
    if (bytes?.length !== expected) {
      const found = bytes === null ? "no outputs" : `${bytes.length} bytes of outputs`;
      throw runtimeBadAnswer(RUNTIMES[id], options.python, found, `${expected} bytes`);
    }
    return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  });
}

/**
 * Returns what Python printed. It prints into files: a pipe would stay open, and the time-out be of no use, where the
 * Python is a wrapper whose own child goes on.
 */
async function callPython(
  folder: string,
  id: RuntimeId,
  args: readonly string[],
  { python, timeoutSeconds }: PythonOptions,
): Promise<string> {
  const runtime = RUNTIMES[id];
  const printed = [path.join(folder, "stdout.txt"), path.join(folder, "stderr.txt")] as const;
  // execa takes any open file, its types only the first few numbers.
  const [stdout, stderr] = printed.map((file) => openSync(file, "w")) as [3, 4];
  const result = await execa(python, [SCRIPT, id, ...args], {
    reject: false,
    stdin: "ignore",
    stdout,
    stderr,
    timeout: timeoutSeconds * 1000,
  });
  closeSync(stdout);
  closeSync(stderr);
  if (!result.failed) return readFileSync(printed[0], "utf8");
  if (result.timedOut) throw runtimeTimedOut(runtime, python, timeoutSeconds);
  const said = lastLine(readFileSync(printed[1], "utf8"));
  if (result.signal !== undefined) throw runtimeFailed(runtime, python, `it was ended by ${result.signal}`);
  if (result.exitCode === undefined) throw pythonMissing(python, result.code ?? "it gave no exit code");
  if (result.exitCode === MODULE_MISSING) throw runtimeMissing(runtime, python, said);
  throw runtimeFailed(runtime, python, said === "" ? `exit code ${result.exitCode}` : said);
}

function versionIn(answer: string, id: RuntimeId, { python }: PythonOptions): string {
  try {
    const { runtime, version } = JSON.parse(answer) as { runtime?: unknown; version?: unknown };
    if (runtime === id && typeof version === "string") return version;
  } catch {
    // Not JSON: told below like any other wrong answer.
  }
  throw runtimeBadAnswer(RUNTIMES[id], python, JSON.stringify(lastLine(answer)), "its version as JSON");
}

/** Runtimes say a lot before what went wrong; what went wrong comes last. */
function lastLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return (lines.findLast((line) => line !== "") ?? "").slice(0, LONGEST_QUOTE).replace(/\.+$/, "");
}
