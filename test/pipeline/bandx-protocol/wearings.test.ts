// A person's sessions as several wearers.
import { describe, expect, it } from "vitest";
import { type Stream, type WindowSet, windowCount } from "../../../src/data/window-set.ts";
import { partWearings } from "../../../src/pipeline/bandx-protocol/stranger.ts";

function windowsOf(sessions: readonly string[]): WindowSet {
  const streams = sessions.map(
    (session, i): Stream => ({
      subject: "8",
      session,
      source: session,
      label: i % 2,
      samples: new Int32Array(30 * 6).fill(i),
    }),
  );
  // Two windows a session.
  return {
    streams,
    windowSamples: 20,
    streamOf: Int32Array.from({ length: 2 * sessions.length }, (_, w) => Math.floor(w / 2)),
    startOf: Int32Array.from({ length: 2 * sessions.length }, (_, w) => 10 * (w % 2)),
  };
}

const sizes = { calibration: 1, curve: [] };

describe("partWearings", () => {
  const windows = windowsOf(["L-ROW", "R-ROW", "L-ABD", "R-ABD", "R-FEL"]);

  it("leaves a person whole where nothing is said", () => {
    expect(partWearings(windows, { ...sizes, wearings: [] })).toEqual([{ name: "8", windows }]);
  });

  it("parts the windows by their sessions' names, in time order", () => {
    const parts = partWearings(windows, { ...sizes, wearings: ["L-*", "R-*"] });
    expect(parts.map(({ name }) => name)).toEqual(["8, L-*", "8, R-*"]);
    expect(parts.map((part) => [...part.windows.streamOf])).toEqual([
      [0, 0, 2, 2],
      [1, 1, 3, 3, 4, 4],
    ]);
    expect(parts.reduce((sum, part) => sum + windowCount(part.windows), 0)).toBe(windowCount(windows));
  });

  it("takes each session by itself", () => {
    const parts = partWearings(windows, { ...sizes, wearings: "each" });
    expect(parts.map(({ name }) => name)).toEqual([
      "8, L-ROW",
      "8, R-ROW",
      "8, L-ABD",
      "8, R-ABD",
      "8, R-FEL",
    ]);
    expect(parts.map((part) => [...part.windows.streamOf])).toEqual([0, 1, 2, 3, 4].map((s) => [s, s]));
  });

  it("leaves out a way that a person has not recorded, and refuses sessions of no way", () => {
    const only = partWearings(windowsOf(["L-ROW"]), { ...sizes, wearings: ["L-*", "R-*"] });
    expect(only.map(({ name }) => name)).toEqual(["8, L-*"]);
    expect(() => partWearings(windows, { ...sizes, wearings: ["L-*"] })).toThrow("R-ROW");
  });
});
