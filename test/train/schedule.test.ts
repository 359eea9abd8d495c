// Learning rates over a training, and which epoch is kept.
import { describe, expect, it } from "vitest";
import { trainSchema } from "../../src/spec/band.ts";
import { createSchedule } from "../../src/train/schedule.ts";

describe("one-cycle", () => {
  const spec = trainSchema.parse({ schedule: "one-cycle", epochs: 10, learningRate: 0.1 });

  it("rises from a twenty-fifth for three tenths of the batches and falls to next to nothing", () => {
    const schedule = createSchedule(spec);
    const rates: number[] = [];
    for (let epoch = 1; epoch <= 10; epoch++) {
      for (let batch = 0; batch < 20; batch++) rates.push(schedule.learningRate(batch, 20));
      expect(schedule.report(epoch, null)).toEqual({ best: true, stop: false });
    }
    const peak = rates.indexOf(Math.max(...rates));
    expect(rates[0]).toBeCloseTo(0.004, 10);
    expect([peak, rates[peak]]).toEqual([60, 0.1]);
    // Half way up and half way down, a cosine is at the middle.
    expect(rates[30]).toBeCloseTo((0.1 + 0.004) / 2, 10);
    expect(rates[130]).toBeCloseTo((0.1 + 0.00001) / 2, 10);
    expect(rates.slice(0, peak).every((rate, i) => rate < rates[i + 1]!)).toBe(true);
    expect(rates.slice(peak, -1).every((rate, i) => rate > rates[peak + i + 1]!)).toBe(true);
    expect(rates.at(-1)).toBeLessThan(0.0001);
    expect(schedule.bestEpoch).toBe(10);
  });

  it("neither stops nor goes back for a validation loss", () => {
    const schedule = createSchedule(spec);
    for (const loss of [1, 2, 3, 4]) {
      expect(schedule.report(loss, loss)).toEqual({ best: true, stop: false });
    }
    expect(schedule.bestEpoch).toBe(4);
  });
});

describe("plateau", () => {
  it("halves the rate after epochs without a better loss, stops, and keeps the best", () => {
    const spec = trainSchema.parse({ learningRate: 0.1, plateau: { patience: 2 }, patience: 4 });
    const schedule = createSchedule(spec);
    const rates: number[] = [];
    const verdicts = [3, 2, 2.5, 2.5, 2.5, 2.5].map((loss, i) => {
      rates.push(schedule.learningRate(0, 1));
      return schedule.report(i + 1, loss);
    });
    expect(rates).toEqual([0.1, 0.1, 0.1, 0.1, 0.05, 0.05]);
    expect(verdicts.map(({ best }) => best)).toEqual([true, true, false, false, false, false]);
    expect(verdicts.map(({ stop }) => stop)).toEqual([false, false, false, false, false, true]);
    expect(schedule.bestEpoch).toBe(2);
  });
});
