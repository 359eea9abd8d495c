// The interpreter against TFLite Micro's own outputs, committed under test/golden/tflm (scripts/make-tflm-golden.ts).
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { OPERATORS } from "../../src/ops/index.ts";
import { readTflite } from "../../src/tflite/read.ts";

const directory = path.join(import.meta.dirname, "../golden/tflm");
const models = readdirSync(directory).filter((file) => file.endsWith(".tflite"));

function int8File(file: string): Int8Array {
  return new Int8Array(readFileSync(path.join(directory, file)));
}

describe("TFLite Micro's golden vectors", () => {
  it("cover every operator", () => {
    const seen = new Set(
      models.flatMap((file) =>
        readTflite(readFileSync(path.join(directory, file)), file).nodes.map((n) => n.op.name),
      ),
    );
    expect([...seen].sort()).toEqual(OPERATORS.map((op) => op.name).sort());
  });

  it.each(models)("%s: every int8 value is equal", (file) => {
    const interpreter = int8Interpreter(readTflite(readFileSync(path.join(directory, file)), file));
    const inputs = int8File(file.replace(".tflite", ".in.bin"));
    const expected = int8File(file.replace(".tflite", ".out.bin"));
    const frames = inputs.length / interpreter.input.length;
    expect(frames).toBeGreaterThan(0);
    expect(expected.length).toBe(frames * interpreter.output.length);
    for (let frame = 0; frame < frames; frame++) {
      interpreter.input.set(
        inputs.subarray(frame * interpreter.input.length, (frame + 1) * interpreter.input.length),
      );
      interpreter.run();
      const want = expected.subarray(
        frame * interpreter.output.length,
        (frame + 1) * interpreter.output.length,
      );
      expect(Array.from(interpreter.output), `frame ${frame}`).toEqual(Array.from(want));
    }
  });
});
