// The simulated sensor against the numbers of its documents: Register Map rev. 4.2 and Product Specification rev. 3.4.
import { describe, expect, it } from "vitest";
import { sourceOf } from "../../src/emulate/motion-source.ts";
import type { SensorSettings } from "../../src/emulate/mpu6050.ts";
import { hostOf, SENSOR, talker } from "./support.ts";

const SMPLRT_DIV = 25;
const CONFIG = 26;
const GYRO_CONFIG = 27;
const ACCEL_CONFIG = 28;
const MOT_THR = 31;
const MOT_DUR = 32;
const FIFO_EN = 35;
const INT_PIN_CFG = 55;
const INT_ENABLE = 56;
const INT_STATUS = 58;
const ACCEL_XOUT_H = 59;
const TEMP_OUT_H = 65;
const MOT_DETECT_CTRL = 105;
const USER_CTRL = 106;
const PWR_MGMT_1 = 107;
const PWR_MGMT_2 = 108;
const FIFO_COUNT_H = 114;
const FIFO_R_W = 116;
const WHO_AM_I = 117;

function sensorOf(settings: SensorSettings = {}) {
  const host = hostOf({ sensor: settings });
  return { host, chip: host.sensor, ...talker(host, SENSOR) };
}

const int16 = (bytes: readonly number[]): number[] =>
  Array.from(
    { length: bytes.length / 2 },
    (_, i) => (((bytes[2 * i]! << 8) | bytes[2 * i + 1]!) << 16) >> 16,
  );

/** Awake, 1 kHz, low-pass on. */
function awake(settings: SensorSettings = {}) {
  const s = sensorOf(settings);
  s.write(PWR_MGMT_1, 1);
  s.write(CONFIG, 1);
  s.wait(50);
  return s;
}

describe("registers", () => {
  it("power up as on p. 8: asleep, all others 0, WHO_AM_I 68h", () => {
    const s = sensorOf();
    expect(s.read(PWR_MGMT_1)).toEqual([0x40]);
    expect(s.read(WHO_AM_I)).toEqual([0x68]);
    for (const register of [SMPLRT_DIV, CONFIG, GYRO_CONFIG, ACCEL_CONFIG, FIFO_EN, INT_ENABLE, USER_CTRL]) {
      expect(s.read(register)).toEqual([0]);
    }
  });

  it("are read and written in bursts that count up, but for the FIFO's", () => {
    const s = sensorOf();
    s.write(SMPLRT_DIV, 7, 3, 0x18, 0x10);
    expect(s.read(SMPLRT_DIV, 4)).toEqual([7, 3, 0x18, 0x10]);
  });

  it("forget everything at DEVICE_RESET, which takes its time", () => {
    const s = sensorOf();
    s.write(SMPLRT_DIV, 49);
    s.write(PWR_MGMT_1, 0x80);
    expect(s.read(PWR_MGMT_1)[0]! & 0x80).toBe(0x80);
    s.write(SMPLRT_DIV, 9); // Not taken.
    s.wait(100); // "wait 100 ms"
    expect(s.read(PWR_MGMT_1)).toEqual([0x40]);
    expect(s.read(SMPLRT_DIV)).toEqual([0]);
  });

  it("that are for reading only are counted when written", () => {
    const s = sensorOf();
    s.write(WHO_AM_I, 1);
    s.write(ACCEL_XOUT_H, 1);
    expect(s.read(WHO_AM_I)).toEqual([0x68]);
    expect([...s.chip.strayWrites.keys()]).toEqual([WHO_AM_I, ACCEL_XOUT_H]);
  });

  it.each([
    [0x68, 1024],
    [0x72, 1024],
    [0x98, 1024],
    [0x70, 512],
  ])("of a chip that answers %i hold %i bytes in the FIFO", (whoAmI, bytes) => {
    const s = awake({ whoAmI });
    expect(s.read(WHO_AM_I)).toEqual([whoAmI]);
    s.write(FIFO_EN, 0x78);
    s.write(USER_CTRL, 0x40);
    s.wait(1000);
    expect(int16(s.read(FIFO_COUNT_H, 2))).toEqual([bytes]);
  });
});

