// Hostile files, a few thousand of them; `npm run bench:fuzz` does the same with hundreds of thousands.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createInterpreter } from "../../src/interpret/interpreter.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { UserError } from "../../src/util/errors.ts";
import { seededRandom } from "../../src/util/random.ts";
import { mutate } from "../support/fuzz/mutations.ts";
import { outOfRange } from "../support/fuzz/oracle.ts";

const directory = path.join(import.meta.dirname, "../golden/tflm");
const originals = readdirSync(directory)
  .filter((file) => file.endsWith(".tflite"))
  .map((file) => new Uint8Array(readFileSync(path.join(directory, file))));

describe("hostile files", () => {
  it("are refused by name, or accepted with every reference in range and run", { timeout: 60_000 }, () => {
    const random = seededRandom("hostile");
    const tally = { refused: 0, ran: 0 };
    for (let i = 0; i < 4000; i++) {
      const bytes = mutate(originals[i % originals.length]!, random);
      try {
        const graph = readTflite(bytes, "mutated.tflite");
        expect(outOfRange(bytes), `file ${i}`).toBeNull();
        createInterpreter(graph).run();
        tally.ran++;
      } catch (error) {
        // Anything but a named error is a crash.
        if (!(error instanceof UserError)) throw error;
        tally.refused++;
      }
    }
    expect(tally.refused).toBeGreaterThan(2000);
    expect(tally.ran).toBeGreaterThan(200);
  });

  it("are told from sound ones by the independent look, too", () => {
    const [sound] = originals;
    expect(outOfRange(sound!)).toBeNull();
    const random = seededRandom("oracle");
    const wrong = Array.from({ length: 500 }, () => mutate(sound!, random)).filter((bytes) => {
      try {
        return outOfRange(bytes) !== null;
      } catch {
        return true;
      }
    });
    expect(wrong.length).toBeGreaterThan(50);
  });
});
