// The C++ of the signal path against its TypeScript twin: every value, every byte.
import { beforeAll, describe, expect, it } from "vitest";
import { expOnNegativeValues } from "../../src/ops/gemmlowp.ts";
import { logisticInt16, tanhInt16, tanhScaling } from "../../src/ops/int16-activations.ts";
import { butterworth, gravityRemoval } from "../../src/signal/butterworth.ts";
import { createFrontEnd, createInputQuantizer, type InputQuantizer } from "../../src/signal/frontend.ts";
import {
  type AxisMap,
  CHANNEL_COUNT,
  type FilterStage,
  IDENTITY_AXES,
  type SensorSettings,
  type SignedAxis,
} from "../../src/signal/preprocessing.ts";
import { WRIST_ORIENTATIONS, type WristOrientation } from "../../src/signal/wrist.ts";
import {
  doublingHighMul,
  INT32_MAX,
  INT32_MIN,
  multiplyByQuantizedMultiplier,
} from "../../src/util/fixedpoint.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { linkFirmware } from "./support/wasm.ts";

const BATCH = 4096;
const MAX_SECTIONS = 3;

interface SignalExports {
  readonly memory: WebAssembly.Memory;
  configuration_at(): number;
  counts_at(): number;
  outputs_at(): number;
  operands_at(): number;
  results_at(): number;
  configure(): void;
  reset(): void;
  wear(wrist: WristOrientation): void;
  push(samples: number): void;
  multiply(count: number): void;
  high_mul(count: number): void;
  logistic_int16(count: number): void;
  tanh_int16(count: number): void;
  exp_q5(count: number): void;
}

let cpp: SignalExports;

beforeAll(async () => {
  const instance = new WebAssembly.Instance(await linkFirmware("signal.cpp", []));
  cpp = instance.exports as unknown as SignalExports;
  (instance.exports["__wasm_call_ctors"] as () => void)();
});

// ---- the multiply -----------------------------------------------------------------------------------------

/** gemmlowp's definition, in integers of any size. */
function oracleHighMul(a: number, b: number): number {
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  const product = BigInt(a) * BigInt(b);
  const nudge = product >= 0n ? 1n << 30n : 1n - (1n << 30n);
  return Number((product + nudge) / (1n << 31n)); // BigInt division truncates, as C's does.
}

function oracleMultiply(x: number, mantissa: number, shift: number): number {
  const shifted = Number(BigInt.asIntN(32, BigInt(x) << BigInt(Math.max(shift, 0))));
  const high = BigInt(oracleHighMul(shifted, mantissa));
  const exponent = BigInt(Math.max(-shift, 0));
  if (exponent === 0n) return Number(high);
  // Nearest, ties away from zero.
  const half = 1n << (exponent - 1n);
  return Number(high >= 0n ? (high + half) >> exponent : -((-high + half) >> exponent));
}

const EDGES = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  127,
  -128,
  32767,
  -32768,
  65535,
  65536,
  -65536,
  1 << 30,
  (1 << 30) - 1,
  -(1 << 30),
  -(1 << 30) - 1,
  INT32_MAX,
  INT32_MAX - 1,
  INT32_MIN,
  INT32_MIN + 1,
];

function int32(random: Random): number {
  return (random.integer(0x10000) * 0x10000 + random.integer(0x10000)) | 0;
}

function inBatches(
  triples: readonly (readonly [number, number, number])[],
  run: (count: number) => void,
): Int32Array {
  const out = new Int32Array(triples.length);
  for (let start = 0; start < triples.length; start += BATCH) {
    const part = triples.slice(start, start + BATCH);
    new Int32Array(cpp.memory.buffer, cpp.operands_at(), 3 * BATCH).set(part.flat());
    run(part.length);
    out.set(new Int32Array(cpp.memory.buffer, cpp.results_at(), part.length), start);
  }
  return out;
}

