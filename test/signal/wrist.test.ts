// The signs of a band on the other wrist, or turned, against what rigid bodies do.
import { describe, expect, it } from "vitest";
import { createFrontEnd, createInputQuantizer, mapAxes } from "../../src/signal/frontend.ts";
import { IDENTITY_AXES } from "../../src/signal/preprocessing.ts";
import {
  turnWrist,
  WRIST_NAMES,
  WRIST_ORIENTATIONS,
  type WristOrientation,
  wristOrientation,
  wristSigns,
} from "../../src/signal/wrist.ts";
import { decodeWristReference, encodeWristReference, relabelled } from "../../src/signal/wrist-reference.ts";
import { seededRandom } from "../../src/util/random.ts";

import { PREPROCESSING } from "../train/synthetic.ts";

type Vector = readonly [number, number, number];
/** Rows: a frame's axes as columns, in world coordinates. */
type Matrix = readonly [Vector, Vector, Vector];

const GRAVITY: Vector = [0, 0, -9.80665];
const STEP = 1e-4;

function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => [0, 1, 2].map((j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0))) as never;
}

function transposed(a: Matrix): Matrix {
  return [0, 1, 2].map((i) => a.map((row) => row[i]!)) as never;
}

function apply(a: Matrix, v: Vector): Vector {
  return a.map((row) => row.reduce((sum, x, k) => sum + x * v[k]!, 0)) as never;
}

function diagonal(x: number, y: number, z: number): Matrix {
  return [
    [x, 0, 0],
    [0, y, 0],
    [0, 0, z],
  ];
}

function turnAbout(axis: 0 | 1 | 2, angle: number): Matrix {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const [i, j] = [(axis + 1) % 3, (axis + 2) % 3] as const;
  const rows = diagonal(1, 1, 1).map((row): number[] => [...row]);
  rows[i]![i] = rows[j]![j] = c;
  rows[i]![j] = -s;
  rows[j]![i] = s;
  return rows as never;
}

/** A band in space: where it is, and its axes in the world's. */
interface Motion {
  readonly place: (t: number) => Vector;
  readonly frame: (t: number) => Matrix;
}

/** What its accelerometer (specific force) and its gyroscope feel: second and first differences. */
function felt({ place, frame }: Motion, t: number): number[] {
  const [before, now, after] = [place(t - STEP), place(t), place(t + STEP)];
  const force = now.map((x, i) => (before[i]! - 2 * x + after[i]!) / STEP ** 2 - GRAVITY[i]!);
  const toBand = transposed(frame(t));
  const [from, to] = [frame(t - STEP), frame(t + STEP)];
  const rate = [0, 1, 2].map((i) => from[i]!.map((x, j) => (to[i]![j]! - x) / (2 * STEP)));
  const spin = multiply(toBand, rate as never);
  return [...apply(toBand, force as never), spin[2][1], spin[0][2], spin[1][0]];
}

const swing: Motion = {
  place: (t) => [0.3 * Math.sin(3 * t), 0.2 * Math.cos(5 * t), 0.1 * Math.sin(2 * t + 1)],
  frame: (t) =>
    multiply(
      multiply(turnAbout(0, 0.7 * Math.sin(2 * t)), turnAbout(1, 1.1 * Math.cos(3 * t))),
      turnAbout(2, 0.4 + t),
    ),
};

/** The same band, its twelve o'clock where its six was. */
function turned({ place, frame }: Motion): Motion {
  return { place, frame: (t) => multiply(frame(t), diagonal(-1, -1, 1)) };
}

/**
 * The mirror image of the movement, in the body's plane of symmetry, by the other arm, with the same band: a band has no
 * mirror image, so x runs along the forearm the other way, while twelve o'clock and the face look as they did.
 */
function onTheOtherWrist({ place, frame }: Motion): Motion {
  const mirror = diagonal(1, -1, 1);
  return {
    place: (t) => apply(mirror, place(t)),
    frame: (t) => multiply(multiply(mirror, frame(t)), diagonal(-1, 1, 1)),
  };
}

