// Normalisation and balancing of training windows.
import { describe, expect, it } from "vitest";
import { balancedClassWeights, balanceWindows } from "../../src/data/balance.ts";
import { fitNormalization, SILENT_DEVIATION, silentChannels } from "../../src/data/normalization.ts";
import { copyWindow, selectWindows, windowCount } from "../../src/data/window-set.ts";
import { countByClass, cutWindows } from "../../src/data/windows.ts";
import { createInputQuantizer, quantizeValue } from "../../src/signal/frontend.ts";
import type { BalanceMethod } from "../../src/spec/band.ts";
import { seededRandom } from "../../src/util/random.ts";
import { countingWindows } from "./support.ts";

const set = countingWindows([
  { subject: "1", label: 0, samples: 42 },
  { subject: "1", label: 1, samples: 18, first: 500 },
  { subject: "2", label: 1, samples: 4, first: 900 },
  { subject: "2", label: 2, samples: 4, first: 2000 },
]);
const deviation = [1, 1, 1, 1, 1, 1];
const balance = (method: BalanceMethod, seed = 1) =>
  balanceWindows(set, method, 4, deviation, seededRandom(seed));

describe("balanceWindows", () => {
  it("starts from uneven classes", () => {
    expect(countByClass(set, 4)).toEqual([20, 9, 1, 0]);
    expect(balance("none")).toBe(set);
  });

  it.each([
    ["undersample", [1, 1, 1, 0]],
    ["oversample", [20, 20, 20, 0]],
    ["smote", [20, 20, 20, 0]],
  ] as const)("%s evens them out, the same for the same seed", (method, counts) => {
    expect(countByClass(balance(method), 4)).toEqual(counts);
    expect(balance(method)).toEqual(balance(method));
  });

  it("oversampling keeps every original window", () => {
    const kept = new Set(
      [...balance("oversample").streamOf].map((s, w) => `${s}:${balance("oversample").startOf[w]}`),
    );
    expect([...set.streamOf].every((s, w) => kept.has(`${s}:${set.startOf[w]}`))).toBe(true);
  });

  it("SMOTE draws each window between two of its class, as a stream of one window", () => {
    const smote = balance("smote");
    const out = new Int32Array(24);
    for (let w = windowCount(set); w < windowCount(smote); w++) {
      const stream = smote.streams[smote.streamOf[w]!]!;
      expect(stream.samples.length).toBe(24);
      expect(stream.source).toMatch(/^SMOTE of stream [123]$/);
      copyWindow(smote, w, out, 0, 5);
      const level = out[0]! / 256;
      // Class 1 lies in 500…517 and 900…903, class 2 in 2000…2003; neighbours are near, or the only ones there.
      if (stream.label === 1) expect(level >= 500 && level <= 903).toBe(true);
      else expect(level).toBe(2000);
      expect(out[6]! - out[0]!).toBe(256);
    }
  });

  it("SMOTE measures distance in channel deviations", () => {
    const wide = { subject: "1", session: "a", source: "", label: 0 };
    const make = (accel: number, gyro: number) => ({
      ...wide,
      samples: Int32Array.from({ length: 6 }, (_, c) => (c < 3 ? accel : gyro)),
    });
    // Six neighbours near in the gyroscope, one far there but equal in acceleration: five are chosen of the seven.
    const streams = [make(0, 0), ...[1, 2, 3, 4, 5, 6].map((k) => make(k * 1000, 0)), make(0, 900)];
    const many = cutWindows(
      [...streams, ...Array.from({ length: 60 }, () => ({ ...make(0, 0), label: 1 }))],
      {
        windowSamples: 1,
        strideSamples: 1,
      },
    );
    const balanced = balanceWindows(many, "smote", 2, [1e6, 1e6, 1e6, 1, 1, 1], seededRandom(3));
    const synthetic = balanced.streams.slice(many.streams.length).map((stream) => stream.samples[3]!);
    // Only draws based on the lonely window itself leave gyroscope zero.
    expect(synthetic.filter((gyro) => gyro > 0).length).toBeLessThan(synthetic.length / 3);
  });

  it("weights make every class weigh the same", () => {
    const weights = balancedClassWeights(set, 4);
    expect(weights.map((weight, label) => weight * countByClass(set, 4)[label]!)).toEqual([7.5, 7.5, 7.5, 0]);
  });
});

describe("fitNormalization", () => {
  it("counts every covered sample once, in sensor counts", () => {
    const one = countingWindows([{ subject: "1", label: 0, samples: 10 }]);
    const { mean, deviation: spread } = fitNormalization(one);
    expect(mean).toEqual(new Array(6).fill(4.5));
    for (const value of spread) expect(value).toBeCloseTo(Math.sqrt(8.25), 12);
  });

  it("sees the chosen windows and nothing else of their streams", () => {
    const one = countingWindows([{ subject: "1", label: 0, samples: 100 }]);
    // Windows at 0 and 2 overlap to samples 0…5; the one at 50 covers 50…53.
    const { mean } = fitNormalization(selectWindows(one, [25, 0, 1]));
    expect(mean[0]).toBeCloseTo((0 + 1 + 2 + 3 + 4 + 5 + 50 + 51 + 52 + 53) / 10, 12);
  });

  it("silences a channel that never moves, instead of dividing by zero", () => {
    const still = countingWindows([{ subject: "1", label: 0, samples: 10 }]);
    for (const stream of still.streams) for (let i = 3; i < 60; i += 6) stream.samples[i] = 256 * 17;
    const normalization = fitNormalization(still);
    expect(silentChannels(normalization)).toEqual([3]);
    expect(normalization.deviation[3]).toBe(SILENT_DEVIATION);
    const { channels } = createInputQuantizer(normalization, 0.05, -3);
    for (const count of [-32768, 0, 32767]) {
      expect(Math.abs(quantizeValue(count * 256, channels[3]!, -3) + 3)).toBeLessThanOrEqual(1);
    }
  });
});