describe("conversion", () => {
  it.each([
    [0, 16384, 131],
    [1, 8192, 65.5],
    [2, 4096, 32.8],
    [3, 2048, 16.4],
  ])("range %i has %f counts per g and %f per deg/s (p. 29, 31)", (range, perG, perDps) => {
    const s = sensorOf({ source: sourceOf("physical", () => [1, -0.5, 0.25, 10, -10, 100]) });
    s.write(PWR_MGMT_1, 0);
    s.write(GYRO_CONFIG, range << 3);
    s.write(ACCEL_CONFIG, range << 3);
    s.wait(100);
    const bytes = s.read(ACCEL_XOUT_H, 14);
    expect(int16(bytes.slice(0, 6))).toEqual([perG, -perG / 2, perG / 4]);
    const gyro = int16(bytes.slice(8));
    expect(gyro).toEqual([10, -10, 100].map((dps) => Math.round(dps * perDps)));
  });

  it("saturates at 16 bits, and says 0 for rotation until the gyroscope has started", () => {
    const s = sensorOf({ source: sourceOf("physical", () => [3, -3, 0, 300, -300, 0]) });
    s.write(PWR_MGMT_1, 1);
    s.wait(20);
    expect(int16(s.read(ACCEL_XOUT_H + 8, 6))).toEqual([0, 0, 0]);
    s.wait(30);
    expect(int16(s.read(ACCEL_XOUT_H, 4))).toEqual([32767, -32768]);
    expect(int16(s.read(ACCEL_XOUT_H + 8, 4))).toEqual([32767, -32768]);
  });

  it("has the temperature by TEMP_OUT / 340 + 36.53 (p. 30)", () => {
    const s = awake({ celsius: 25 });
    expect(int16(s.read(TEMP_OUT_H, 2))[0]! / 340 + 36.53).toBeCloseTo(25, 2);
  });
});

describe("self-test", () => {
  /** The register map's own procedure (p. 9 to 11), from the outside: change from factory trim in percent. */
  function changes(settings: SensorSettings): number[] {
    const s = sensorOf({ ...settings, source: sourceOf("physical", () => [0.1, 0.2, 0.9, 3, -4, 5]) });
    const axes = (): number[] => {
      s.wait(100);
      const bytes = s.read(ACCEL_XOUT_H, 14);
      return int16([...bytes.slice(0, 6), ...bytes.slice(8)]);
    };
    s.write(PWR_MGMT_1, 1);
    s.write(GYRO_CONFIG, 0); // ±250 deg/s
    s.write(ACCEL_CONFIG, 2 << 3); // ±8 g
    const off = axes();
    s.write(GYRO_CONFIG, 0xe0);
    s.write(ACCEL_CONFIG, 0xe0 | (2 << 3));
    const on = axes();
    const [x, y, z, a] = s.read(13, 4) as [number, number, number, number];
    const accel = [
      ((x >> 5) << 2) | ((a >> 4) & 3),
      ((y >> 5) << 2) | ((a >> 2) & 3),
      ((z >> 5) << 2) | (a & 3),
    ];
    const gyro = [x & 31, y & 31, z & 31];
    const trims = [
      ...accel.map((code) => 4096 * 0.34 * Math.pow(0.92 / 0.34, (code - 1) / 30)),
      ...gyro.map((code, i) => (i === 1 ? -1 : 1) * 25 * 131 * Math.pow(1.046, code - 1)),
    ];
    return trims.map((trim, i) => (100 * (on[i]! - off[i]! - trim)) / trim);
  }

  it("of a good chip answers with the factory trim", () => {
    for (const change of changes({})) expect(Math.abs(change)).toBeLessThan(0.1);
    for (const change of changes({ trim: { accel: [1, 31, 17], gyro: [1, 12, 21] } })) {
      expect(Math.abs(change)).toBeLessThan(0.1);
    }
  });

  it("of a worn chip departs by what was set: beyond 14 % it fails (p. 9)", () => {
    const found = changes({ selfTestDeviation: [0.2, 0, 0, 0, -0.3, 0] });
    expect(found[0]).toBeCloseTo(20, 0);
    expect(found[4]).toBeCloseTo(-30, 0);
    expect(Math.abs(found[1]!)).toBeLessThan(0.1);
  });

  it("of an MPU-6500 answers with 2620 × 1.01^(code − 1) counts at ±2 g and ±250 deg/s", () => {
    const s = sensorOf({ whoAmI: 0x70, trim: { accel: [1, 50, 100], gyro: [10, 60, 110] } });
    const axes = (): number[] => {
      s.wait(100);
      const bytes = s.read(ACCEL_XOUT_H, 14);
      return int16([...bytes.slice(0, 6), ...bytes.slice(8)]);
    };
    const off = axes();
    s.write(GYRO_CONFIG, 0xe0, 0xe0);
    const on = axes();
    expect(s.read(0, 3)).toEqual([10, 60, 110]);
    expect(s.read(13, 3)).toEqual([1, 50, 100]);
    [1, 50, 100, 10, 60, 110].forEach((code, i) => {
      expect(Math.abs(on[i]! - off[i]! - 2620 * 1.01 ** (code - 1))).toBeLessThanOrEqual(1);
    });
  });

  it("has codes at most 5 bits wide in the places of p. 9", () => {
    const s = sensorOf({ trim: { accel: [0b10110, 0b00001, 0b11111], gyro: [0b11011, 1, 31] } });
    expect(s.read(13, 4)).toEqual([0b101_11011, 0b000_00001, 0b111_11111, 0b00_10_01_11]);
  });
});

