// Random graphs of every operator that has a kernel, as one test image: frames in, outputs out.
import path from "node:path";
import { missingKernels } from "../../src/codegen/compiled-engine.ts";
import { numberLines } from "../../src/codegen/cpp.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { interpreted, networkSources } from "../../test/firmware/support/networks.ts";
import { REPOSITORY } from "../../test/firmware/support/wasm.ts";
import {
  OPERATOR_CASES,
  RANDOM_NETS,
  randomFrames,
  randomOperatorGraph,
} from "../../test/support/random-graph.ts";
import { hex } from "./band-image.ts";
import type { Image } from "./machine.ts";

/** Of each family; as many are drawn, and those with a kernel for every operator taken. */
const DRAWN = 4;
const FRAMES = 4;

export interface KernelsImage extends Image {
  readonly graphs: number;
  readonly frames: number;
  /** Outputs that are not the interpreter's. */
  readonly differences: (lines: readonly string[]) => number;
}

export function kernelsImage(
  folder: string,
  place: (folder: string, files: ReadonlyMap<string, string>) => void,
): KernelsImage {
  const graphs = randomGraphs();
  const inputs = graphs.map((graph, i) => randomFrames(graph, FRAMES, `qemu/${i}`) as Int8Array[]);
  const expected = graphs.flatMap((graph, i) => interpreted(graph, inputs[i]!) as Int8Array[]).map(hex);
  const values = inputs.flat().flatMap((frame) => [...frame]);
  const files = new Map(networkSources(graphs));
  files.set(
    "frames.h",
    `#pragma once
#include <stdint.h>
constexpr int32_t kFrames = ${FRAMES};
constexpr int8_t kInputs[] = {
${numberLines(values).join("\n")}
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
    differences: (lines) => expected.filter((output, i) => lines[i] !== output).length,
  };
}

function randomGraphs(): Graph[] {
  const families = [
    ...Object.keys(OPERATOR_CASES).map(
      (name) => (seed: string) => randomOperatorGraph(name, `${seed}/${name}`),
    ),
    ...Object.values(RANDOM_NETS),
  ];
  const drawn = families.flatMap((make) => Array.from({ length: DRAWN }, (_, i) => make(`qemu/${i}`)));
  return drawn.filter((graph) => missingKernels(graph).length === 0);
}
