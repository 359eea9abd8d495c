// Damaged files of operators that move values: positions come from the file, and none may lead out of memory.
import { describe, expect, it } from "vitest";
import { createInterpreter } from "../../src/interpret/interpreter.ts";
import { elementCount } from "../../src/ir/tensor.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { UserError } from "../../src/util/errors.ts";
import { seededRandom } from "../../src/util/random.ts";
import { randomBranchNet } from "../support/branch-net.ts";
import { LAYOUT } from "../support/cases/layout.ts";
import { randomOperatorGraph } from "../support/random-graph.ts";

/** Larger tensors would only take time. */
const MAX_RUN = 1 << 16;

describe("a damaged file", () => {
  it("is a graph that runs or a named error, never anything else", () => {
    const random = seededRandom("hostile layout");
    const graphs = [
      ...Object.keys(LAYOUT).flatMap((op) =>
        [0, 1, 2].map((i) => randomOperatorGraph(op, `hostile/${op}/${i}`)),
      ),
      ...[0, 1, 2].map((i) => randomBranchNet(`hostile/${i}`)),
    ];
    const originals = graphs.map(writeTflite);
    const counts = { refused: 0, ran: 0 };
    for (let i = 0; i < 8000; i++) {
      const bytes = originals[i % originals.length]!.slice(0);
      for (let edits = 1 + random.integer(3); edits > 0; edits--) {
        // Small numbers are the ones that look like axes and positions.
        const value = random.uniform() < 0.5 ? random.integer(8) : random.integer(256);
        bytes[random.integer(bytes.length)] = random.uniform() < 0.2 ? 0xff : value;
      }
      try {
        const graph = readTflite(bytes, "hostile.tflite");
        if ([...graph.tensors.values()].some(({ shape }) => elementCount(shape) > MAX_RUN)) continue;
        createInterpreter(graph).run();
        counts.ran++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        counts.refused++;
      }
    }
    expect(counts.refused).toBeGreaterThan(900);
    expect(counts.ran).toBeGreaterThan(900);
  });
});
