// Makes golden vectors: random models, inputs, and the outputs of the real TFLite Micro.
// Usage: npx tsx scripts/make-tflm-golden.ts --python PYTHON [--models N] [--nets N] [--only OP,OP] [--into DIR]
// PYTHON is one with PyPI's tflite-micro.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import type { Graph } from "../src/ir/graph.ts";
import { writeTflite } from "../src/tflite/write.ts";
import {
  frameBytes,
  OPERATOR_CASES,
  RANDOM_NETS,
  randomFrames,
  randomOperatorGraph,
} from "../test/support/random-graph.ts";
import { type Case, judgeCases } from "./conformance/judge.ts";

/** Inputs a model: the extremes, and random ones. */
const FRAMES = 6;

const options = await yargs(hideBin(process.argv))
  .option("python", { type: "string", demandOption: true, describe: "A Python that has tflite-micro" })
  .option("models", { type: "number", default: 3, describe: "Models of each operator" })
  .option("nets", { type: "number", default: 3, describe: "Nets of each family" })
  .option("only", { type: "string", describe: "Operators and families of nets, comma-separated" })
  .option("into", { type: "string", default: "test/golden/tflm" })
  .strict()
  .parseAsync();

const wanted = options.only?.split(",");
const isWanted = (family: string): boolean => wanted?.includes(family) ?? true;
const cases = [
  ...Object.keys(OPERATOR_CASES)
    .filter(isWanted)
    .flatMap((operator) => models(operator, options.models, (seed) => randomOperatorGraph(operator, seed))),
  ...Object.entries(RANDOM_NETS)
    .filter(([family]) => isWanted(family))
    .flatMap(([family, make]) => models(family, options.nets, make)),
];
const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-golden-"));
try {
  const outcomes = await judgeCases({ python: options.python, runtime: "tflm", directory }, cases);
  mkdirSync(options.into, { recursive: true });
  for (const outcome of outcomes) {
    const { name, tflite, inputs } = outcome.case;
    writeFileSync(path.join(options.into, `${name}.tflite`), tflite);
    writeFileSync(path.join(options.into, `${name}.in.bin`), inputs);
    writeFileSync(path.join(options.into, `${name}.out.bin`), outcome.theirs);
  }
  console.log(`${outcomes.length} models in ${options.into}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function models(family: string, count: number, make: (seed: string) => Graph): Case[] {
  return Array.from({ length: count }, (_, i) => {
    const seed = `${family}/${i}`;
    const graph = make(seed);
    return {
      name: `${family.toLowerCase().replaceAll(" ", "-")}-${i}`,
      tflite: writeTflite(graph),
      inputs: frameBytes(randomFrames(graph, FRAMES, seed)),
    };
  });
}
