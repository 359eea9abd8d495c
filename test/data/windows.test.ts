// Segments, streams and windows: nothing crosses a label, a session or a gap, and counts are the sensor's.
import { describe, expect, it } from "vitest";
import { designFilters } from "../../src/data/design-filters.ts";
import type { Recording } from "../../src/data/recording.ts";
import { cutStretches, type Stretch } from "../../src/data/segments.ts";
import { createStreamMaker } from "../../src/data/streams.ts";
import { copyWindow, windowCount } from "../../src/data/window-set.ts";
import { cutWindows, windowShape, windowsIn } from "../../src/data/windows.ts";
import { createFilterBank } from "../../src/signal/filter.ts";
import { recording } from "./support.ts";

const settings = {
  ranges: { accelRangeG: 8, gyroRangeDps: 2000 },
  sampleRateHz: 20,
  filters: [],
  antialias: null,
} as const;
const grid = (n: number, stepMs = 50): Float64Array => Float64Array.from({ length: n }, (_, i) => i * stepMs);

const segmentsOf = (stretches: readonly Stretch[]) => stretches.flatMap(({ segments }) => segments);

describe("cutStretches", () => {
  it("ends at a label change, at an unlisted label and at a gap", () => {
    const tMs = Float64Array.from([0, 50, 100, 150, 1200, 1250, 1300, 1350, 2350, 3351]);
    const labelIndex = Uint16Array.from([0, 0, 1, 1, 1, 2, 2, 0, 0, 0]);
    const one = recording({ tMs, labelIndex, labelNames: ["walk", "sit", ""] });
    const classOf = new Map([
      ["walk", 0],
      ["sit", 1],
    ]);
    const stretches = cutStretches(one, classOf, 1000);
    expect(stretches.map(({ from, to }) => [from, to])).toEqual([
      [0, 4],
      [4, 9],
      [9, 10],
    ]);
    expect(segmentsOf(stretches).map(({ label, from, to }) => [label, from, to])).toEqual([
      [0, 0, 2],
      [1, 2, 4],
      [1, 4, 5],
      [0, 7, 9],
      [0, 9, 10],
    ]);
  });

  it("keeps two recorded labels apart even if they are one activity", () => {
    const one = recording({
      tMs: grid(4),
      labelIndex: Uint16Array.from([0, 0, 1, 1]),
      labelNames: ["up", "down"],
    });
    const classOf = new Map([
      ["up", 0],
      ["down", 0],
    ]);
    expect(segmentsOf(cutStretches(one, classOf, 1000))).toHaveLength(2);
  });
});