describe("the sample clock", () => {
  function samplesInASecond(
    prepare: (s: ReturnType<typeof sensorOf>) => void,
    settings: SensorSettings = {},
  ): number {
    const s = sensorOf(settings);
    s.write(PWR_MGMT_1, 1);
    prepare(s);
    s.write(FIFO_EN, 0x08);
    s.write(USER_CTRL, 0x40);
    const before = s.chip.fifo.counts.produced;
    s.wait(1000);
    s.read(WHO_AM_I);
    return s.chip.fifo.counts.produced - before;
  }

  it.each([
    [1, 0, 1000],
    [1, 49, 20],
    [6, 3, 250],
    [0, 0, 8000],
    [7, 7, 1000],
    [0, 255, 31],
  ])("with DLPF_CFG %i and SMPLRT_DIV %i gives %i Hz (p. 11)", (lowPass, divider, rate) => {
    const count = samplesInASecond((s) => {
      s.write(CONFIG, lowPass);
      s.write(SMPLRT_DIV, divider);
    });
    expect(Math.abs(count - rate)).toBeLessThanOrEqual(1);
  });

  it("stands in sleep, without an external clock, and with the clock stopped", () => {
    for (const power of [0x40, 0x04, 0x05, 0x07]) {
      expect(
        samplesInASecond((s) => {
          s.write(PWR_MGMT_1, power);
        }),
      ).toBe(0);
    }
  });

  it("runs fast or slow by its error", () => {
    const at = (clockError: number): number =>
      samplesInASecond(
        (s) => {
          s.write(CONFIG, 1);
        },
        { clockError },
      );
    expect(at(0.02)).toBeGreaterThanOrEqual(1019);
    expect(at(-0.02)).toBeLessThanOrEqual(981);
  });

  it.each([
    [0, 1.25],
    [1, 5],
    [2, 20],
    [3, 40],
  ])("wakes in low power with LP_WAKE_CTRL %i at %f Hz (p. 42), the accelerometer alone", (wake, rate) => {
    const s = sensorOf({ source: sourceOf("physical", () => [0.5, 0, 0, 50, 50, 50]) });
    s.write(PWR_MGMT_1, 0x28);
    s.write(PWR_MGMT_2, (wake << 6) | 7);
    s.write(FIFO_EN, 0x78);
    s.write(USER_CTRL, 0x40);
    s.wait(8001);
    expect(int16(s.read(FIFO_COUNT_H, 2))[0]).toBe(Math.min(1024, Math.floor(8 * rate) * 12));
    expect(int16(s.read(ACCEL_XOUT_H, 2))).toEqual([8192]);
    expect(int16(s.read(ACCEL_XOUT_H + 8, 6))).toEqual([0, 0, 0]);
  });
});

