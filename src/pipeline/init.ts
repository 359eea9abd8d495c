// A new band's folder: a band.yaml that explains itself, and the JSON Schema that editors check it with.
import path from "node:path";
import { bandJsonSchema } from "../spec/read-band.ts";
import { fileExists } from "../util/messages.ts";
import { loadBoard } from "./board-file.ts";
import { readIfThere, writeWhole } from "./files.ts";
import { PACKAGE_ROOT } from "./resources.ts";

/**
 * @param data folder of recordings relative to the working directory; default: the set that ships
 * @returns the files written
 * @throws UserError file/exists, board/unknown
 */
export function initBand(options: { folder: string; board: string; data: string | undefined }): string[] {
  const folder = path.resolve(options.folder);
  const bandPath = path.join(folder, "band.yaml");
  if (readIfThere(bandPath) !== null) throw fileExists(path.relative(process.cwd(), bandPath));
  const board = loadBoard(options.board, "--board");
  const data =
    options.data === undefined ? path.join(PACKAGE_ROOT, "datasets/spar") : path.resolve(options.data);
  const relative = path.relative(folder, data).replaceAll(path.sep, "/") || ".";
  const schemaPath = path.join(folder, "band.schema.json");
  writeWhole(bandPath, bandText(board.id, relative));
  writeWhole(schemaPath, `${JSON.stringify(bandJsonSchema(), null, 2)}\n`);
  return [bandPath, schemaPath];
}

function bandText(board: string, data: string): string {
  return `# yaml-language-server: $schema=./band.schema.json
# What this band is. The first three keys are all it needs; the others show their defaults.
board: ${board}
data: ${data}
model: bandx-cnn

# sensor: { rateHz: 20, accelRangeG: 8, gyroRangeDps: 2000, axes: [x, y, z] }
# window: { seconds: 3, overlap: 0.5 }
# filters:
#   - { kind: lowpass, cutoffHz: 8, order: 3 }
#   - { kind: remove-gravity }
# activities: [walking, jogging]          # default: every label; a mapping renames and merges
# split: { by: subject, test: 0.2, validation: 0.15 }
# balance: none                           # undersample, oversample, smote
# seed: 1
`;
}
