// The project's tree in memory, from the compiled model and what ships with the package.

import { missingKernels } from "../codegen/compiled-engine.ts";
import type { FileTree } from "../codegen/file-tree.ts";
import { generateProject } from "../codegen/generate-project.ts";
import type { WindowSet } from "../data/window-set.ts";
import type { Graph } from "../ir/graph.ts";
import type { HeadMetric } from "../personalize/metric.ts";
import { encodeMetric } from "../personalize/metric-file.ts";
import type { Arena } from "../plan/arena.ts";
import { compiledArena } from "../plan/compiled-memory.ts";
import { type CompiledSize, compiledSize } from "../plan/compiled-size.ts";
import { tflmArena } from "../plan/tflm-arena.ts";
import { type Board, hasVectorKernels, kernelTarget } from "../spec/board.ts";
import { invariant } from "../util/errors.ts";
import { sha256 } from "../util/hash.ts";
import type { BandFile } from "./band-file.ts";
import type { CompiledModel } from "./compile.ts";
import { goldenWindows } from "./golden.ts";
import { publicKeyOf } from "./head-keys.ts";
import { learnInput } from "./learn.ts";
import { readFolder, TOOL_VERSION } from "./resources.ts";

/**
 * @param known windows that the network was not trained on, some of which the firmware is checked with; and what fits heads to
 *   it, null where none can be
 * @throws UserError board/too-small, project/sensor-rate, project/no-kernel, learn/*, head/*, keys/bad, file/not-found
 */
export function generateFirmware(
  file: Pick<BandFile, "name" | "band" | "baseDir">,
  board: Board,
  { int8, tflite }: Pick<CompiledModel, "int8" | "tflite">,
  { tests, metric }: { readonly tests?: WindowSet; readonly metric: HeadMetric | null },
): { readonly tree: FileTree; readonly arena: Arena; readonly size: CompiledSize | null } {
  const { engine, optimize } = file.band;
  const target = kernelTarget(board, optimize);
  const arena = engine === "tflm" ? tflmArena(int8, hasVectorKernels(board)) : compiledArena(int8, target);
  // An operator without a kernel is told by generateProject.
  const size = engine === "compiled" && missingKernels(int8).length === 0 ? compiledSize(int8, target) : null;
  const tree = generateProject({
    name: file.name,
    graph: int8,
    tflite,
    board,
    activities: file.band.activities,
    wrist: file.band.sensor.wrist,
    decision: file.band.decision,
    power: file.band.power,
    engine,
    optimize,
    arenaBytes: arena.total,
    compiledSize: size,
    resources: { templates: readFolder("templates"), firmware: readFolder("firmware") },
    toolVersion: TOOL_VERSION,
    learn: learnInput(file, board, int8, metric),
    publicKey: publicKeyOf(file),
    collect: file.band.collect,
    goldenWindows: tests === undefined ? undefined : goldenOf(int8, tests),
    headMetric: metric === null ? null : encodeMetric(metric, Buffer.from(sha256(tflite), "hex")),
  });
  return { tree, arena, size };
}

function goldenOf(int8: Graph, tests: WindowSet): Int8Array[] {
  const { metadata } = int8;
  invariant(metadata?.inputQuantizer != null, `${int8.name} is quantised and knows its pre-processing`);
  return goldenWindows(tests, metadata.preprocessing.labels.length, metadata.inputQuantizer);
}
