// Writes the benchmark's networks as NAME.tflite: shapes as published, weights random, calibrated on random windows.
// Usage: tsx bench/nets.ts DIR. A process of its own: what training does to V8 must not be measured.
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ModelDimensions } from "../src/spec/model.ts";
import { writeTflite } from "../src/tflite/write.ts";
import { openBackend } from "../src/train/backend.ts";
import { describedGraph, modelFile, ZEBIN } from "./described.ts";

interface Net {
  readonly dimensions: ModelDimensions;
  /** A model file's content. */
  readonly model: () => unknown;
}

const described = (id: string, title: string, layers: readonly unknown[]): unknown => ({
  id,
  title,
  source: "bench/nets.ts",
  layers,
});

const NETS: Readonly<Record<string, Net>> = {
  "bandx-cnn": {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    model: () => modelFile("bandx-cnn"),
  },
  // The convolutions of MicroBi-ConvLSTM; its recurrence is replaced by a dense layer of as many multiplications.
  "microbi-size": {
    dimensions: { timeSteps: 128, channels: 9, classes: 6 },
    model: () =>
      described("microbi-size", "Convolutions of MicroBi-ConvLSTM, then dense", [
        { conv1d: { filters: 16, kernel: 5, activation: "relu" } },
        { maxPool1d: { size: 2 } },
        { conv1d: { filters: 16, kernel: 5, activation: "relu" } },
        { maxPool1d: { size: 2 } },
        "flatten",
        { dense: { units: 480, activation: "relu" } },
        { dense: { units: "$classes" } },
        "softmax",
      ]),
  },
  "zebin-cnn": { dimensions: ZEBIN, model: () => modelFile("zebin-cnn") },
};

await openBackend("cpu"); // for the initial weights
for (const [name, { dimensions, model }] of Object.entries(NETS)) {
  const file = path.join(process.argv[2]!, `${name}.tflite`);
  writeFileSync(file, writeTflite(describedGraph(name, model(), dimensions)));
}
