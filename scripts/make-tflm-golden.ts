// Writes random int8 models and inputs for scripts/make_tflm_golden.py, which adds TFLite Micro's outputs.
// Usage: npx tsx scripts/make-tflm-golden.ts DIR [models an operator] [nets]
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Graph } from "../src/ir/graph.ts";
import { tensorOf } from "../src/ir/graph.ts";
import { elementCount } from "../src/ir/tensor.ts";
import { writeTflite } from "../src/tflite/write.ts";
import { seededRandom } from "../src/util/random.ts";
import { randomNet, randomOperatorGraph, STEPS } from "../test/support/random-graph.ts";

const [directory = "test/golden/tflm", perOperator = "3", nets = "6"] = process.argv.slice(2);
/** Inputs a model: random, and the extremes. */
const FRAMES = 6;

mkdirSync(directory, { recursive: true });
for (const operator of Object.keys(STEPS)) {
  for (let i = 0; i < Number(perOperator); i++)
    save(`${operator.toLowerCase()}-${i}`, randomOperatorGraph(operator, `${operator}/${i}`));
}
for (let i = 0; i < Number(nets); i++) save(`net-${i}`, randomNet(`net/${i}`));

function save(name: string, graph: Graph): void {
  const random = seededRandom(name);
  const size = elementCount(tensorOf(graph, graph.input).shape);
  const inputs = Int8Array.from({ length: FRAMES * size }, () => random.integer(256) - 128);
  inputs.fill(127, 0, size).fill(-128, size, 2 * size);
  writeFileSync(path.join(directory, `${name}.tflite`), writeTflite(graph));
  writeFileSync(path.join(directory, `${name}.in.bin`), inputs);
}
