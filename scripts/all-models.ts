// Every model of models/ the whole way: built from the recordings that ship with one epoch of training, its file held to
// TFLite Micro and its firmware, with the compiled engine, run on the twin. Exits 1 where anything differs.
// Usage, after npm run build: npm run all-models -- [--python PYTHON] [--cc g++]; without --python TFLite Micro is left
// out, and the last line says so. With other data: --band examples/hapt.yaml --recording FILE; and with --trained DIR the
// networks that `bandsmith compare` of that band file left in DIR, seed 1, instead of an epoch of training, where it has.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { count, table } from "../src/cli/output.ts";
import { TRAINED_MODEL, TRAINED_RECORD } from "../src/pipeline/layout.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "..");
const COMMAND = path.join(REPOSITORY, "dist/cli/main.js");
const DATA = path.join(REPOSITORY, "datasets/spar");
/** What a network is trained for where none is taken. */
const EPOCHS = 1;
/** Windows that TFLite Micro repeats, and seconds on the twin. */
const WINDOWS = 64;
const SECONDS = 60;

const { python, cc, band, recording, trained } = await yargs(hideBin(process.argv))
  .option("python", { type: "string", describe: "The Python that has TFLite Micro" })
  .option("cc", { type: "string", describe: "A system's compiler for the twin, such as g++" })
  .option("band", { type: "string", describe: "A band file in place of the recordings that ship" })
  .option("recording", {
    type: "string",
    default: path.join(DATA, "subject_08.csv.gz"),
    describe: "Of somebody who tests",
  })
  .option("trained", { type: "string", describe: "A comparison's folder", implies: "band" })
  .strict()
  .parseAsync();

/** As much of a band file as is looked at here. */
interface Band {
  readonly data: { readonly path: string; readonly units: { readonly accel: string; readonly gyro: string } };
  readonly train?: object;
}

if (trained !== undefined && !existsSync(path.join(trained, "runs"))) {
  console.error(`${trained} is no comparison's folder: it has no runs/`);
  process.exit(1);
}

const base = band === undefined ? null : readBand(band);

/** With its recordings' place from anywhere. */
function readBand(file: string): Band {
  const { data, ...others } = parse(readFileSync(file, "utf8")) as Band;
  return { ...others, data: { ...data, path: path.resolve(path.dirname(file), data.path) } };
}

/** Where a comparison has left the model's network; null where it has not. */
function trainedPlace(model: string): string | null {
  if (trained === undefined) return null;
  const place = path.join(trained, "runs", model, "seed-1");
  return existsSync(path.join(place, TRAINED_RECORD)) ? place : null;
}

/** Of a model, with an epoch of training unless there is a network that was trained as the band file says. */
function bandOf(model: string): object {
  const common = { model, engine: "compiled" };
  if (base === null) {
    return { board: "bandx-esp32", data: DATA, ...common, train: { epochs: EPOCHS, batchSize: 64 } };
  }
  return {
    ...base,
    ...common,
    train: { ...base.train, ...(trainedPlace(model) === null ? { epochs: EPOCHS } : {}) },
  };
}

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

const units = base === null ? [] : ["--accel", base.data.units.accel, "--gyro", base.data.units.gyro];

function takeTrained(from: string, outDir: string): void {
  mkdirSync(outDir, { recursive: true });
  for (const file of [TRAINED_MODEL, TRAINED_RECORD]) cpSync(path.join(from, file), path.join(outDir, file));
}

/** The record says when and how fast it was trained, which no second training repeats. */
function wasReused(from: string, outDir: string): boolean {
  const [was, is] = [from, outDir].map((folder) => readFileSync(path.join(folder, TRAINED_RECORD), "utf8"));
  return was === is;
}

let different = 0;

/** A row of the table. */
async function goAllTheWay(model: string, folder: string): Promise<string[]> {
  mkdirSync(folder);
  writeFileSync(path.join(folder, "band.yaml"), stringify(bandOf(model)));
  const source = trainedPlace(model);
  const outDir = path.join(folder, "build", model);
  if (source !== null) takeTrained(source, outDir);
  await bandsmith(folder, "build");
  if (source !== null && !wasReused(source, outDir))
    throw new Error(`${model} was trained again: ${source} is of other inputs`);
  const against = python === undefined ? [] : ["--against", "tflm", "--python", python];
  const { model: file, comparisons } = await bandsmith<Proof>(
    folder,
    ...["verify", "--windows", String(WINDOWS), ...against],
  );
  const twin = await bandsmith<Emulation>(
    folder,
    ...["emulate", "--recording", path.resolve(recording), "--until", String(SECONDS), ...units],
    ...(cc === undefined ? [] : ["--cc", cc]),
  );
  const expected = python === undefined ? 1 : 2;
  if (comparisons.length !== expected) throw new Error(`${model}: ${comparisons.length} comparisons`);
  if (twin.windows === 0) throw new Error(`${model}: no window came by on the twin`);
  for (const compared of [...comparisons, twin]) different += compared.different;
  console.log(`${model}: built, verified, emulated`);
  const values = [0, 1].map((i) => (comparisons[i] === undefined ? "-" : count(comparisons[i].values)));
  const training = source === null ? `${EPOCHS} epoch` : "compared";
  return [model, training, count(file.bytes), ...values, `${count(twin.values)} in ${twin.windows} windows`];
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
const head = ["", "trained", ".tflite, bytes", "values, graph and file", "and TFLite Micro", "on the twin"];
console.log(`\n${table([head, ...models.map((model) => rows.get(model)!)])}\n`);
console.log(`${models.length} models: ${different} values different`);
if (python === undefined) console.log("TFLite Micro was left out: --python says where it is");
if (different > 0) process.exitCode = 1;
