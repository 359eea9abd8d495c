// Every model of models/ the whole way: built from the recordings that ship with one epoch of training, its file held to
// TFLite Micro and its firmware, with the compiled engine, run on the twin. Exits 1 where anything differs.
// Usage, after npm run build: npm run all-models -- [--python PYTHON] [--cc g++]; without --python TFLite Micro is left
// out, and the last line says so.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { count, table } from "../src/cli/output.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "..");
const COMMAND = path.join(REPOSITORY, "dist/cli/main.js");
const DATA = path.join(REPOSITORY, "datasets/spar");
/** Of somebody who tests. */
const RECORDING = path.join(DATA, "subject_08.csv.gz");
/** Windows that TFLite Micro repeats, and seconds on the twin. */
const WINDOWS = 64;
const SECONDS = 60;

const { python, cc } = await yargs(hideBin(process.argv))
  .option("python", { type: "string", describe: "The Python that has TFLite Micro" })
  .option("cc", { type: "string", describe: "A system's compiler for the twin, such as g++" })
  .strict()
  .parseAsync();

interface Comparison {
  readonly left: string;
  readonly right: string;
  readonly values: number;
  readonly different: number;
}

interface Emulation {
  readonly windows: number;
  readonly values: number;
  readonly different: number;
}

interface Proof {
  readonly model: { readonly bytes: number };
  readonly comparisons: readonly Comparison[];
}

/** What the command prints as JSON. */
async function bandsmith<T>(cwd: string, ...words: readonly string[]): Promise<T> {
  const { stdout } = await execa(process.execPath, [COMMAND, ...words, "--json"], { cwd });
  return JSON.parse(stdout) as T;
}

let different = 0;

/** A row of the table. */
async function goAllTheWay(model: string, folder: string): Promise<string[]> {
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, "band.yaml"),
    `board: bandx-esp32\ndata: ${DATA}\nmodel: ${model}\nengine: compiled\ntrain: { epochs: 1, batchSize: 64 }\n`,
  );
  await bandsmith(folder, "build");
  const against = python === undefined ? [] : ["--against", "tflm", "--python", python];
  const { model: file, comparisons } = await bandsmith<Proof>(
    folder,
    ...["verify", "--windows", String(WINDOWS), ...against],
  );
  const twin = await bandsmith<Emulation>(
    folder,
    ...["emulate", "--recording", RECORDING, "--until", String(SECONDS)],
    ...(cc === undefined ? [] : ["--cc", cc]),
  );
  const expected = python === undefined ? 1 : 2;
  if (comparisons.length !== expected) throw new Error(`${model}: ${comparisons.length} comparisons`);
  if (twin.windows === 0) throw new Error(`${model}: no window came by on the twin`);
  for (const compared of [...comparisons, twin]) different += compared.different;
  console.log(`${model}: built, verified, emulated`);
  const values = [0, 1].map((i) => (comparisons[i] === undefined ? "-" : count(comparisons[i].values)));
  return [model, count(file.bytes), ...values, `${count(twin.values)} in ${twin.windows} windows`];
}

const models = readdirSync(path.join(REPOSITORY, "models")).map((file) => file.replace(".yaml", ""));
const work = mkdtempSync(path.join(tmpdir(), "bandsmith-all-models-"));
const rows = new Map<string, string[]>();
try {
  const queue = [...models];
  const worker = async (): Promise<void> => {
    for (let model = queue.shift(); model !== undefined; model = queue.shift()) {
      rows.set(model, await goAllTheWay(model, path.join(work, model)));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
} finally {
  rmSync(work, { recursive: true, force: true });
}
const head = ["", ".tflite, bytes", "values, graph and file", "and TFLite Micro", "on the twin"];
console.log(`\n${table([head, ...models.map((model) => rows.get(model)!)])}\n`);
console.log(`${models.length} models: ${different} values different`);
if (python === undefined) console.log("TFLite Micro was left out: --python says where it is");
if (different > 0) process.exitCode = 1;
