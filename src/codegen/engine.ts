// Which engines a project has, and which of its files are there for one of them alone.
import type { Graph } from "../ir/graph.ts";
import type { KernelTarget } from "../ir/kernel.ts";
import type { Engine } from "../spec/band.ts";
import { kernelsMissing } from "../util/messages.ts";
import { missingKernels, networkView } from "./compiled-engine.ts";
import type { View } from "./template.ts";

export interface ProjectEngine {
  readonly tflm: boolean;
  /** The compiled network is there: on the band, or for the host's build. */
  readonly compiled: boolean;
  /** Why it is not: what has no kernel in C++. */
  readonly missing: readonly string[];
}

/** @throws UserError project/no-kernel where the band is to have the compiled engine and cannot */
export function projectEngine(graph: Graph, engine: Engine): ProjectEngine {
  const missing = missingKernels(graph);
  if (engine === "compiled" && missing.length > 0) throw kernelsMissing(graph.name, missing);
  return { tflm: engine === "tflm", compiled: missing.length === 0, missing };
}

/** What a project may have or not. */
export interface ProjectParts extends Pick<ProjectEngine, "tflm" | "compiled"> {
  /** It learns from its wearer. */
  readonly learn: boolean;
}

/** Files that not every project has, by how their paths begin. */
const ONLY_WITH: readonly (readonly [prefix: string, part: keyof ProjectParts])[] = [
  ["src/tflm/", "tflm"],
  ["src/idf_component.yml", "tflm"],
  ["src/model.cpp", "tflm"],
  ["src/compiled/", "compiled"],
  ["src/host/engine.cpp", "compiled"],
  ["include/learn_", "learn"],
  ["lib/bandsmith/src/bandsmith/app/learn/", "learn"],
];

/** Whether a file is part of a project with those parts. */
export function belongs(file: string, parts: ProjectParts): boolean {
  return ONLY_WITH.every(([prefix, needed]) => !file.startsWith(prefix) || parts[needed]);
}

/** What templates print of the engines; `network` is there where the compiled one is. */
export function engineView(graph: Graph, engine: Engine, target: KernelTarget): View {
  const { tflm, compiled, missing } = projectEngine(graph, engine);
  return {
    engine: { tflm, compiled, missing: missing.join(", ") },
    ...(compiled ? { network: networkView(graph, undefined, target) } : {}),
  };
}
