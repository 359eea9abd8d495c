// From raw counts to int8: axes, the folded normalisation, and the integer path against its real-valued meaning.
import { describe, expect, it } from "vitest";
import { gravityRemoval } from "../../src/signal/butterworth.ts";
import { createFrontEnd, createInputQuantizer, mapAxes, quantizeValue } from "../../src/signal/frontend.ts";
import {
  ACCEL_RANGES_G,
  ACCEL_SCALE,
  GYRO_RANGES_DPS,
  GYRO_SCALE,
  toCounts,
} from "../../src/signal/mpu6050.ts";
import { type AxisMap, IDENTITY_AXES } from "../../src/signal/preprocessing.ts";
import { seededRandom } from "../../src/util/random.ts";

const normalization = {
  mean: [-3000.25, 120.5, 0, 7.125, -1000, 16000],
  deviation: [1500, 0.75, 4096, 1200.5, 33, 20000],
};

describe("mapAxes", () => {
  const turned: AxisMap = [
    { axis: 1, sign: -1 },
    { axis: 0, sign: 1 },
    { axis: 2, sign: -1 },
  ];
  it("permutes and flips accelerometer and gyroscope alike", () => {
    const counts = Int16Array.of(1, 2, 3, 10, 20, 30);
    mapAxes(counts, turned);
    expect([...counts]).toEqual([-2, 1, -3, -20, 10, -30]);
  });

  it("saturates −32768, which has no positive int16", () => {
    const counts = Int16Array.of(0, -32768, 32767, 0, 0, -32768);
    mapAxes(counts, turned);
    expect([...counts]).toEqual([32767, 0, -32767, 0, 0, 32767]);
  });
});

describe("createInputQuantizer", () => {
  it("gives zero point + (x − mean) / deviation / scale to one rounding step, clamped to int8", () => {
    const [scale, zeroPoint] = [0.043, -7];
    const quantizer = createInputQuantizer(normalization, scale, zeroPoint);
    const random = seededRandom(2);
    for (let i = 0; i < 20000; i++) {
      const c = random.integer(6);
      const spread = Math.min(normalization.deviation[c]! * 6, 32767);
      const value = Math.round((normalization.mean[c]! + (2 * random.uniform() - 1) * spread) * 256);
      const real = zeroPoint + (value / 256 - normalization.mean[c]!) / normalization.deviation[c]! / scale;
      const clamped = Math.min(127, Math.max(-128, real));
      const channel = quantizer.channels[c]!;
      // Double rounding: half a step of the output, half a step before the right shift, and the offset's rounding.
      const right = Math.max(0, -channel.shift);
      const bound = 0.5 + 2 ** (-right - 1) + 1 / 512 / normalization.deviation[c]! / scale + 1e-6;
      expect(Math.abs(quantizeValue(value, channel, zeroPoint) - clamped)).toBeLessThan(bound);
    }
  });
});

describe("createFrontEnd", () => {
  const preprocessing = {
    sensor: { accelRangeG: 8, gyroRangeDps: 2000, axes: IDENTITY_AXES },
    filters: [gravityRemoval(3, 0.3, 20)],
  } as const;

  it("leaves the raw counts alone, takes gravity from a still band, and starts afresh after reset", () => {
    const zero = { mean: new Array<number>(6).fill(0), deviation: new Array<number>(6).fill(1000) };
    const frontEnd = createFrontEnd(preprocessing, createInputQuantizer(zero, 0.05, 3));
    const counts = Int16Array.of(0, 0, 4096, 100, -100, 0);
    const out = new Int8Array(6);
    for (let n = 0; n < 100; n++) frontEnd.push(counts, out);
    expect([...out]).toEqual([3, 3, 3, 5, 1, 3]);
    expect([...counts]).toEqual([0, 0, 4096, 100, -100, 0]);
    frontEnd.push(Int16Array.of(0, 0, 8192, 0, 0, 0), out);
    expect(out[2]).toBeGreaterThan(50);
    frontEnd.reset();
    frontEnd.push(Int16Array.of(0, 0, 8192, 0, 0, 0), out);
    expect(out[2]).toBe(3);
  });
});

describe("the MPU6050's table", () => {
  it("has the sensitivities of the product specification, tables 6.1 and 6.2", () => {
    expect(ACCEL_RANGES_G.map((range) => ACCEL_SCALE[range].countsPerG)).toEqual([16384, 8192, 4096, 2048]);
    expect(GYRO_RANGES_DPS.map((range) => GYRO_SCALE[range].countsPerDps)).toEqual([131, 65.5, 32.8, 16.4]);
    expect(ACCEL_RANGES_G.map((range) => ACCEL_SCALE[range].afsSel)).toEqual([0, 1, 2, 3]);
    expect(GYRO_RANGES_DPS.map((range) => GYRO_SCALE[range].fsSel)).toEqual([0, 1, 2, 3]);
  });

  it("ends at 16 bits", () => {
    expect([8, -8, 7.9999, 1, -1].map((g) => toCounts(g, 4096))).toEqual([32767, -32768, 32767, 4096, -4096]);
  });
});
