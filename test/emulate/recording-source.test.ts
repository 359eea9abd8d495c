// A recording at the instants of a sensor that has a clock of its own.
import { describe, expect, it } from "vitest";
import { recordingSource } from "../../src/emulate/recording-source.ts";

const seconds = [100, 100.05, 100.1, 100.5];
const values = [
  [0, 0, 2, 0, 0, 0],
  [1, 0, 1, 10, 0, 0],
  [2, 0, 1, 20, 0, 0],
  [4, 3, 0, 100, 0, 0],
].flat();

function played(at: number, interpolation: "linear" | "zero-order" = "linear") {
  const source = recordingSource({ seconds, values, unit: "physical" }, { startSeconds: 2, interpolation });
  const into = new Float64Array(6);
  const time = source.at(at, into);
  return { time, values: [...into] };
}

describe("a recording", () => {
  it("is played from its start on, with time of its own", () => {
    expect(played(2)).toEqual({ time: 100, values: [0, 0, 2, 0, 0, 0] });
    expect(played(2.5).values).toEqual([4, 3, 0, 100, 0, 0]);
  });

  it("is interpolated over its own stamps, even or not", () => {
    const { values: middle, time } = played(2.3);
    expect(time).toBeCloseTo(100.3, 9);
    expect(middle[0]).toBeCloseTo(3, 9);
    expect(middle[3]).toBeCloseTo(60, 9);
  });

  it("or holds the last sample", () => {
    expect(played(2.49, "zero-order").values).toEqual([2, 0, 1, 20, 0, 0]);
  });

  it("lies still before and after, under its own gravity at 1 g", () => {
    expect(played(1.99)).toEqual({ time: Number.NaN, values: [0, 0, 1, 0, 0, 0] });
    const after = played(2.51);
    expect(after.time).toBeNaN();
    [0.8, 0.6, 0, 0, 0, 0].forEach((value, i) => {
      expect(after.values[i]).toBeCloseTo(value, 12);
    });
  });

  it("can be asked backwards", () => {
    const source = recordingSource(
      { seconds, values, unit: "counts" },
      { startSeconds: 0, interpolation: "zero-order" },
    );
    const into = new Float64Array(6);
    for (const [at, expected] of [
      [0.5, 4],
      [0.06, 1],
      [0, 0],
      [0.4, 2],
      [0.07, 1],
    ] as const) {
      source.at(at, into);
      expect(into[0]).toBe(expected);
    }
  });
});
