// Writes the benchmark's networks as NAME.tflite: shapes as published, weights random, calibrated on random windows.
// Usage: tsx bench/nets.ts DIR. A process of its own: what training does to V8 must not be measured.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { observe } from "../src/interpret/observe.ts";
import type { Graph } from "../src/ir/graph.ts";
import { foldGraph } from "../src/quantize/fold.ts";
import { quantizeGraph } from "../src/quantize/quantize.ts";
import { chooseRange } from "../src/quantize/range.ts";
import { type ModelDimensions, parseModel, resolveModel } from "../src/spec/model.ts";
import { writeTflite } from "../src/tflite/write.ts";
import { openBackend } from "../src/train/backend.ts";
import { exportGraph } from "../src/train/export.ts";
import { createNetwork } from "../src/train/network.ts";
import { seededRandom } from "../src/util/random.ts";

interface Net {
  readonly dimensions: ModelDimensions;
  /** A model file's content. */
  readonly model: () => unknown;
}

const bandxFile = new URL("../models/bandx-cnn.yaml", import.meta.url);

const described = (id: string, title: string, layers: readonly unknown[]): unknown => ({
  id,
  title,
  source: "bench/nets.ts",
  layers,
});

const NETS: Readonly<Record<string, Net>> = {
  "bandx-cnn": {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    model: () => parse(readFileSync(bandxFile, "utf8")) as unknown,
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
  // Zebin et al.: three convolutions, the filters doubling, and a dense layer of 50.
  cnn1d: {
    dimensions: { timeSteps: 128, channels: 6, classes: 6 },
    model: () =>
      described("cnn1d", "CNN of Zebin et al.", [
        ...[12, 24, 48].flatMap((filters) => [
          { conv1d: { filters, kernel: 3, activation: "relu" } },
          { maxPool1d: { size: 2 } },
        ]),
        "flatten",
        { dense: { units: 50, activation: "relu" } },
        { dense: { units: "$classes" } },
        "softmax",
      ]),
  },
};

await openBackend("cpu"); // for the initial weights
for (const name of Object.keys(NETS)) {
  writeFileSync(path.join(process.argv[2]!, `${name}.tflite`), writeTflite(int8Net(name)));
}

function int8Net(name: string): Graph {
  const { dimensions, model } = NETS[name]!;
  const random = seededRandom(name);
  const network = createNetwork(resolveModel(parseModel(model(), name), {}, dimensions), random);
  const graph = foldGraph(exportGraph(network, null));
  network.dispose();
  const observed = observe(graph, 32, (_index, input) => {
    for (let i = 0; i < input.length; i++) input[i] = random.normal();
  });
  const settings = { calibration: "minmax", percentile: 100 } as const;
  const ranges = [...observed].map(([tensor, values]) => [tensor, chooseRange(values, settings)] as const);
  return quantizeGraph(graph, new Map(ranges));
}