describe("the FIFO", () => {
  function filling(settings: SensorSettings = {}, sources = 0x78) {
    const s = awake({
      source: sourceOf("counts", (seconds) => [Math.round(seconds * 1000), 1, 2, 3, 4, 5]),
      ...settings,
    });
    s.write(SMPLRT_DIV, 9); // 100 Hz
    s.write(INT_ENABLE, 0x10);
    s.write(FIFO_EN, sources);
    s.write(USER_CTRL, 0x04);
    s.write(USER_CTRL, 0x40);
    return s;
  }

  it("is written in the order of the data registers (p. 44)", () => {
    const s = filling({ celsius: 36.53 }, 0x80 | 0x10 | 0x08 | 0x40);
    s.wait(11);
    expect(int16(s.read(FIFO_COUNT_H, 2))).toEqual([12]);
    expect(int16(s.read(FIFO_R_W, 12)).slice(1)).toEqual([1, 2, 0, 3, 5]);
  });

  it("latches its count when the high byte is read (p. 43)", () => {
    const s = filling();
    s.wait(21);
    expect(s.read(FIFO_COUNT_H + 1)).toEqual([0]);
    expect(s.read(FIFO_COUNT_H)).toEqual([0]);
    s.wait(100);
    expect(s.read(FIFO_COUNT_H + 1)).toEqual([24]);
  });

  it("repeats its last byte when it is empty (p. 44)", () => {
    const s = filling();
    s.wait(11);
    const bytes = s.read(FIFO_R_W, 16);
    expect(bytes.slice(11)).toEqual([5, 5, 5, 5, 5]);
    expect(s.chip.fifo.counts.emptyReads).toBe(4);
  });

  it("loses the oldest bytes when it is full, says so once, and stands off a sample's border", () => {
    const s = filling();
    s.wait(1000);
    expect(int16(s.read(FIFO_COUNT_H, 2))).toEqual([1024]);
    expect(s.read(INT_STATUS)).toEqual([0x10]);
    s.wait(1);
    expect(s.read(INT_STATUS)).toEqual([0]);
    // 1024 = 85 × 12 + 4: what comes first are the last four bytes of a sample that has lost eight.
    expect(int16(s.read(FIFO_R_W, 8))).toEqual([4, 5, expect.any(Number), 1]);
    const { counts, log } = s.chip.fifo;
    expect(counts.read).toBe(0);
    s.read(FIFO_R_W, 8);
    expect(log.length).toBe(1);
    expect(log.ordinal[0]).toBe(counts.overwritten);
    expect(counts.produced).toBe(counts.read + counts.overwritten + 84);
  });

  it("is reset only while it is off (p. 38)", () => {
    const s = filling();
    s.wait(55);
    s.write(USER_CTRL, 0x44);
    expect(int16(s.read(FIFO_COUNT_H, 2))).toEqual([60]);
    s.write(USER_CTRL, 0x04);
    expect(int16(s.read(FIFO_COUNT_H, 2))).toEqual([0]);
    expect(s.read(USER_CTRL)).toEqual([0]);
    expect(s.chip.fifo.counts.discarded).toBe(5);
  });

  it("goes on filling while a read lasts", () => {
    const s = filling();
    s.wait(500);
    s.read(WHO_AM_I);
    const before = s.chip.fifo.counts.produced;
    s.host.bus.interfere = () => ({ pauseMicros: 1_000_000 });
    s.read(FIFO_R_W, 240);
    s.host.bus.interfere = null;
    expect(s.chip.fifo.counts.produced - before).toBe(100);
    expect(s.read(INT_STATUS)).toEqual([0x10]);
  });

  it("of an MPU-6500 can be told to stop when full", () => {
    const s = filling({ whoAmI: 0x70 });
    s.write(CONFIG, 0x41);
    s.write(USER_CTRL, 0x04);
    s.write(USER_CTRL, 0x40);
    s.wait(2000);
    expect(int16(s.read(FIFO_COUNT_H, 2))).toEqual([504]);
    s.read(FIFO_R_W, 504);
    expect(s.chip.fifo.log.ordinal[41]).toBe(41);
  });

  it("logs what the driver took: six counts, when taken, when read", () => {
    const s = filling();
    s.wait(25);
    s.read(FIFO_R_W, 24);
    const { log } = s.chip.fifo;
    expect(log.length).toBe(2);
    expect([...log.countsOf(1)].slice(1)).toEqual([1, 2, 3, 4, 5]);
    expect(log.takenMicros[1]! - log.takenMicros[0]!).toBeCloseTo(10_000, 6);
    expect(log.countsOf(1)[0]).toBe(Math.round(log.takenMicros[1]! / 1000));
    expect(log.recordingSeconds[1]).toBe(log.takenMicros[1]! / 1e6);
    expect(log.readMicros[1]).toBeGreaterThan(log.takenMicros[1]!);
  });
});

