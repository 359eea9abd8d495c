// Groups of strangers: named in a file, or drawn by the seed.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseSizes, readGroups } from "../../../src/pipeline/bandx-protocol/groups.ts";

const PEOPLE = Array.from({ length: 10 }, (_, i) => String(i + 1));

describe("readGroups", () => {
  it("draws groups that share nobody, the same for the same seed", () => {
    const groups = readGroups("3x3", PEOPLE, 7);
    expect(groups.map((group) => group.length)).toEqual([3, 3, 3]);
    expect(new Set(groups.flat()).size).toBe(9);
    for (const group of groups) expect(group).toEqual([...group].sort((a, b) => Number(a) - Number(b)));
    expect(readGroups("3x3", PEOPLE, 7)).toEqual(groups);
    expect(readGroups("3x3", PEOPLE, 8)).not.toEqual(groups);
  });

  it("reads them from a file, where numbers name people", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "bandsmith-groups-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const file = path.join(folder, "splits.json");
    writeFileSync(file, '{"note": "two groups", "heldOut": [[1, "2"], [10]]}');
    expect(readGroups(file, PEOPLE, 1)).toEqual([["1", "2"], ["10"]]);
  });
});

describe("parseSizes", () => {
  it("takes ascending numbers", () => {
    expect(parseSizes("1, 2,30")).toEqual([1, 2, 30]);
    for (const bad of ["", "0", "2,2", "1.5", "1,,2", "x"]) {
      expect(() => parseSizes(bad), bad).toThrow(
        expect.objectContaining({ code: "protocol/bad-sizes" }) as Error,
      );
    }
  });
});
