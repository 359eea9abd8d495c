// A project of bandx-cnn with seeded weights as a test image: a recording in, windows, outputs and decisions out.
import path from "node:path";
import { numberLines } from "../../src/codegen/cpp.ts";
import type { FileContent } from "../../src/codegen/file-tree.ts";
import { generateProject } from "../../src/codegen/generate-project.ts";
import { argmax } from "../../src/evaluate/metrics.ts";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { createFrontEnd } from "../../src/signal/frontend.ts";
import { CHANNEL_COUNT, type Preprocessing } from "../../src/signal/preprocessing.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { seededRandom } from "../../src/util/random.ts";
import { PREPROCESSING, projectInput } from "../../test/codegen/small-project.ts";
import { REPOSITORY } from "../../test/firmware/support/wasm.ts";
import { bandxGraph } from "../../test/support/bandx.ts";
import type { Image } from "./machine.ts";

/** 60 × 6 windows with filters, one every 1.5 s. */
const WRIST: Preprocessing = {
  ...PREPROCESSING,
  windowSamples: 60,
  strideSamples: 30,
  labels: ["a", "b", "c", "d", "e", "f", "g"],
};
const SAMPLES = 600;

export interface BandImage extends Image {
  readonly graph: Graph;
  readonly windows: number;
  /** Lines that are not what TypeScript says. */
  readonly differences: (lines: readonly string[]) => number;
  /** Mean ticks of an inference, and of a sample through the front end. */
  readonly ticks: (lines: readonly string[]) => { readonly inference: number; readonly frontEnd: number };
}

export async function bandImage(
  folder: string,
  place: (folder: string, files: ReadonlyMap<string, FileContent>) => void,
): Promise<BandImage> {
  const graph = await bandxGraph(WRIST);
  const project = generateProject({
    // The chip whose instruction set is emulated; an ESP32 would get layouts for MAC16.
    ...projectInput("esp32-c3-supermini"),
    graph,
    tflite: writeTflite(graph),
    engine: "compiled",
  });
  const counts = recording();
  place(folder, new Map([...project, ["counts.h", countsHeader(counts)]]));
  const expected = expectedLines(graph, counts);
  const values = (lines: readonly string[], name: string): number[] =>
    lines
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => Number.parseInt(line.split(" ")[1]!, 16));
  return {
    folder,
    sources: [path.join(REPOSITORY, "test/qemu/band.cpp"), path.join(folder, "src/compiled/network.cpp")],
    includes: ["", "include", "src", "lib/bandsmith/src"].map((include) => path.join(folder, include)),
    flags: ["-O2"],
    graph,
    windows: expected.filter((line) => line.startsWith("window ")).length,
    differences(lines) {
      const compared = lines.filter((line) => !/^(inference|front-end) /.test(line));
      const length = Math.max(compared.length, expected.length);
      return Array.from({ length }, (_, i) => compared[i] !== expected[i]).filter(Boolean).length;
    },
    ticks(lines) {
      const inferences = values(lines, "inference");
      const [frontEnd] = values(lines, "front-end");
      return {
        inference: inferences.reduce((sum, ticks) => sum + ticks, 0) / inferences.length,
        frontEnd: frontEnd! / SAMPLES,
      };
    },
  };
}

/** Motion with noise, and the sensor's extremes now and then. */
function recording(): Int16Array {
  const random = seededRandom("qemu recording");
  return Int16Array.from({ length: SAMPLES * CHANNEL_COUNT }, (_, i) => {
    if (random.integer(97) === 0) return random.integer(2) === 0 ? -32768 : 32767;
    const swing = 4000 * Math.sin((i / CHANNEL_COUNT) * 0.6 + i);
    return Math.round(Math.max(-32768, Math.min(32767, swing + random.normal() * 1500)));
  });
}

function countsHeader(counts: Int16Array): string {
  return `#pragma once
#include <stddef.h>
#include <stdint.h>
constexpr size_t kSamples = ${SAMPLES};
constexpr int16_t kCounts[] = {
${numberLines(counts).join("\n")}
};
`;
}

function expectedLines(graph: Graph, counts: Int16Array): string[] {
  const frontEnd = createFrontEnd(WRIST, graph.metadata!.inputQuantizer!);
  const interpreter = int8Interpreter(graph);
  const quantized = new Int8Array(counts.length);
  const lines: string[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const at = i * CHANNEL_COUNT;
    frontEnd.push(counts.subarray(at, at + CHANNEL_COUNT), quantized.subarray(at, at + CHANNEL_COUNT));
    const start = i + 1 - WRIST.windowSamples;
    if (start < 0 || start % WRIST.strideSamples !== 0) continue;
    const window = quantized.subarray(start * CHANNEL_COUNT, at + CHANNEL_COUNT);
    interpreter.input.set(window);
    interpreter.run();
    const label = argmax(interpreter.output, 0, WRIST.labels.length);
    const confidence = Math.floor(((interpreter.output[label]! + 128) * 100 + 128) / 256);
    lines.push(`window ${hex(window)}`, `output ${hex(interpreter.output)}`);
    lines.push(`label ${word(label)}`, `confidence ${word(confidence)}`);
  }
  return lines;
}

function word(value: number): string {
  return value.toString(16).padStart(8, "0");
}

export function hex(bytes: Int8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
