// Mistakes with model files, frames and folders.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterpreter } from "../../../src/interpret/interpreter.ts";
import { initBand } from "../../../src/pipeline/init.ts";
import { inspectModel, readModelFile } from "../../../src/pipeline/inspect.ts";
import { runFrames } from "../../../src/pipeline/run.ts";
import { randomOperatorGraph } from "../../support/random-graph.ts";
import { type BadInput, inspectBytes } from "./support.ts";

export const FILES: readonly BadInput[] = [
  { what: "a folder for a file", code: "file/is-folder", act: () => inspectModel("recordings") },
  { what: "a model file that is not there", code: "file/not-found", act: () => inspectModel("model.tflite") },
  { what: "an empty model file", code: "tflite/corrupt", act: () => inspectBytes(() => new Uint8Array(0)) },
  { what: "another kind of file", code: "tflite/corrupt", act: () => inspectModel("band.yaml") },
  {
    what: "half a model file",
    code: "tflite/corrupt",
    act: () => inspectBytes((bytes) => bytes.subarray(0, bytes.length >> 1)),
  },
  {
    what: "half a frame",
    code: "run/incomplete-frame",
    act: () => {
      inspectBytes((bytes) => bytes);
      const runner = runFrames(readModelFile("model.tflite").graph, "model.tflite");
      runner.push(new Uint8Array(7));
      runner.end();
    },
  },
  {
    what: "an index that the model computes, out of range",
    code: "tflite/index-out-of-range",
    act: () => {
      const interpreter = createInterpreter(randomOperatorGraph("GATHER", "GATHER/0"));
      interpreter.input.fill(5);
      interpreter.run();
    },
  },
  {
    what: "a band that is already there",
    code: "file/exists",
    act: () => initBand({ folder: ".", board: "esp32-devkit", data: undefined }),
  },
  {
    what: "a folder that cannot be written",
    code: "file/unwritable",
    act: () => {
      writeFileSync("taken", "a file, not a folder");
      return initBand({ folder: path.join("taken", "band"), board: "esp32-devkit", data: undefined });
    },
  },
];
