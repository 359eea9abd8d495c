// The reader: what is written comes back equal, and damaged bytes are refused by name.
import { describe, expect, it } from "vitest";
import { printGraph } from "../../src/ir/print.ts";
import { OPERATORS } from "../../src/ops/index.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { UserError } from "../../src/util/errors.ts";
import { seededRandom } from "../../src/util/random.ts";
import { randomNet, randomOperatorGraph } from "../support/random-graph.ts";

describe("a .tflite file", () => {
  it.each(OPERATORS.map((op) => op.name))("%s comes back as it was written", (name) => {
    for (let i = 0; i < 10; i++) {
      const graph = randomOperatorGraph(name, `roundtrip/${name}/${i}`);
      const bytes = writeTflite(graph);
      const again = readTflite(bytes, "x.tflite");
      expect(printGraph(again)).toBe(printGraph(graph));
      expect([...again.tensors.values()]).toEqual([...graph.tensors.values()]);
      expect(again.nodes.map((node) => node.attrs)).toEqual(graph.nodes.map((node) => node.attrs));
      expect(writeTflite(again)).toEqual(bytes);
    }
  });

  it("carries both operator-code fields, the identifier and the schema version", () => {
    const bytes = writeTflite(randomNet("fields"));
    expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe("TFL3");
    expect(writeTflite(randomNet("fields"))).toEqual(bytes);
  });

  it.each([
    ["no bytes", () => new Uint8Array(0)],
    ["text", () => new TextEncoder().encode("this is not a model, it is a sentence")],
    ["another identifier", (bytes: Uint8Array) => Uint8Array.from(bytes, (b, i) => (i === 7 ? 0x34 : b))],
    ["half of a file", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ["a root outside the file", (bytes: Uint8Array) => Uint8Array.from(bytes, (b, i) => (i < 4 ? 0xff : b))],
  ])("refuses %s, naming the file", (_what, damage) => {
    const damaged = damage(writeTflite(randomNet("damage")));
    expect(() => readTflite(damaged, "band.tflite")).toThrow(UserError);
    expect(() => readTflite(damaged, "band.tflite")).toThrow(/band\.tflite is not a TensorFlow Lite model/);
  });

  it("answers 3,000 mutated files with a graph or a named error, never anything else", () => {
    const random = seededRandom("mutations");
    const originals = [0, 1, 2].map((i) => writeTflite(randomNet(`mutate/${i}`)));
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      const bytes = originals[i % originals.length]!.slice(0);
      const edits = 1 + random.integer(4);
      for (let e = 0; e < edits; e++) bytes[random.integer(bytes.length)] = random.integer(256);
      const cut = random.uniform() < 0.1 ? bytes.slice(0, random.integer(bytes.length)) : bytes;
      try {
        readTflite(cut, "mutated.tflite");
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
