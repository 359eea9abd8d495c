// A board as data: boards/<id>.json, checked when it is read. Adding a board is adding a file.
import { boardBadFile } from "../util/messages.ts";
import type { Optimize } from "./band.ts";
import { boardProblems } from "./board-checks.ts";
import { type BoardFile, boardFileSchema } from "./board-schema.ts";
import { MCUS, type Mcu } from "./mcu.ts";

export type Board = BoardFile & { readonly id: string };

/**
 * Checks one board: its keys, then what they say against the chip.
 * @param value the JSON of boards/<id>.json
 * @throws UserError board/bad-file
 */
export function parseBoard(value: unknown, id: string): Board {
  const result = boardFileSchema.safeParse(value);
  const [problem] = result.success ? boardProblems(result.data) : result.error.issues;
  if (problem !== undefined) {
    throw boardBadFile(`boards/${id}.json`, problem.path.join("."), problem.message);
  }
  return { ...result.data!, id };
}

/** What the compiled engine's kernels may count on. MAC16 is fast, and its weights take twice the flash. */
export function kernelTarget(
  { mcu }: Pick<Board, "mcu">,
  optimize: Optimize = "speed",
): Pick<Mcu, "mac16" | "highProduct"> {
  return optimize === "speed" ? MCUS[mcu] : { mac16: false, highProduct: true };
}

/** True where ESP-NN's kernels keep copies of their input and weights. */
export function hasVectorKernels(board: Pick<Board, "mcu">): boolean {
  return board.mcu === "esp32s3";
}
