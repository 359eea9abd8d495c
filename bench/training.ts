// Training windows a second, 60 × 6, batch 32: our WebAssembly kernels against TensorFlow.js's own operations, in one
// run. For bandx-cnn those run on its cpu backend, as WebAssembly has no gradients of convolutions; for lstm, gru
// and rnn, step by step, on both. Keras on bandx-cnn: bench/training_keras.py, run with `--python PATH`.
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { parseModel, type ResolvedModel, resolveModel } from "../src/spec/model.ts";
import { createAdam } from "../src/train/adam.ts";
import { openBackend } from "../src/train/backend.ts";
import type { Batch } from "../src/train/batches.ts";
import { trainBatch } from "../src/train/fit.ts";
import { emptyScore } from "../src/train/loss.ts";
import { createNetwork } from "../src/train/network.ts";
import { plainOps } from "../src/train/plain-ops.ts";
import { seededRandom } from "../src/util/random.ts";

const BATCH = 32;
const CLASSES = 7;
const TIME_STEPS = 60;
const CHANNELS = 6;
const ROUNDS = 3;

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    python: { type: "string" },
  },
});
const seconds = Number(options.seconds);

function modelOf(id: string): ResolvedModel {
  const file = new URL(`../models/${id}.yaml`, import.meta.url);
  const spec = parseModel(parse(readFileSync(file, "utf8")), `${id}.yaml`);
  return resolveModel(spec, {}, { timeSteps: TIME_STEPS, channels: CHANNELS, classes: CLASSES });
}

/** A backend, and whose operations on it. */
interface Road {
  readonly backend: "wasm" | "cpu";
  readonly plain: boolean;
  readonly warmUp: number;
}

const OURS: Road = { backend: "wasm", plain: false, warmUp: 200 };
const PLAIN_CPU: Road = { backend: "cpu", plain: true, warmUp: 5 };
const PLAIN_WASM: Road = { backend: "wasm", plain: true, warmUp: 20 };

/** Forward, backward and Adam, without augmentation, so that the same work is compared everywhere. */
async function windowsPerSecond(model: ResolvedModel, { backend, plain, warmUp }: Road): Promise<number> {
  const opened = await openBackend(backend);
  const ops = plain ? plainOps : opened.ops;
  const random = seededRandom(1);
  const network = createNetwork(model, random);
  const optimizer = createAdam(network.parameters, { weightDecay: 0, clipNorm: null });
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
  for (let i = 0; i < warmUp; i++) step(i);
  const start = performance.now();
  let steps = 0;
  while (performance.now() - start < (seconds * 1000) / ROUNDS) step(steps++);
  const elapsed = performance.now() - start;
  network.dispose();
  return (1000 * steps * BATCH) / elapsed;
}

/** The best of several rounds in turn, so that what else the machine does hits all alike. */
async function compare(id: string, others: Readonly<Record<string, Road>>): Promise<number> {
  const model = modelOf(id);
  const roads = Object.entries({ "bandsmith, wasm, one thread": OURS, ...others });
  const best = roads.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, [, road]] of roads.entries()) {
      best[i] = Math.max(best[i]!, await windowsPerSecond(model, road));
    }
  }
  const ours = best[0]!;
  console.log(id);
  roads.forEach(([label], i) => {
    const ratio = i === 0 ? "" : `   ratio ${(ours / best[i]!).toFixed(1)}`;
    console.log(`${line(label, best[i]!)}${ratio}`);
  });
  return ours;
}

function line(label: string, rate: number): string {
  return `${label.padEnd(32)} ${rate.toFixed(0).padStart(7)} windows/s`;
}

const ours = await compare("bandx-cnn", { "plain TensorFlow.js, cpu": PLAIN_CPU });

if (options.python !== undefined) {
  const script = fileURLToPath(new URL("training_keras.py", import.meta.url));
  for (const threads of ["1", "0"]) {
    const argv = [script, "--threads", threads, "--seconds", String(seconds)];
    const keras = Number(execFileSync(options.python, argv, { encoding: "utf8" }).trim().split("\n").at(-1));
    const label = threads === "1" ? "Keras, one thread" : "Keras, its own number of threads";
    console.log(`${line(label, keras)}   ratio ${(ours / keras).toFixed(2)}`);
  }
}

for (const id of ["lstm", "gru", "rnn"]) {
  await compare(id, {
    "plain TensorFlow.js, wasm": PLAIN_WASM,
    "plain TensorFlow.js, cpu": PLAIN_CPU,
  });
}
