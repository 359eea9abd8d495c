// What the compiled engine takes of RAM and flash, for every network of models/ and any int8 .tflite, as a Markdown table.
// npm run memory-table -- [--models DIR] [--update]: --update writes it into docs/compiled-engine.md.
// Exit code 1 where an arena is more than 5 % above its lower bound and not proved to be the smallest.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { count } from "../src/cli/output.ts";
import type { Graph } from "../src/ir/graph.ts";
import { MAC16, PORTABLE } from "../src/ir/kernel.ts";
import { callsOf, planCompiledMemory } from "../src/plan/compiled-memory.ts";
import { compiledSize } from "../src/plan/compiled-size.ts";
import { tflmArena } from "../src/plan/tflm-arena.ts";
import { readTflite } from "../src/tflite/read.ts";
import { PREPROCESSING } from "../test/codegen/small-project.ts";
import { MODEL_NAMES, modelGraph } from "../test/support/bandx.ts";

const PAGE = path.resolve(import.meta.dirname, "../docs/compiled-engine.md");
const BEGIN = "<!-- memory table: npm run memory-table -- --models DIR --update -->";
const END = "<!-- end of the memory table -->";
/** How far above its lower bound an arena may be of which nobody knows whether there is a smaller one. */
const TOLERANCE = 1.05;
const TARGETS = [
  ["portable", PORTABLE],
  ["MAC16", MAC16],
] as const;

const options = await yargs(hideBin(process.argv))
  .option("models", { type: "string", describe: "A folder of .tflite files" })
  .option("update", { type: "boolean", default: false, describe: "Write the table into the docs" })
  .strict()
  .parseAsync();

const lines = [
  "| network | kernels | arena, bytes | lower bound | above it | optimal | RAM | constants | code, about | TFLite Micro's arena, about |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
];
let isWide = false;
for (const [name, graph] of await networks()) {
  for (const [kernels, target] of TARGETS) {
    const { bytes, lowerBound, isOptimal } = planCompiledMemory(graph, callsOf(graph, target));
    const size = compiledSize(graph, target);
    const ratio = bytes / lowerBound;
    isWide ||= !isOptimal && ratio > TOLERANCE;
    const cells = [
      name,
      kernels,
      count(bytes),
      count(lowerBound),
      `${((ratio - 1) * 100).toFixed(1)} %`,
      isOptimal ? "proved" : "not proved",
      count(size.ramBytes),
      count(size.constantBytes),
      count(size.codeBytes),
      count(tflmArena(graph, false).total),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
}
const text = lines.join("\n");
console.log(text);
if (options.update) {
  const page = readFileSync(PAGE, "utf8");
  const [begin, end] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)];
  writeFileSync(PAGE, `${page.slice(0, begin)}\n${text}\n${page.slice(end)}`);
}
process.exitCode = isWide ? 1 : 0;

async function networks(): Promise<(readonly [name: string, graph: Graph])[]> {
  const labels = ["a", "b", "c", "d", "e", "f", "g"];
  const preprocessing = { ...PREPROCESSING, windowSamples: 60, labels };
  const own = MODEL_NAMES.map(async (name) => [name, await modelGraph(name, preprocessing)] as const);
  const folder = options.models;
  const files = folder === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith(".tflite"));
  const others = files
    .sort()
    .map((file) => [file, readTflite(readFileSync(path.join(folder!, file)), file)] as const);
  return [...(await Promise.all(own)), ...others];
}