describe("wristSigns", () => {
  it.each([
    ["same", swing],
    ["other", onTheOtherWrist(swing)],
    ["same-turned", turned(swing)],
    ["other-turned", turned(onTheOtherWrist(swing))],
  ] as const)("%s is what a rigid band feels", (name, motion) => {
    const signs = wristSigns(wristOrientation(name));
    for (const t of [0.1, 0.7, 1.9, 3.3]) {
      const [expected, got] = [felt(swing, t), felt(motion, t)];
      // No axis is near zero by chance, so that a wrong sign cannot hide.
      expect(Math.min(...expected.map(Math.abs))).toBeGreaterThan(0.01);
      for (const [c, sign] of signs.entries()) expect(got[c]).toBeCloseTo(sign * expected[c]!, 4);
    }
  });

  it("are a group of four, each its own inverse", () => {
    for (const a of WRIST_ORIENTATIONS) {
      for (const b of WRIST_ORIENTATIONS) {
        const both = wristSigns(a).map((sign, c) => sign * wristSigns(b)[c]!);
        expect(both).toEqual(wristSigns((a ^ b) as WristOrientation));
      }
    }
    expect(WRIST_NAMES.map(wristOrientation)).toEqual([...WRIST_ORIENTATIONS]);
  });
});

describe("a front end that is worn otherwise", () => {
  it("gives what it gave, once it is told, and begins anew", () => {
    const random = seededRandom("worn");
    const normalization = { mean: [10, 20, 30, 1, 2, 3], deviation: [900, 1000, 1100, 500, 600, 700] };
    const frontEnd = createFrontEnd(
      { sensor: { accelRangeG: 8, gyroRangeDps: 2000, axes: IDENTITY_AXES }, filters: [] },
      createInputQuantizer(normalization, 0.04, -3),
    );
    const [expected, got] = [new Int8Array(6), new Int8Array(6)];
    for (let n = 0; n < 200; n++) {
      const wrist = (n % 4) as WristOrientation;
      const counts = Int16Array.from({ length: 6 }, () => random.integer(65535) - 32767);
      const worn = Int16Array.from(counts, (count, c) => count * wristSigns(wrist)[c]!);
      frontEnd.wear(0);
      frontEnd.push(counts, expected);
      frontEnd.wear(wrist);
      frontEnd.push(worn, got);
      expect(got).toEqual(expected);
      const floats = Float32Array.from(worn);
      turnWrist(floats, wrist);
      expect([...floats].map((x) => x + 0)).toEqual([...counts]);
    }
  });

  it("negates once where chip and wrist both do, so that −32768 stays", () => {
    const axes = [
      { axis: 0, sign: -1 },
      { axis: 1, sign: 1 },
      { axis: 2, sign: 1 },
    ] as const;
    const counts = Int16Array.of(-32768, -32768, 7, -32768, -32768, -32768);
    mapAxes(counts, axes, 1);
    expect([...counts]).toEqual([-32768, -32768, 7, 32767, 32767, 32767]);
  });
});

describe("relabelled", () => {
  const pre = { ...PREPROCESSING, labels: ["walk", "sit"] };
  const wristReference = encodeWristReference([
    [62, -19, -1, 59, -13],
    [1, -34, 53, 0, -21],
  ]);

  it("keeps what is known of each label, in the new order", () => {
    const { labels, wristReference: text } = relabelled({ ...pre, wristReference }, ["sit"]);
    expect(labels).toEqual(["sit"]);
    expect(decodeWristReference(text!, 1)).toEqual([[1, -34, 53, 0, -21]]);
    expect(relabelled({ ...pre, wristReference }, pre.labels)).toEqual({ ...pre, wristReference });
  });

  it("keeps nothing where a label is new, or nothing was known", () => {
    const labels = ["walk", "knit"];
    expect(relabelled({ ...pre, wristReference }, labels)).toEqual({ ...pre, labels });
    expect(relabelled(pre, ["walk"])).toEqual({ ...pre, labels: ["walk"] });
  });
});
