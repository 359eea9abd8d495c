// Writes random int8 models and inputs for scripts/make_tflm_golden.py, which adds TFLite Micro's outputs.
// Usage: npx tsx scripts/make-tflm-golden.ts DIR [models an operator] [nets] [ONLY,THESE,OPERATORS]
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Graph } from "../src/ir/graph.ts";
import { writeTflite } from "../src/tflite/write.ts";
import {
  frameBytes,
  OPERATOR_CASES,
  randomFrames,
  randomNet,
  randomOperatorGraph,
} from "../test/support/random-graph.ts";

const [directory = "test/golden/tflm", perOperator = "3", nets = "6", only = ""] = process.argv.slice(2);
/** Inputs a model: the extremes, and random ones. */
const FRAMES = 6;

mkdirSync(directory, { recursive: true });
for (const operator of only === "" ? Object.keys(OPERATOR_CASES) : only.split(",")) {
  for (let i = 0; i < Number(perOperator); i++)
    save(`${operator.toLowerCase()}-${i}`, randomOperatorGraph(operator, `${operator}/${i}`));
}
for (let i = 0; i < Number(nets); i++) save(`net-${i}`, randomNet(`net/${i}`));

function save(name: string, graph: Graph): void {
  writeFileSync(path.join(directory, `${name}.tflite`), writeTflite(graph));
  writeFileSync(path.join(directory, `${name}.in.bin`), frameBytes(randomFrames(graph, FRAMES, name)));
}
