// Hostile files: seeded mutations of real models, read and, where the reader accepts them, run.
// Usage: npm run bench:fuzz -- [--cases N] [--seed S] [--python PYTHON]
// With a PYTHON that has tflite-micro, a share of the accepted files is judged by it, too.
// Exit code 1 if the reader or the interpreter fails in any way but a named error, is slow, or accepts a file in which
// a reference leaves the file.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import type { Case } from "../scripts/conformance/judge.ts";
import { count, duration, table } from "../src/cli/output.ts";
import { createInterpreter } from "../src/interpret/interpreter.ts";
import { countMacs } from "../src/ir/graph.ts";
import { readTflite } from "../src/tflite/read.ts";
import { UserError } from "../src/util/errors.ts";
import { seededRandom } from "../src/util/random.ts";
import { mutate } from "../test/support/fuzz/mutations.ts";
import { outOfRange } from "../test/support/fuzz/oracle.ts";
import { frameBytes, randomFrames } from "../test/support/random-graph.ts";
import { judgeAccepted } from "./fuzz-judge.ts";

const ORIGINALS = path.join(import.meta.dirname, "../test/golden/tflm");
const KEPT = "build/fuzz";
const MOST_KEPT = 10;
/** Reading and running a golden model takes about a millisecond. */
const HANG_MILLISECONDS = 10_000;
/** Larger ones keep the judge busy and say no more. */
const JUDGED_MACS = 1e6;

const options = await yargs(hideBin(process.argv))
  .option("cases", { type: "number", default: 200_000, describe: "Mutated files" })
  .option("python", { type: "string", describe: "A Python that has tflite-micro" })
  .option("judged", { type: "number", default: 3000, describe: "Accepted files that it judges" })
  .option("seed", { type: "string", default: "fuzz" })
  .strict()
  .parseAsync();

const originals = readdirSync(ORIGINALS)
  .filter((file) => file.endsWith(".tflite"))
  .map((file) => new Uint8Array(readFileSync(path.join(ORIGINALS, file))));
const accepted: Case[] = [];
const random = seededRandom(options.seed);
const tally = { refused: 0, accepted: 0, stopped: 0, crashes: 0, hangs: 0, leaks: 0 };
let slowest = 0;
const start = performance.now();
for (let i = 0; i < options.cases; i++) {
  const bytes = mutate(originals[i % originals.length]!, random);
  const began = performance.now();
  examine(bytes, i);
  const took = performance.now() - began;
  slowest = Math.max(slowest, took);
  if (took > HANG_MILLISECONDS) fail("hangs", bytes, i, `took ${Math.round(took)} ms`);
  if (i % 5000 === 4999) console.log(`${count(i + 1)} files, ${count(tally.accepted)} accepted`);
}
const seconds = (performance.now() - start) / 1000;
console.log(
  table([
    ["originals", originals.length],
    ["mutated files", count(options.cases)],
    ["refused by name", count(tally.refused)],
    ["accepted and run", count(tally.accepted)],
    ["accepted, stopped by name as it ran", count(tally.stopped)],
    ["crashes", tally.crashes],
    ["hangs", tally.hangs],
    ["accepted with a reference out of range", tally.leaks],
    ["slowest file", `${Math.round(slowest)} ms`],
    ["peak memory", `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`],
    ["time", duration(seconds)],
  ]),
);
const wrong = options.python === undefined ? 0 : await judge(options.python);
process.exitCode = wrong + tally.crashes + tally.hangs + tally.leaks === 0 ? 0 : 1;

function examine(bytes: Uint8Array, index: number): void {
  try {
    const graph = readTflite(bytes, "mutated.tflite");
    const reference = outOfRange(bytes);
    if (reference !== null) fail("leaks", bytes, index, reference);
    tally.accepted++;
    if (accepted.length < options.judged && countMacs(graph) < JUDGED_MACS) {
      const inputs = frameBytes(randomFrames(graph, 2, `judged/${index}`));
      accepted.push({ name: `accepted-${index}`, tflite: bytes, inputs });
    }
    run(graph);
  } catch (error) {
    if (!(error instanceof UserError)) fail("crashes", bytes, index, String(error));
    else if (error.code === "tflite/corrupt") tally.refused++;
    else tally.stopped++;
  }
}

async function judge(python: string): Promise<number> {
  const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-fuzz-"));
  try {
    const verdicts = await judgeAccepted({ python, runtime: "tflm", directory }, accepted);
    const { equal, refused, different } = verdicts;
    console.log(
      `TFLite Micro on ${count(accepted.length)} of the accepted files: ${count(equal)} equal, ` +
        `${count(refused)} that it does not run, ${different.length} different`,
    );
    for (const { case: one } of different) save(`${one.name}.tflite`, one.tflite);
    return different.length;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(graph: ReturnType<typeof readTflite>): void {
  const interpreter = createInterpreter(graph);
  for (let i = 0; i < interpreter.input.length; i++) interpreter.input[i] = ((i * 37) % 255) - 127;
  interpreter.run();
}

function fail(kind: "crashes" | "hangs" | "leaks", bytes: Uint8Array, index: number, what: string): void {
  tally[kind]++;
  // The first of a kind tell the story.
  if (tally[kind] > MOST_KEPT) return;
  console.log(`${kind}: ${what}; kept as ${save(`${kind}-${index}.tflite`, bytes)}`);
}

function save(name: string, bytes: Uint8Array): string {
  mkdirSync(KEPT, { recursive: true });
  const file = path.join(KEPT, name);
  writeFileSync(file, bytes);
  return file;
}
