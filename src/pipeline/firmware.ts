// The project's tree in memory, from the compiled model and what ships with the package.
import type { FileTree } from "../codegen/file-tree.ts";
import { generateProject } from "../codegen/generate-project.ts";
import { type TflmArena, tflmArena } from "../plan/tflm-arena.ts";
import { type Board, hasVectorKernels } from "../spec/board.ts";
import type { BandFile } from "./band-file.ts";
import type { CompiledModel } from "./compile.ts";
import { readFolder, TOOL_VERSION } from "./resources.ts";

/** @throws UserError board/too-small, project/sensor-rate */
export function generateFirmware(
  file: Pick<BandFile, "name">,
  board: Board,
  { int8, tflite }: Pick<CompiledModel, "int8" | "tflite">,
): { readonly tree: FileTree; readonly arena: TflmArena } {
  const arena = tflmArena(int8, hasVectorKernels(board));
  const tree = generateProject({
    name: file.name,
    graph: int8,
    tflite,
    board,
    arenaBytes: arena.total,
    resources: { templates: readFolder("templates"), firmware: readFolder("firmware") },
    toolVersion: TOOL_VERSION,
  });
  return { tree, arena };
}
