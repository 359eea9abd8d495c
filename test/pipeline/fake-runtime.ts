// A stand-in for runtimes/run_model.py: Bandsmith's own interpreter, right or with one weight changed.
// Arguments: "right", the layer with the changed weight, or "inner-" and that layer where only a job of several
// models, which are truncated ones, shall be wrong; then those of run_model.py.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { int8Outputs } from "../../src/evaluate/outputs.ts";
import { tensorOf } from "../../src/ir/graph.ts";
import { elementCount } from "../../src/ir/tensor.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { withChangedWeight } from "../evaluate/support.ts";

const [mode = "right", , runtime = "", folder] = process.argv.slice(2);
const layer = mode === "right" ? Infinity : Number(mode.replace("inner-", ""));
if (folder === undefined) {
  process.stdout.write(JSON.stringify({ runtime, version: "0.fake" }));
} else {
  const job = JSON.parse(readFileSync(path.join(folder, "job.json"), "utf8")) as {
    inputs: string;
    models: { model: string; outputs: string }[];
  };
  const inputs = new Int8Array(readFileSync(path.join(folder, job.inputs)));
  for (const { model, outputs } of job.models) {
    const graph = readTflite(readFileSync(path.join(folder, model)), model);
    const wrong = layer < graph.nodes.length && (!mode.startsWith("inner-") || job.models.length > 1);
    const windows = inputs.length / elementCount(tensorOf(graph, graph.input).shape);
    const values = int8Outputs(wrong ? withChangedWeight(graph, layer) : graph, inputs, windows);
    writeFileSync(path.join(folder, outputs), values);
  }
}