describe("fixedpoint.h", () => {
  it("multiplies as fixedpoint.ts and as integers of any size do: edges and 200,000 random values", () => {
    const random = seededRandom("multiply");
    const triples: [number, number, number][] = [];
    for (const x of EDGES) {
      for (const mantissa of EDGES)
        for (let shift = -31; shift <= 30; shift++) triples.push([x, mantissa, shift]);
    }
    for (let i = 0; i < 200_000; i++) {
      const mantissa = random.uniform() < 0.8 ? (1 << 30) + random.integer(1 << 30) : int32(random);
      triples.push([int32(random) >> random.integer(32), mantissa, random.integer(62) - 31]);
    }
    const got = inBatches(triples, (count) => {
      cpp.multiply(count);
    });
    let different = 0;
    triples.forEach((triple, i) => {
      if (got[i] !== oracleMultiply(...triple) || got[i] !== multiplyByQuantizedMultiplier(...triple))
        different++;
    });
    expect(different).toBe(0);
  });

  it("has the same high product, ties and saturation included", () => {
    const random = seededRandom("high");
    const triples: [number, number, number][] = EDGES.flatMap((a) =>
      EDGES.map((b): [number, number, number] => [a, b, 0]),
    );
    for (let i = 0; i < 100_000; i++) triples.push([int32(random), int32(random), 0]);
    // Products whose low 31 bits are exactly one half.
    for (let i = 1; i < 2000; i += 2) triples.push([i, 1 << 30, 0], [-i, 1 << 30, 0]);
    const got = inBatches(triples, (count) => {
      cpp.high_mul(count);
    });
    let different = 0;
    triples.forEach(([a, b], i) => {
      if (got[i] !== oracleHighMul(a, b) || got[i] !== doublingHighMul(a, b)) different++;
    });
    expect(different).toBe(0);
  });
});

// ---- the front end ----------------------------------------------------------------------------------------

interface Case {
  readonly axes: AxisMap;
  readonly filters: readonly FilterStage[];
  readonly quantizer: InputQuantizer;
  readonly wrist?: WristOrientation;
}

function configure({ axes, filters, quantizer }: Case): void {
  const words = [
    ...axes.flatMap(({ axis, sign }) => [axis, sign]),
    filters.length,
    ...quantizer.channels.flatMap(({ offset, mantissa, shift }) => [offset, mantissa, shift]),
    quantizer.zeroPoint,
    ...filters.flatMap((stage) => [
      stage.channels.length,
      ...padded(stage.channels, CHANNEL_COUNT),
      stage.subtract ? 1 : 0,
      stage.sections.length,
      ...padded(
        stage.sections.flatMap(({ b0, b1, b2, a1, a2, dcGain }) => [b0, b1, b2, a1, a2, dcGain]),
        MAX_SECTIONS * 6,
      ),
    ]),
  ];
  new Int32Array(cpp.memory.buffer, cpp.configuration_at(), words.length).set(words);
  cpp.configure();
}

function padded(values: readonly number[], length: number): number[] {
  return [...values, ...new Array<number>(length - values.length).fill(0)];
}

/** Pushes a stream through both; returns how many bytes differ. */
function differences(one: Case, stream: Int16Array, resetEvery = Number.POSITIVE_INFINITY): number {
  configure(one);
  const { wrist = 0 } = one;
  const sensor: SensorSettings = { accelRangeG: 8, gyroRangeDps: 2000, axes: one.axes };
  const twin = createFrontEnd({ sensor, filters: one.filters }, one.quantizer);
  for (const one of [cpp, twin]) one.wear(wrist);
  const expected = new Int8Array(CHANNEL_COUNT);
  const samples = stream.length / CHANNEL_COUNT;
  let different = 0;
  for (let start = 0; start < samples; start += BATCH) {
    const count = Math.min(BATCH, samples - start);
    const batch = stream.subarray(start * CHANNEL_COUNT, (start + count) * CHANNEL_COUNT);
    if (start % resetEvery === 0) {
      cpp.reset();
      twin.reset();
    }
    new Int16Array(cpp.memory.buffer, cpp.counts_at(), batch.length).set(batch);
    cpp.push(count);
    const got = new Int8Array(cpp.memory.buffer, cpp.outputs_at(), batch.length);
    for (let i = 0; i < count; i++) {
      twin.push(batch.subarray(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT), expected);
      for (let c = 0; c < CHANNEL_COUNT; c++) if (got[i * CHANNEL_COUNT + c] !== expected[c]) different++;
    }
  }
  return different;
}

