// The whole protocol on three people of a few windows: who trains, who is a stranger, and what is remembered.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runProtocol } from "../../../src/pipeline/bandx-protocol/protocol.ts";
import type { BuildEvent } from "../../../src/pipeline/events.ts";
import { snapshot, TINY_BAND, tinyBand } from "../support.ts";

const start = process.cwd();
afterAll(() => {
  process.chdir(start);
});

describe("runProtocol", () => {
  it("holds each group out, scores three settings, and goes on from what it remembers", async () => {
    process.chdir(tinyBand(TINY_BAND.replace(/split: .*/, "split: { by: subject, validation: 0.3 }")));
    const notes: string[] = [];
    const evaluate = () =>
      runProtocol({
        bandFile: "band.yaml",
        groups: "3x1",
        seeds: undefined,
        windows: 2,
        curve: "1,2,900",
        output: "out",
        onEvent: (event: BuildEvent) => {
          if (event.kind === "note") notes.push(event.text);
        },
      });
    const { summary, files } = await evaluate();
    expect(summary.groups.flat().sort()).toEqual(["1", "2", "3"]);
    expect(summary.people.map(({ subject }) => subject).sort()).toEqual(["1", "2", "3"]);
    for (const { group, figures } of summary.runs) {
      const [stranger] = figures.strangers;
      expect(stranger!.subject).toBe(group[0]);
      expect(figures.familiar.int8.windows).toBeGreaterThan(0);
      // Both are asked the same windows, and the calibration is two of each activity.
      expect(stranger!.personal.int8.windows).toBe(stranger!.general.int8.windows);
      expect(stranger!.calibration % 2).toBe(0);
      expect(stranger!.curve.map(({ size }) => size)).toEqual([0, 1, 2]);
    }
    expect(summary.curve.map(({ size }) => size)).toEqual([0, 1, 2]);

    const before = snapshot("out");
    for (const file of files) expect(Object.keys(before)).toContain(file);
    expect(readFileSync(path.join("out", "protocol.md"), "utf8")).toContain(
      "3 groups of strangers (3 people)",
    );
    notes.length = 0;
    await evaluate();
    expect(notes.filter((note) => note.includes("unchanged"))).toHaveLength(3);
    expect(snapshot("out")).toEqual(before);
  });
});