describe("interrupts", () => {
  it("pulse for 50 µs, or are held until INT_STATUS is read (p. 26)", () => {
    const s = awake();
    s.write(SMPLRT_DIV, 99); // 10 Hz
    s.write(INT_ENABLE, 1);
    s.wait(101);
    expect(s.chip.interruptActive).toBe(false);
    expect(s.read(INT_STATUS)).toEqual([1]);
    s.write(INT_PIN_CFG, 0x20);
    s.wait(101);
    expect(s.chip.interruptActive).toBe(true);
    expect(s.read(INT_STATUS)).toEqual([1]);
    expect(s.chip.interruptActive).toBe(false);
  });

  it("are cleared by any read with INT_RD_CLEAR", () => {
    const s = awake();
    s.write(INT_PIN_CFG, 0x30);
    s.write(INT_ENABLE, 1);
    s.write(SMPLRT_DIV, 99);
    s.wait(101);
    s.read(WHO_AM_I);
    expect(s.read(INT_STATUS)).toEqual([0]);
  });
});

describe("motion detection", () => {
  /** Still until 5 s, then `g` more on x. */
  function watching(g: number, threshold: number, settings: SensorSettings = {}) {
    const s = awake({ source: sourceOf("physical", (t) => [t < 5 ? 0 : g, 0, 1, 0, 0, 0]), ...settings });
    s.write(MOT_THR, threshold);
    s.write(MOT_DUR, 40);
    s.write(MOT_DETECT_CTRL, 0x15);
    s.write(INT_PIN_CFG, 0x20);
    s.write(INT_ENABLE, 0x40);
    s.write(ACCEL_CONFIG, 7); // Hold: the present sample is the reference.
    return s;
  }

  it("needs more than MOT_THR × 2 mg for MOT_DUR ms", () => {
    const s = watching(0.041, 20);
    expect(s.chip.runToInterrupt(5_030_000)).toBeNull();
    const at = s.chip.runToInterrupt(20_000_000)!;
    expect(at / 1000).toBeGreaterThan(5038);
    expect(at / 1000).toBeLessThan(5042);
    s.host.clock.advanceTo(at);
    expect(s.read(INT_STATUS)).toEqual([0x40]);
    expect(s.read(97)).toEqual([0x40]); // MOT_XPOS
  });

  it("keeps quiet below it, and with the high-pass off", () => {
    expect(watching(0.039, 20).chip.runToInterrupt(20_000_000)).toBeNull();
    const s = watching(1, 20);
    s.write(ACCEL_CONFIG, 0);
    expect(s.chip.runToInterrupt(20_000_000)).toBeNull();
  });

  it("works in low power, with MOT_DUR counting the samples that are taken", () => {
    const s = watching(-0.5, 20);
    s.write(MOT_DUR, 1);
    s.write(PWR_MGMT_2, (1 << 6) | 7);
    s.write(PWR_MGMT_1, 0x28);
    const at = s.chip.runToInterrupt(20_000_000)!;
    expect(at / 1e6).toBeGreaterThanOrEqual(5);
    expect(at / 1e6).toBeLessThan(5.2);
    s.host.clock.advanceTo(at);
    expect(s.read(97)).toEqual([0x80]); // MOT_XNEG
  });

  it("of an MPU-6500 compares with the sample before, in steps of 4 mg", () => {
    const s = watching(0.1, 20, { whoAmI: 0x70 });
    expect(s.chip.runToInterrupt(10_000_000)).toBeNull();
    const on = watching(0.1, 20, { whoAmI: 0x70 });
    on.write(MOT_DETECT_CTRL, 0xc0);
    expect(on.chip.runToInterrupt(10_000_000)! / 1e6).toBeCloseTo(5, 2);
    const high = watching(0.1, 26, { whoAmI: 0x70 });
    high.write(MOT_DETECT_CTRL, 0xc0);
    expect(high.chip.runToInterrupt(10_000_000)).toBeNull();
  });
});

describe("the supply", () => {
  it("dips: registers at power-on values after a silence", () => {
    const s = awake();
    s.chip.brownOut();
    expect(() => s.read(WHO_AM_I)).toThrow("bus result 1");
    s.wait(20);
    expect(s.read(PWR_MGMT_1)).toEqual([0x40]);
    expect(s.read(CONFIG)).toEqual([0]);
  });

  it("does not come back by a dip where the plug is out", () => {
    const s = awake();
    s.chip.unplug();
    s.chip.brownOut();
    s.wait(200);
    expect(() => s.read(WHO_AM_I)).toThrow("bus result 1");
    s.chip.plug();
    s.wait(200);
    expect(s.read(WHO_AM_I)).toEqual([0x68]);
  });
});