/** Wrist-like motion, white noise, rail-to-rail square waves and runs of the extremes, in turn. */
function stream(random: Random, samples: number): Int16Array {
  const out = new Int16Array(samples * CHANNEL_COUNT);
  const level = Array.from({ length: CHANNEL_COUNT }, () => 0);
  for (let i = 0; i < samples; i++) {
    const kind = Math.floor(i / 500) % 4;
    for (let c = 0; c < CHANNEL_COUNT; c++) {
      if (kind === 0) level[c] = level[c]! * 0.98 + random.normal() * 600;
      else if (kind === 1) level[c] = random.integer(65536) - 32768;
      else if (kind === 2) level[c] = Math.floor(i / (3 + c)) % 2 === 0 ? 32767 : -32768;
      else if (i % 50 === 0) level[c] = [-32768, 32767, 0, 1, -1, -32767][random.integer(6)]!;
      out[i * CHANNEL_COUNT + c] = Math.max(-32768, Math.min(32767, Math.round(level[c]!)));
    }
  }
  return out;
}

function quantizer(random: Random, spread: number): InputQuantizer {
  const channels = Array.from({ length: CHANNEL_COUNT }, (_, c) => c);
  return createInputQuantizer(
    {
      mean: channels.map(() => random.normal() * 1000),
      deviation: channels.map(() => spread * (0.2 + random.uniform())),
    },
    0.02 + random.uniform() * 0.06,
    random.integer(256) - 128,
  );
}

function stage(
  kind: "lowpass" | "highpass",
  order: number,
  cutoffHz: number,
  channels: readonly number[],
): FilterStage {
  return {
    kind,
    order,
    cutoffHz,
    channels,
    subtract: false,
    sections: butterworth(kind, order, cutoffHz, 50),
  };
}

const ALL = [0, 1, 2, 3, 4, 5];
const ACCEL = [0, 1, 2];
const CHAINS: Readonly<Record<string, readonly FilterStage[]>> = {
  "no filter": [],
  "low-pass of third order": [stage("lowpass", 3, 10, ALL)],
  "low-pass of sixth order, cutoff near half the rate": [stage("lowpass", 6, 24.9, ALL)],
  "low-pass of sixth order, very low": [stage("lowpass", 6, 0.5, ALL)],
  "high-pass of first order": [stage("highpass", 1, 0.3, ALL)],
  "high-pass of fourth order on the gyroscope": [stage("highpass", 4, 2, [3, 4, 5])],
  "gravity removal": [gravityRemoval(3, 0.3, 50)],
  "gravity removal, then low-pass, then high-pass": [
    gravityRemoval(6, 0.3, 50),
    stage("lowpass", 5, 15, ALL),
    stage("highpass", 2, 0.5, ACCEL),
  ],
};

function allAxisMaps(): AxisMap[] {
  const signs = [1, -1] as const;
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const;
  return orders.flatMap(([x, y, z]) =>
    signs.flatMap((sx) =>
      signs.flatMap((sy) =>
        signs.map((sz): AxisMap => {
          const map = (axis: 0 | 1 | 2, sign: 1 | -1): SignedAxis => ({ axis, sign });
          return [map(x, sx), map(y, sy), map(z, sz)];
        }),
      ),
    ),
  );
}

