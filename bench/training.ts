// Training windows a second of bandx-cnn, 60 × 6, batch 32: our WebAssembly kernels against plain TensorFlow.js on its
// cpu backend, in one run. Keras on the same net: bench/training_keras.py, run with `--python PATH`.
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { parseModel, resolveModel } from "../src/spec/model.ts";
import { createAdam } from "../src/train/adam.ts";
import { openBackend } from "../src/train/backend.ts";
import type { Batch } from "../src/train/batches.ts";
import { emptyScore } from "../src/train/loss.ts";
import { createNetwork } from "../src/train/network.ts";
import { plainOps } from "../src/train/plain-ops.ts";
import { trainBatch } from "../src/train/train.ts";
import { seededRandom } from "../src/util/random.ts";

const BATCH = 32;
const CLASSES = 7;
const TIME_STEPS = 60;
const CHANNELS = 6;

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    python: { type: "string" },
  },
});
const seconds = Number(options.seconds);

const file = new URL("../models/bandx-cnn.yaml", import.meta.url);
const spec = parseModel(parse(readFileSync(file, "utf8")), "bandx-cnn.yaml");
const model = resolveModel(spec, {}, { timeSteps: TIME_STEPS, channels: CHANNELS, classes: CLASSES });

/** Forward, backward and Adam, without augmentation, so that the same work is compared everywhere. */
async function windowsPerSecond(backendName: "wasm" | "cpu"): Promise<number> {
  const ours = await openBackend(backendName);
  const ops = backendName === "cpu" ? plainOps : ours.ops;
  const random = seededRandom(1);
  const network = createNetwork(model, random);
  const optimizer = createAdam(network.parameters, 0);
  const weights = new Float32Array(CLASSES).fill(1);
  const pass = { ops, training: true, random: random.fork("dropout") };
  const batches = Array.from(
    { length: 8 },
    (): Batch => ({
      values: Float32Array.from({ length: BATCH * TIME_STEPS * CHANNELS }, () => random.normal()),
      labels: Int32Array.from({ length: BATCH }, () => random.integer(CLASSES)),
      size: BATCH,
    }),
  );
  const step = (i: number): void => {
    trainBatch(network, batches[i % batches.length]!, weights, optimizer, 1e-3, pass, emptyScore());
  };
  const warmUp = backendName === "cpu" ? 5 : 200;
  for (let i = 0; i < warmUp; i++) step(i);
  const start = performance.now();
  let steps = 0;
  while (performance.now() - start < seconds * 1000) step(steps++);
  const elapsed = performance.now() - start;
  network.dispose();
  return (1000 * steps * BATCH) / elapsed;
}

const ours = await windowsPerSecond("wasm");
console.log(`bandsmith, wasm, one thread      ${ours.toFixed(0).padStart(7)} windows/s`);
const plain = await windowsPerSecond("cpu");
console.log(
  `plain TensorFlow.js, cpu         ${plain.toFixed(0).padStart(7)} windows/s   ratio ${(ours / plain).toFixed(1)}`,
);

if (options.python !== undefined) {
  const script = fileURLToPath(new URL("training_keras.py", import.meta.url));
  for (const threads of ["1", "0"]) {
    const argv = [script, "--threads", threads, "--seconds", String(seconds)];
    const keras = Number(execFileSync(options.python, argv, { encoding: "utf8" }).trim().split("\n").at(-1));
    const label = threads === "1" ? "Keras, one thread               " : "Keras, its own number of threads";
    console.log(`${label} ${keras.toFixed(0).padStart(7)} windows/s   ratio ${(ours / keras).toFixed(2)}`);
  }
}
