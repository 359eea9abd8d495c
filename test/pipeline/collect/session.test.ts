// Recording one activity after the other, by keys, by the band's button and by itself; and the arithmetic of the files.
import { describe, expect, it } from "vitest";
import { parseRecordingFile } from "../../../src/data/formats/recordings.ts";
import { formatRecordings } from "../../../src/data/recordings-writer.ts";
import type { SampleBlock } from "../../../src/device/sample-block.ts";
import { type Mounting, recordingsOf } from "../../../src/pipeline/collect/physical.ts";
import { ArrivalRate } from "../../../src/pipeline/collect/rate.ts";
import { CollectSession, type SessionSettings } from "../../../src/pipeline/collect/session.ts";
import { Take } from "../../../src/pipeline/collect/take.ts";
import {
  ACCEL_RANGES_G,
  ACCEL_SCALE,
  GYRO_RANGES_DPS,
  GYRO_SCALE,
  toCounts,
} from "../../../src/signal/mpu6050.ts";
import { IDENTITY_AXES } from "../../../src/signal/preprocessing.ts";

const NO_BIAS = new Int16Array(3);

/** Five samples, the next ones of a run. */
function block(at: number, changes: Partial<SampleBlock> = {}): SampleBlock {
  const counts = Int16Array.from({ length: 30 }, (_, i) => at * 6 + i);
  return { run: 1, epoch: 0, at, marks: 0, bias: NO_BIAS, counts, ...changes };
}

function sessionOf(changes: Partial<SessionSettings> = {}) {
  const takes: Take[] = [];
  const phases: string[] = [];
  const session = new CollectSession({
    activities: ["walk", "sit"],
    samples: 20,
    countdownMillis: 1000,
    isUnattended: false,
    onPhase: (phase, activity) => phases.push(`${phase} ${activity ?? "-"}`),
    onTake: (take) => takes.push(take),
    ...changes,
  });
  return { session, takes, phases };
}

describe("a session of recordings", () => {
  it("by itself records each activity for so many samples, to the sample", () => {
    const { session, takes, phases } = sessionOf({ isUnattended: true, samples: 12 });
    session.start(0);
    for (let at = 0, now = 0; session.phase !== "done"; at += 5, now += 250) {
      session.tick(now);
      session.block(block(at), now);
    }
    expect(takes.map(({ activity, samples, gaps }) => [activity, samples, gaps])).toEqual([
      ["walk", 12, []],
      ["sit", 12, []],
    ]);
    // The countdown of a second is four blocks of a quarter.
    expect(takes[0]!.stretches[0]!.counts[0]).toBe(20 * 6);
    expect(phases).toEqual(["countdown walk", "recording walk", "countdown sit", "recording sit", "done -"]);
  });

  it("by keys starts, completes, skips and ends", () => {
    const { session, takes, phases } = sessionOf({ activities: ["a", "b", "c", "d"] });
    // Nothing can be started before the band answers.
    session.obey("toggle", 0);
    expect(session.phase).toBe("connecting");
    session.start(0);
    session.obey("toggle", 0);
    session.obey("toggle", 500);
    expect(session.phase).toBe("waiting");
    session.obey("next", 600);
    session.obey("toggle", 1000);
    session.tick(1999);
    expect(session.phase).toBe("countdown");
    session.tick(2000);
    session.block(block(0), 2000);
    session.obey("toggle", 2100);
    expect(takes.map(({ activity, samples }) => [activity, samples])).toEqual([["b", 5]]);
    session.obey("toggle", 3000);
    session.tick(4000);
    // Nothing came: nothing is kept.
    session.obey("next", 4001);
    session.obey("toggle", 5000);
    session.tick(6000);
    session.block(block(5), 6000);
    session.obey("quit", 6001);
    expect(takes.map(({ activity }) => activity)).toEqual(["b", "d"]);
    expect(phases.at(-1)).toMatch(/^done/);
    session.obey("toggle", 7000);
    expect(session.phase).toBe("done");
  });

  it("takes the band's button for a key, and not a restart of the band", () => {
    const { session, takes } = sessionOf();
    session.start(0);
    session.block(block(0, { marks: 3 }), 0);
    expect(session.phase).toBe("waiting");
    session.block(block(5, { marks: 4 }), 100);
    expect(session.phase).toBe("countdown");
    session.tick(1100);
    session.block(block(10, { marks: 4 }), 1200);
    session.block(block(0, { run: 2, marks: 0 }), 1300);
    expect(session.phase).toBe("recording");
    session.block(block(5, { run: 2, marks: 1 }), 1400);
    expect(takes.map(({ samples, gaps }) => [samples, gaps])).toEqual([[10, [{ why: "band", samples: 0 }]]]);
  });

  it("parts a recording where samples are missing, counts them, and counts no window across", () => {
    const { session, takes } = sessionOf({ isUnattended: true, countdownMillis: 0, samples: 1000 });
    session.start(0);
    session.tick(0);
    session.block(block(0), 0);
    session.block(block(5), 0);
    session.block(block(20), 0);
    session.block(block(25, { epoch: 1 }), 0);
    session.block(block(30, { epoch: 1, bias: Int16Array.of(1, 0, 0) }), 0);
    session.obey("quit", 0);
    const [take] = takes;
    expect(take!.gaps).toEqual([
      { why: "lines", samples: 10 },
      { why: "sensor", samples: 0 },
      { why: "bias", samples: 0 },
    ]);
    expect([take!.samples, take!.lost, take!.stretches.length]).toEqual([25, 10, 4]);
    expect(take!.windows({ windowSamples: 5, strideSamples: 2 })).toBe(3 + 1 + 1 + 1);
    expect(take!.windows({ windowSamples: 6, strideSamples: 1 })).toBe(5);
  });

  it("does not count a gap from before a recording as one of its own", () => {
    const { session, takes } = sessionOf({ isUnattended: true, countdownMillis: 0, activities: ["a"] });
    session.start(0);
    session.block(block(0), 0);
    session.tick(0);
    session.block(block(50), 0);
    session.obey("quit", 0);
    expect(takes.map(({ gaps }) => gaps)).toEqual([[]]);
    expect(session.gaps).toEqual([{ why: "lines", samples: 45 }]);
  });

  it("drops what is under way when it is abandoned", () => {
    const { session, takes } = sessionOf({ isUnattended: true, countdownMillis: 0 });
    session.start(0);
    session.tick(0);
    session.block(block(0), 0);
    session.abandon();
    expect([takes, session.phase, session.take]).toEqual([[], "done", null]);
  });
});

