// One network on one emulated core: executed instructions of an inference and of each layer, bytes, and whether the
// outputs are right.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { buildImage, runImage, type Sizes, sizesOf } from "../../scripts/qemu/machine.ts";
import { networkFiles, networkImage, networkRun } from "../../scripts/qemu/network-image.ts";
import type { Core } from "./cores.ts";
import type { Model } from "./models.ts";

export interface Figures extends Sizes {
  readonly instructions: number;
}

export interface Measured extends Figures {
  /** Outputs that are not the interpreter's. */
  readonly different: number;
  /** Instructions of each node. */
  readonly layers: readonly number[];
}

/** The mean of all frames. */
export function measure(model: Model, core: Core, optimize: string): Measured {
  const { inferences, outputs, sizes } = run(model, core, optimize, false);
  const wrong = model.expected.filter((output, i) => outputs[i] !== output).length;
  return {
    instructions: Math.round(mean(inferences) / core.target.ticksPerInstruction),
    ...sizes,
    different: wrong,
    layers: [],
  };
}

/** The same, and each layer in the last frame. */
export function measureLayers(model: Model, core: Core, optimize: string): Measured {
  const { layers } = run(model, core, optimize, true);
  return {
    ...measure(model, core, optimize),
    layers: layers.map((ticks) => Math.round(ticks / core.target.ticksPerInstruction)),
  };
}

function run({ graph, frames }: Model, { target }: Core, optimize: string, marked: boolean) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-chip-"));
  try {
    for (const [file, text] of networkFiles(graph, frames, marked, target.kernels))
      writeFileSync(path.join(folder, file), text);
    const image = networkImage(folder, [optimize]);
    const result = networkRun(runImage(target, buildImage(target, image)));
    return { ...result, sizes: sizesOf(target, folder, "network.cpp") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
