// Executed instructions of the compiled engine on emulated cores of the chips' families, for any int8 .tflite: a whole
// inference, per multiply-accumulate and per layer, with bytes of code, constants and memory. Outputs are compared with
// the interpreter's, and with NAME.out.bin beside NAME.tflite where that is there (inputs are then NAME.in.bin).
// Usage: npm run bench:chip -- [--models DIR] [--model FILE ...] [--frames N] [--layers] [--optimize=-Os] [--update]
// Exit code 1 if an output differs, or a figure is more than 2 % above bench/chip-baseline.json; --update writes that.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { hex } from "../scripts/qemu/band-image.ts";
import { buildImage, missingPackages, runImage, type Sizes, sizesOf } from "../scripts/qemu/machine.ts";
import { networkFiles, networkImage, networkRun } from "../scripts/qemu/network-image.ts";
import { LX6, LX6_PORTABLE, TARGETS, type Target } from "../scripts/qemu/targets.ts";
import { count, table } from "../src/cli/output.ts";
import { countMacs, type Graph, inputsOf, tensorOf } from "../src/ir/graph.ts";
import { byteLength } from "../src/ir/tensor.ts";
import { readTflite } from "../src/tflite/read.ts";
import { PREPROCESSING } from "../test/codegen/small-project.ts";
import { interpreted } from "../test/firmware/support/networks.ts";
import { bandxGraph } from "../test/support/bandx.ts";
import { randomFrames } from "../test/support/random-graph.ts";

const BASELINE = path.join(import.meta.dirname, "chip-baseline.json");
/** How much worse a figure may get. */
const TOLERANCE = 1.02;

const options = await yargs(hideBin(process.argv))
  .option("models", { type: "string", describe: "A folder of .tflite files" })
  .option("model", { type: "string", array: true, default: [], describe: "A .tflite file" })
  .option("frames", { type: "number", default: 8, describe: "Inferences of each model" })
  .option("layers", { type: "boolean", default: false, describe: "Print every layer" })
  .option("optimize", { type: "string", default: "-O2", describe: "The compiler's optimisation level" })
  .option("update", { type: "boolean", default: false, describe: "Write the baseline" })
  .strict()
  .parseAsync();

interface Model {
  readonly name: string;
  readonly graph: Graph;
  readonly frames: readonly Int8Array[];
  /** What TFLite Micro gives, where that is known; otherwise the interpreter's. */
  readonly expected: readonly string[];
}

interface Figures extends Sizes {
  readonly instructions: number;
}

const machines = [...TARGETS, LX6_PORTABLE, LX6].filter((target) => {
  const missing = missingPackages([target]);
  if (missing.length > 0) console.log(`Not measured: ${target.title}; not here: ${missing.join(", ")}`);
  return missing.length === 0;
});
const baseline = existsSync(BASELINE)
  ? (JSON.parse(readFileSync(BASELINE, "utf8")) as Record<string, Figures>)
  : {};
const measured: Record<string, Figures> = {};
const rows: (string | number)[][] = [];
const layerRows: (string | number)[][] = [];
let different = 0;
for (const model of await modelsToRun()) for (const target of machines) measure(model, target);

const header = ["model", "core", "instructions", "per MAC", "before", "code, bytes", "constants", "memory"];
console.log(`Executed instructions of an inference at ${options.optimize}: not cycles, not time\n`);
console.log(table([header, ...rows]));
if (options.layers)
  console.log(`\n${table([["model", "core", "layer", "MACs", "instructions", "per MAC"], ...layerRows])}`);
const worse = Object.entries(measured).flatMap(([key, figures]) => regressions(key, figures));
console.log(`\n${different} outputs different`);
for (const line of worse) console.log(line);
if (options.update) writeFileSync(BASELINE, `${JSON.stringify({ ...baseline, ...measured }, null, 2)}\n`);
process.exitCode = different > 0 || (worse.length > 0 && !options.update) ? 1 : 0;

