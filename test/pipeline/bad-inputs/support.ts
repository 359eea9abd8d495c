// What the bad inputs are made with. Everything happens in the working directory: see test/pipeline/support.ts.
import { writeFileSync } from "node:fs";
import { buildBand } from "../../../src/pipeline/build.ts";
import { inspectModel } from "../../../src/pipeline/inspect.ts";
import { writeTflite } from "../../../src/tflite/write.ts";
import { randomNet } from "../../support/random-graph.ts";

export interface BadInput {
  readonly what: string;
  readonly code: string;
  /** Done in a folder with band.yaml and recordings, which is the working directory. */
  readonly act: () => unknown;
}

export const silent = (): void => undefined;

export function build(text: string, files: Readonly<Record<string, string>> = {}): Promise<unknown> {
  for (const [name, content] of Object.entries(files)) writeFileSync(name, content);
  writeFileSync("band.yaml", text);
  return buildBand({ bandFile: "band.yaml", seed: undefined, fresh: false, force: false, onEvent: silent });
}

export function inspectBytes(change: (bytes: Uint8Array) => Uint8Array): unknown {
  writeFileSync("model.tflite", change(writeTflite(randomNet("bad input"))));
  return inspectModel("model.tflite");
}

export const RECORDINGS = {
  path: "recordings",
  format: "recordings",
  accel: undefined,
  gyro: undefined,
  repeatedStamps: "error",
} as const;
