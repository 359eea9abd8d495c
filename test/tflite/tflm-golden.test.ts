// The interpreter against TFLite Micro's own outputs, committed under test/golden/tflm (scripts/make-tflm-golden.ts).
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { OPERATORS } from "../../src/ops/index.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { runFrames } from "../support/frames.ts";

const directory = path.join(import.meta.dirname, "../golden/tflm");
const models = readdirSync(directory).filter((file) => file.endsWith(".tflite"));

function bytesOf(file: string): Uint8Array {
  return readFileSync(path.join(directory, file));
}

describe("TFLite Micro's golden vectors", () => {
  it("cover every operator", () => {
    const seen = new Set(
      models.flatMap((file) => readTflite(bytesOf(file), file).nodes.map((n) => n.op.name)),
    );
    expect(OPERATORS.map((op) => op.name).filter((name) => !seen.has(name))).toEqual([]);
  });

  it.each(models)("%s: every bit is equal", (file) => {
    const inputs = bytesOf(file.replace(".tflite", ".in.bin"));
    const expected = bytesOf(file.replace(".tflite", ".out.bin"));
    expect(expected.length).toBeGreaterThan(0);
    expect(Buffer.from(runFrames(readTflite(bytesOf(file), file), inputs)).equals(expected)).toBe(true);
  });
});