async function modelsToRun(): Promise<Model[]> {
  const folder = options.models;
  const found =
    folder === undefined
      ? []
      : readdirSync(folder)
          .filter((file) => file.endsWith(".tflite"))
          .map((file) => path.join(folder, file));
  const bandx = await bandxGraph({
    ...PREPROCESSING,
    windowSamples: 60,
    labels: ["a", "b", "c", "d", "e", "f", "g"],
  });
  return [toModel("bandx-cnn", bandx, null), ...[...found.sort(), ...options.model].map(modelOfFile)];
}

function modelOfFile(file: string): Model {
  const stem = file.replace(/\.tflite$/, "");
  return toModel(path.basename(stem), readTflite(readFileSync(file), file), stem);
}

function toModel(name: string, graph: Graph, stem: string | null): Model {
  const drawn = randomFrames(graph, options.frames, `chip/${name}`) as Int8Array[];
  const frames = (stem !== null && recorded(graph, `${stem}.in.bin`, "input")) || drawn;
  const expected = (interpreted(graph, frames) as Int8Array[]).map(hex);
  const vectors = stem !== null && recorded(graph, `${stem}.out.bin`, "output");
  if (vectors) vectors.forEach((vector, i) => (different += hex(vector) === expected[i] ? 0 : 1));
  return { name, graph, frames, expected };
}

/** The first frames of a file of them. */
function recorded(graph: Graph, file: string, end: "input" | "output"): Int8Array[] | null {
  if (!existsSync(file)) return null;
  const bytes = Int8Array.from(new Int8Array(readFileSync(file)));
  const size = byteLength(tensorOf(graph, graph[end]));
  const frames = Math.min(options.frames, bytes.length / size);
  return Array.from({ length: frames }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

function measure({ name, graph, frames, expected }: Model, target: Target): void {
  const run = (marked: boolean) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-chip-"));
    try {
      mkdirSync(folder, { recursive: true });
      for (const [file, text] of networkFiles(graph, frames, marked, target.kernels))
        writeFileSync(path.join(folder, file), text);
      const image = networkImage(folder, [options.optimize]);
      const result = networkRun(runImage(target, buildImage(target, image)));
      return { ...result, sizes: sizesOf(target, folder, "network.cpp") };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const { outputs, inferences, sizes } = run(false);
  different += expected.filter((output, i) => outputs[i] !== output).length;
  const mean = inferences.reduce((sum, ticks) => sum + ticks, 0) / inferences.length;
  const instructions = Math.round(mean / target.ticksPerInstruction);
  const core = target.kernels.mac16 ? `${target.id} MAC16` : target.id;
  const key = `${name} ${core} ${options.optimize}`;
  const macs = countMacs(graph);
  measured[key] = { instructions, ...sizes };
  const before = baseline[key] === undefined ? "" : count(baseline[key].instructions);
  const { code, constants, memory } = sizes;
  rows.push([
    name,
    core,
    count(instructions),
    (instructions / macs).toFixed(2),
    before,
    count(code),
    count(constants),
    count(memory),
  ]);
  if (options.layers) {
    run(true).layers.forEach((ticks, i) => {
      const node = graph.nodes[i]!;
      const own = node.op.macs(node.attrs, inputsOf(graph, node));
      const spent = Math.round(ticks / target.ticksPerInstruction);
      const perMac = own === 0 ? "" : (spent / own).toFixed(2);
      layerRows.push([name, core, `${i + 1} ${node.op.name}`, count(own), count(spent), perMac]);
    });
  }
}

function regressions(key: string, figures: Figures): string[] {
  const before = baseline[key];
  if (before === undefined) return [];
  return (["instructions", "code", "constants", "memory"] as const).flatMap((name) =>
    figures[name] > before[name] * TOLERANCE
      ? [`Worse: ${key}: ${name} ${count(before[name])} before, ${count(figures[name])} now`]
      : [],
  );
}
