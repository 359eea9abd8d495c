// What bench:chip runs by default, and any other int8 file.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { hex } from "../../scripts/qemu/band-image.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { byteLength } from "../../src/ir/tensor.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { openBackend } from "../../src/train/backend.ts";
import { PREPROCESSING } from "../../test/codegen/small-project.ts";
import { interpreted } from "../../test/firmware/support/networks.ts";
import { bandxGraph } from "../../test/support/bandx.ts";
import { randomFrames } from "../../test/support/random-graph.ts";
import { describedGraph, modelFile, ZEBIN } from "../described.ts";
import { microbiGraph } from "./microbi.ts";

export interface Model {
  readonly name: string;
  readonly graph: Graph;
  readonly frames: readonly Int8Array[];
  /** The interpreter's outputs, in hexadecimal. */
  readonly expected: readonly string[];
  /** Where TFLite Micro's are known: how many of them the interpreter's differ from. */
  readonly different: number;
}

const KERAS = path.join(import.meta.dirname, "../models/keras-cnn.tflite");

/** Weights are seeded and trained by nobody, but for the last model's, which comes from Keras. */
export async function defaultModels(frames: number): Promise<Model[]> {
  await openBackend("cpu"); // for the initial weights
  const labels = ["a", "b", "c", "d", "e", "f", "g"];
  const bandx = await bandxGraph({ ...PREPROCESSING, windowSamples: 60, labels });
  const zebin = describedGraph("zebin-cnn", modelFile("zebin-cnn"), ZEBIN);
  return [
    modelOf("bandx-cnn", bandx, frames),
    modelOf("zebin-cnn", zebin, frames),
    modelOf("microbi-convlstm", microbiGraph(), frames),
    modelOfFile(KERAS, frames),
  ];
}

export function filesIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".tflite"));
  return files.sort().map((file) => path.join(folder, file));
}

/** NAME.in.bin beside NAME.tflite has its inputs, NAME.out.bin what TFLite Micro answers. */
export function modelOfFile(file: string, frames: number): Model {
  const stem = file.replace(/\.tflite$/, "");
  const graph = readTflite(readFileSync(file), file);
  const inputs = recorded(graph, `${stem}.in.bin`, "input", frames);
  const model = modelOf(path.basename(stem), graph, frames, inputs ?? undefined);
  const outputs = recorded(graph, `${stem}.out.bin`, "output", frames) ?? [];
  const different = outputs.filter((output, i) => hex(output) !== model.expected[i]).length;
  return { ...model, different };
}

export function modelOf(name: string, graph: Graph, count: number, inputs?: readonly Int8Array[]): Model {
  const frames = inputs ?? (randomFrames(graph, count, `chip/${name}`) as Int8Array[]);
  const expected = (interpreted(graph, frames) as Int8Array[]).map(hex);
  return { name, graph, frames, expected, different: 0 };
}

/** The first frames of a file of them. */
function recorded(graph: Graph, file: string, end: "input" | "output", count: number): Int8Array[] | null {
  if (!existsSync(file)) return null;
  const bytes = Int8Array.from(new Int8Array(readFileSync(file)));
  const size = byteLength(tensorOf(graph, graph[end]));
  const frames = Math.min(count, bytes.length / size);
  return Array.from({ length: frames }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}
