// Random graphs of every operator and family of nets as one test image: frames in, outputs out.
import path from "node:path";
import { numberLines } from "../../src/codegen/cpp.ts";
import type { KernelTarget } from "../../src/ir/kernel.ts";
import type { TensorData } from "../../src/ir/tensor.ts";
import { interpreted, networkSources } from "../../test/firmware/support/networks.ts";
import { REPOSITORY } from "../../test/firmware/support/wasm.ts";
import { frameBytes, randomFrames } from "../../test/support/random-graph.ts";
import { FAMILIES } from "../conformance/families.ts";
import { hex } from "./band-image.ts";
import type { Image } from "./machine.ts";

/** Of each family. */
const DRAWN = 4;
const FRAMES = 4;

export interface KernelsImage extends Image {
  readonly graphs: number;
  readonly frames: number;
  /** Outputs that are not the interpreter's. */
  readonly differences: (lines: readonly string[]) => number;
}

/** @param kernels whose layouts the graphs are given */
export function kernelsImage(
  folder: string,
  kernels: KernelTarget,
  place: (folder: string, files: ReadonlyMap<string, string>) => void,
): KernelsImage {
  const graphs = FAMILIES.flatMap(({ name, make }) =>
    Array.from({ length: DRAWN }, (_, i) => make(`qemu/${i}/${name}`)),
  );
  const inputs = graphs.map((graph, i) => randomFrames(graph, FRAMES, `qemu/${i}`));
  const expected = graphs
    .flatMap((graph, i) => interpreted(graph, inputs[i]!))
    .map(bytesOf)
    .map(hex);
  const files = new Map(networkSources(graphs, kernels));
  files.set(
    "frames.h",
    `#pragma once
#include <stdint.h>
constexpr int32_t kFrames = ${FRAMES};
constexpr int8_t kInputs[] = {
${numberLines(new Int8Array(frameBytes(inputs.flat()))).join("\n")}
};
`,
  );
  place(folder, files);
  return {
    folder,
    sources: [path.join(REPOSITORY, "test/qemu/kernels.cpp")],
    includes: [folder, path.join(REPOSITORY, "firmware")],
    // Inlined, every layer would get a copy of its kernel, and the compiler minutes of work.
    flags: ["-O2", "-fno-inline"],
    graphs: graphs.length,
    frames: expected.length,
    differences: (lines) => {
      const length = Math.max(lines.length, expected.length);
      return Array.from({ length }, (_, i) => lines[i] !== expected[i]).filter(Boolean).length;
    },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Int8Array {
  return new Int8Array(buffer, byteOffset, byteLength);
}