describe("frontend.h", () => {
  it.each(Object.entries(CHAINS))("equals frontend.ts on 24,576 samples: %s", (name, filters) => {
    const random = seededRandom(name);
    const samples = stream(random, 6 * BATCH);
    const wide = { axes: IDENTITY_AXES, filters, quantizer: quantizer(random, 3000) };
    expect(differences(wide, samples, 2 * BATCH)).toBe(0);
    // A quantiser that is far too fine saturates, in int32 as in int8.
    const fine = { ...wide, quantizer: quantizer(random, 0.0001) };
    expect(differences(fine, samples.subarray(0, BATCH * CHANNEL_COUNT))).toBe(0);
  });

  it("equals it under all 48 axis maps", () => {
    const random = seededRandom("axes");
    const samples = stream(random, 2500);
    for (const axes of allAxisMaps()) {
      const one = { axes, filters: CHAINS["gravity removal"]!, quantizer: quantizer(random, 3000) };
      expect(differences(one, samples)).toBe(0);
    }
  });

  it("equals it however the band is worn, under all 48 axis maps", () => {
    const random = seededRandom("wrist");
    const samples = stream(random, 2500);
    for (const [i, axes] of allAxisMaps().entries()) {
      const one = { axes, filters: CHAINS["gravity removal"]!, quantizer: quantizer(random, 3000) };
      for (const wrist of i < 4 ? WRIST_ORIENTATIONS : [WRIST_ORIENTATIONS[i % 4]!]) {
        expect(differences({ ...one, wrist }, samples)).toBe(0);
      }
    }
  });

  it("equals it with quantisers at the limits of their types", () => {
    const random = seededRandom("limits");
    const samples = stream(random, 2000);
    for (let i = 0; i < 60; i++) {
      const channels = ALL.map(() => ({
        offset: EDGES[random.integer(EDGES.length)]!,
        mantissa: EDGES[random.integer(EDGES.length)]!,
        shift: [-31, -30, -1, 0, 1, 7, 29, 30][random.integer(8)]!,
      }));
      const zeroPoint = [-128, 0, 127][i % 3]!;
      const one = { axes: IDENTITY_AXES, filters: [], quantizer: { scale: 1, zeroPoint, channels } };
      expect(differences(one, samples)).toBe(0);
    }
  });

  it("equals it with the largest coefficients that a model file may hold, unstable filters included", () => {
    const random = seededRandom("coefficients");
    const samples = stream(random, 2000);
    const coefficient = (): number => [-33554432, 33554432, 33554431, int32(random) >> 6][random.integer(4)]!;
    for (let i = 0; i < 60; i++) {
      const filters = Array.from({ length: 1 + random.integer(8) }, (): FilterStage => {
        const sections = Array.from({ length: 1 + random.integer(3) }, () => ({
          b0: coefficient(),
          b1: coefficient(),
          b2: coefficient(),
          a1: coefficient(),
          a2: coefficient(),
          dcGain: random.uniform() < 0.5 ? (0 as const) : (1 as const),
        }));
        const subtract = random.uniform() < 0.5;
        return { kind: "lowpass", cutoffHz: 1, order: 1, channels: ALL, subtract, sections };
      });
      const one = { axes: IDENTITY_AXES, filters, quantizer: quantizer(random, 30000) };
      expect(differences(one, samples)).toBe(0);
    }
  });

  it("uses the whole range of int8, so that equality says something", () => {
    const random = seededRandom("range");
    configure({ axes: IDENTITY_AXES, filters: [], quantizer: quantizer(random, 3000) });
    const samples = stream(random, BATCH);
    new Int16Array(cpp.memory.buffer, cpp.counts_at(), samples.length).set(samples);
    cpp.push(BATCH);
    const got = new Set(new Int8Array(cpp.memory.buffer, cpp.outputs_at(), samples.length));
    expect(got.size).toBe(256);
  });
});

// ---- the kernels' functions -------------------------------------------------------------------------------

describe("the functions of the kernels", () => {
  const int16 = Array.from({ length: 65536 }, (_, i) => i - 32768);

  it("logistic of every int16", () => {
    const got = inBatches(
      int16.map((x) => [x, 0, 0]),
      (count) => {
        cpp.logistic_int16(count);
      },
    );
    expect(got).toEqual(Int32Array.from(int16, logisticInt16));
  });

  it.each([-12, -15, -9, -20, 0, 2])("tanh of every int16 at scale 2^%i", (exponent) => {
    const { multiplier, shift } = tanhScaling(exponent);
    const values = int16.filter((x) => Math.abs(x) * multiplier < 2 ** 31);
    const got = inBatches(
      values.map((x) => [x, multiplier, shift]),
      (count) => {
        cpp.tanh_int16(count);
      },
    );
    expect(got).toEqual(Int32Array.from(values, (x) => tanhInt16(x, multiplier, shift)));
  });

  it("exponential of values from 0 down to -32", () => {
    const random = seededRandom("exp");
    const values = [
      0,
      -1,
      INT32_MIN,
      ...Array.from({ length: 20000 }, () => -Math.floor(2 ** (31 * random.uniform()))),
    ];
    const got = inBatches(
      values.map((a) => [a, 0, 0]),
      (count) => {
        cpp.exp_q5(count);
      },
    );
    expect(got).toEqual(Int32Array.from(values, (a) => expOnNegativeValues(a)));
  });
});