describe("streams", () => {
  const whole = (values: Float32Array) => {
    return stretchOf(recording({ tMs: grid(values.length / 6), values }));
  };
  const stretchOf = (one: Recording): Stretch => {
    const whole = { recording: one, from: 0, to: one.tMs.length };
    return { ...whole, segments: [{ ...whole, label: 0 }] };
  };

  it("are in counts × 2^8 at the sensor's ranges", () => {
    const maker = createStreamMaker(settings);
    const [stream] = maker.make(whole(Float32Array.from([1, -1, 0.5, 100, -100, 0])), 1);
    expect([...stream!.samples]).toEqual([4096, -4096, 2048, 1640, -1640, 0].map((count) => count * 256));
  });

  it("saturate where the sensor does, and say how often", () => {
    const maker = createStreamMaker(settings);
    const [stream] = maker.make(whole(Float32Array.from([9, -9, 0, 2500, 0, 0])), 1);
    expect([...stream!.samples.slice(0, 4)]).toEqual([32767 * 256, -32768 * 256, 0, 32767 * 256]);
    expect(maker.saturation).toEqual({ accelSaturated: 2, gyroSaturated: 1, samples: 1 });
  });

  it("run the band's own filters, afresh for each stretch", () => {
    const filters = designFilters([{ kind: "remove-gravity", cutoffHz: 0.3, order: 3 }], 20);
    const maker = createStreamMaker({ ...settings, filters });
    const values = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i));
    const [stream] = maker.make(whole(values), 1);
    expect(maker.make(whole(values), 1)[0]!.samples).toEqual(stream!.samples);
    const plain = createStreamMaker(settings).make(whole(values), 1)[0]!.samples;
    const bank = createFilterBank(filters);
    for (let i = 0; i < plain.length; i += 6) bank.push(plain.subarray(i, i + 6));
    expect(stream!.samples).toEqual(plain);
    expect([...stream!.samples.slice(0, 3)]).toEqual([0, 0, 0]);
  });

  it("are as long with the low-pass as without", () => {
    for (const n of [127, 128, 129, 500]) {
      const values = new Float32Array(6 * n).fill(1);
      const one = recording({ tMs: grid(n, 9.6), values });
      const [plain] = createStreamMaker(settings).make(stretchOf(one), 1);
      const antialias = { sourceRateHz: 104, cutoffHz: 8 };
      const [filtered] = createStreamMaker({ ...settings, antialias }).make(stretchOf(one), 1);
      expect(filtered!.samples.length).toBe(plain!.samples.length);
      expect([...filtered!.samples.slice(-6)]).toEqual([...plain!.samples.slice(-6)]);
    }
  });

  it("equal the band's one run of its filters through changes of label, and start afresh after a gap", () => {
    const filters = designFilters(
      [
        { kind: "remove-gravity", cutoffHz: 0.3, order: 3 },
        { kind: "lowpass", cutoffHz: 5, order: 2, channels: "all" },
      ],
      20,
    );
    const n = 400;
    const values = Float32Array.from({ length: 6 * n }, (_, i) => Math.sin(i * i) + (i % 6 === 2 ? 1 : 0));
    // walk, an unlisted label, sit; then a gap of 5 s and sit again.
    const labelIndex = Uint16Array.from({ length: n }, (_, i) => (i < 130 ? 0 : i < 170 ? 2 : 1));
    const tMs = Float64Array.from({ length: n }, (_, i) => i * 50 + (i < 300 ? 0 : 5000));
    const one = recording({ tMs, values, labelIndex, labelNames: ["walk", "sit", "other"] });
    const classOf = new Map([
      ["walk", 0],
      ["sit", 1],
    ]);
    const maker = createStreamMaker({ ...settings, filters });
    const streams = cutStretches(one, classOf, 1000).flatMap((stretch) => maker.make(stretch, 1));
    expect(streams.map(({ label, samples }) => [label, samples.length / 6])).toEqual([
      [0, 130],
      [1, 130],
      [1, 100],
    ]);

    const counts = createStreamMaker(settings).make(whole(values), 1)[0]!.samples;
    const bank = createFilterBank(filters);
    for (let i = 0; i < n; i++) {
      if (i === 300) bank.reset();
      bank.push(counts.subarray(6 * i, 6 * i + 6));
    }
    expect(streams[0]!.samples).toEqual(counts.subarray(0, 6 * 130));
    expect(streams[1]!.samples).toEqual(counts.subarray(6 * 170, 6 * 300));
    expect(streams[2]!.samples).toEqual(counts.subarray(6 * 300));
  });

  it("hold only points between two samples of their own label", () => {
    const tMs = Float64Array.from({ length: 40 }, (_, i) => i * 30);
    const labelIndex = Uint16Array.from({ length: 40 }, (_, i) => (i < 21 ? 0 : 1));
    // Label 1 jumps to 1 g: a point across the border would be in between.
    const values = Float32Array.from({ length: 240 }, (_, i) => (i < 6 * 21 ? 0 : 1));
    const one = recording({ tMs, values, labelIndex, labelNames: ["walk", "sit"] });
    const classOf = new Map([
      ["walk", 0],
      ["sit", 1],
    ]);
    const streams = cutStretches(one, classOf, 1000).flatMap((s) => createStreamMaker(settings).make(s, 1));
    expect(streams.map(({ samples }) => samples.length / 6)).toEqual([13, 11]);
    expect(new Set(streams[0]!.samples)).toEqual(new Set([0]));
    expect(new Set(streams[1]!.samples)).toEqual(new Set([4096 * 256, 16 * 256]));
  });

  it("are none where shorter than a window, and name their origin", () => {
    const maker = createStreamMaker(settings);
    expect(maker.make(whole(new Float32Array(59 * 6)), 60)).toEqual([]);
    expect(maker.make(whole(new Float32Array(60 * 6)), 60)[0]!.source).toBe(
      "subject_1.csv, session a, line 2",
    );
  });
});

describe("windows", () => {
  it("have the paper's shape by default: 3 s at 20 Hz, half overlapping", () => {
    expect(windowShape({ seconds: 3, overlap: 0.5 }, 20)).toEqual({ windowSamples: 60, strideSamples: 30 });
    expect(windowShape({ seconds: 2.56, overlap: 0.5 }, 50)).toEqual({
      windowSamples: 128,
      strideSamples: 64,
    });
    expect(windowShape({ seconds: 0.1, overlap: 0.95 }, 20).strideSamples).toBe(1);
  });

  it.each([
    [59, 0],
    [60, 1],
    [89, 1],
    [90, 2],
    [120, 3],
  ])("of 60 with stride 30: %i samples hold %i", (samples, count) => {
    expect(windowsIn(samples, { windowSamples: 60, strideSamples: 30 })).toBe(count);
  });

  it("stay inside their stream, also when shifted", () => {
    const stream = (n: number, first: number) => ({
      subject: "1",
      session: "a",
      source: "",
      label: 0,
      samples: Int32Array.from({ length: n * 6 }, (_, i) => first + Math.floor(i / 6)),
    });
    const set = cutWindows([stream(5, 0), stream(3, 100), stream(9, 200)], {
      windowSamples: 4,
      strideSamples: 2,
    });
    expect([...set.streamOf]).toEqual([0, 2, 2, 2]);
    expect([...set.startOf]).toEqual([0, 0, 2, 4]);
    expect(windowCount(set)).toBe(4);
    const out = new Int32Array(24);
    copyWindow(set, 3, out, 0, 99);
    expect(out[0]).toBe(205);
    copyWindow(set, 1, out, 0, -99);
    expect(out[0]).toBe(200);
  });
});