describe("a recording's file", () => {
  it("gives every count back, at every range", () => {
    const all = Array.from({ length: 65_536 }, (_, i) => i - 32_768);
    for (const [i, accelRangeG] of ACCEL_RANGES_G.entries()) {
      const gyroRangeDps = GYRO_RANGES_DPS[i]!;
      const take = new Take("all");
      take.add(
        block(0, {
          counts: Int16Array.from(all.flatMap((count) => [count, count, count, count, count, count])),
        }),
        null,
      );
      const mounting: Mounting = {
        sensor: { accelRangeG, gyroRangeDps, axes: IDENTITY_AXES },
        sampleRateHz: 50,
        wrist: 0,
      };
      const text = formatRecordings(recordingsOf(take, "anna", mounting));
      const context = { factors: { accel: 1, gyro: 1 }, repeatedStamps: "error" } as const;
      const [read] = parseRecordingFile(text, "anna.csv", context);
      const back = all.map((_, row) => [
        toCounts(read!.values[row * 6]!, ACCEL_SCALE[accelRangeG].countsPerG),
        toCounts(read!.values[row * 6 + 5]!, GYRO_SCALE[gyroRangeDps].countsPerDps),
      ]);
      expect(back).toEqual(all.map((count) => [count, count]));
      expect([...read!.tMs.subarray(0, 3)]).toEqual([0, 20, 40]);
    }
  });

  it("is in the wearer's axes, as worn like the recordings, without the bias, saturated as the band's", () => {
    const take = new Take("walk");
    const counts = Int16Array.of(4096, 8192, -4096, 1640, 32_767, -32_768);
    take.add(block(0, { counts, bias: Int16Array.of(1640, -5, 5) }), null);
    const axes = [
      { axis: 1, sign: 1 },
      { axis: 0, sign: -1 },
      { axis: 2, sign: 1 },
    ] as const;
    const mounting: Mounting = {
      sensor: { accelRangeG: 8, gyroRangeDps: 2000, axes },
      sampleRateHz: 20,
      wrist: 0,
    };
    const values = (wrist: Mounting["wrist"]): number[] =>
      Array.from(
        recordingsOf(take, "anna", { ...mounting, wrist })[0]!.values,
        (value) => Number(value.toFixed(3)) + 0,
      );
    expect(values(0)).toEqual([2, -1, -1, 1997.988, 0, -1998.049]);
    expect(values(1)).toEqual([-2, -1, -1, 1997.988, 0, 1997.988]);
  });
});

describe("the rate of arrival", () => {
  it("is that of the last seconds, and none where nothing comes", () => {
    const rate = new ArrivalRate();
    expect(rate.hz(0)).toBe(0);
    for (let i = 0; i <= 20; i++) rate.add(i * 250, 5);
    expect(rate.hz(5000)).toBeCloseTo(20);
    expect(rate.hz(20_000)).toBe(0);
  });
});
