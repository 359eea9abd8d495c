// The proof on demand: quantise the trained network again and compare it with the file that is on disk.
import path from "node:path";
import type { Agreement } from "../evaluate/agreement.ts";
import { readTflite } from "../tflite/read.ts";
import { modelStale, notBuilt } from "../util/messages.ts";
import { loadBandFile } from "./band-file.ts";
import { compileModel, verifyModel } from "./compile.ts";
import type { OnEvent } from "./events.ts";
import { readIfThere } from "./files.ts";
import { MODEL_FILE } from "./layout.ts";
import { readTrained, trainingKey } from "./training.ts";
import { prepareWindows } from "./windows.ts";

/** @throws UserError build/not-built, build/stale */
export async function verifyBand(
  bandFile: string,
  seed: number | undefined,
  onEvent: OnEvent,
): Promise<{ agreement: Agreement; file: string }> {
  const file = loadBandFile(bandFile, { seed });
  const modelPath = path.join(file.outDir, MODEL_FILE);
  const shown = path.relative(process.cwd(), modelPath);
  const bytes = readIfThere(modelPath);
  if (bytes === null) throw notBuilt(shown, bandFile);
  const data = await prepareWindows(file, onEvent);
  const trained = readTrained(file.outDir, trainingKey(file, data));
  if (trained === null) throw modelStale(shown, bandFile);
  const compiled = compileModel(trained.graph, data.split.train, file.band.quantize);
  // Read first: a damaged file is the file's fault and says so by its name.
  const reread = readTflite(bytes, shown);
  if (!sameStructure(compiled.int8.nodes, reread.nodes)) throw modelStale(shown, bandFile);
  return { agreement: verifyModel(compiled.int8, bytes, data.split.test, onEvent), file: shown };
}

function sameStructure(
  a: readonly { op: { name: string } }[],
  b: readonly { op: { name: string } }[],
): boolean {
  return a.length === b.length && a.every((node, i) => node.op.name === b[i]!.op.name);
}
