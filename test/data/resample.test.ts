// The uniform grid: time stamps decide, not row counts; and the low-pass before a lower rate.
import { describe, expect, it } from "vitest";
import { antialiasCutoffHz, lowpassZeroPhase } from "../../src/data/antialias.ts";
import { gridLength, recordingRateHz, resample, sourceRateHz } from "../../src/data/resample.ts";
import { recording } from "./support.ts";

const channels = (tMs: Float64Array, f: (t: number) => number): Float64Array =>
  Float64Array.from({ length: tMs.length * 6 }, (_, i) => f(tMs[Math.floor(i / 6)]!) + (i % 6));
const uniform = (n: number, stepMs: number, startMs = 0): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => startMs + i * stepMs);

describe("resample", () => {
  it("gives a straight line back exactly, however the clock jitters or bursts", () => {
    const steps = [50, 10, 10, 10, 70, 49.5, 50.5, 300, 50, 10];
    const tMs = Float64Array.from(steps.reduce((all, step) => [...all, all.at(-1)! + step], [1234.5]));
    const grid = resample(
      tMs,
      channels(tMs, (t) => 3 * t),
      20,
    );
    expect(grid.length).toBe(6 * gridLength(610, 20));
    for (let k = 0; k < grid.length / 6; k++) {
      for (let c = 0; c < 6; c++) expect(grid[k * 6 + c]).toBeCloseTo(3 * (1234.5 + 50 * k) + c, 8);
    }
  });

  it("returns the samples themselves where they are on the grid already", () => {
    const tMs = uniform(128, 20, 7);
    const values = channels(tMs, Math.sin);
    expect(resample(tMs, values, 50)).toEqual(values);
  });

  it("keeps the last point although steps of 1/30 s do not add up exactly", () => {
    const tMs = uniform(91, 1000 / 30);
    expect(gridLength(tMs[90]!, 30)).toBe(91);
  });

  it("has one point for one sample", () => {
    expect([...resample(uniform(1, 1), [1, 2, 3, 4, 5, 6], 20)]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("rates", () => {
  it("leaves gaps out", () => {
    const tMs = Float64Array.from([0, 50, 100, 5100, 5150]);
    expect(recordingRateHz(recording({ tMs }), 1000)).toBeCloseTo(20, 9);
  });

  it("takes the median recording, so that one with bursts does not decide", () => {
    const slow = recording({ tMs: uniform(100, 50) });
    const burst = recording({ tMs: uniform(500, 10) });
    expect(sourceRateHz([slow, burst, slow], 1000)).toBeCloseTo(20, 9);
  });
});

describe("anti-aliasing", () => {
  it("is for sources well above the target only", () => {
    expect(antialiasCutoffHz(20.04, 20)).toBeNull();
    expect(antialiasCutoffHz(25, 20)).toBeNull();
    expect(antialiasCutoffHz(50, 20)).toBe(8);
    expect(antialiasCutoffHz(104, 20)).toBe(8);
  });

  const amplitude = (hz: number): { gain: number; shift: number } => {
    const rate = 100;
    const n = 1000;
    const x = Float64Array.from({ length: n * 6 }, (_, i) =>
      Math.sin((2 * Math.PI * hz * Math.floor(i / 6)) / rate),
    );
    lowpassZeroPhase(x, 8, rate);
    let [s, c] = [0, 0];
    for (let k = 250; k < 750; k++) {
      s += x[k * 6]! * Math.sin((2 * Math.PI * hz * k) / rate);
      c += x[k * 6]! * Math.cos((2 * Math.PI * hz * k) / rate);
    }
    return { gain: Math.hypot(s, c) / 250, shift: Math.atan2(c, s) };
  };

  it("passes 2 Hz, is at 6 dB down at 8 Hz, stops 18 Hz (which would fold to 2 Hz), without phase", () => {
    expect(amplitude(2).gain).toBeCloseTo(1, 3);
    expect(amplitude(2).shift).toBeCloseTo(0, 4);
    expect(amplitude(8).gain).toBeCloseTo(0.5, 2);
    expect(amplitude(18).gain).toBeLessThan(0.002);
  });

  it("leaves rest at rest, to the ends", () => {
    const still = new Float64Array(600).fill(0.987);
    lowpassZeroPhase(still, 8, 50);
    for (const value of still) expect(value).toBeCloseTo(0.987, 5);
  });
});
