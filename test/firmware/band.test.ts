// Drivers and loop on simulated devices: what a wearer gets on a good day, and on every bad one thought of so far.
import { beforeAll, describe, expect, it } from "vitest";
import { Band, BUS } from "./support/band.ts";
import { linkFirmware } from "./support/wasm.ts";

const SENSOR = 0x68;
const DISPLAY = 0x3c;
/** SensorStatus of drivers/mpu6050.h. */
const STATUS = { ok: 0, busError: 1, unknownDevice: 2, settingsNotTaken: 4 } as const;
const FIFO_R_W = 116;
const INT_STATUS = 58;
const WHO_AM_I = 117;

const SAMPLES = 20;
const STRIDE = 10;
/** At 20 Hz. */
const PERIOD_MS = 50;

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await linkFirmware("band.cpp", [
    "bandsmith/drivers/register_device.cpp",
    "bandsmith/drivers/mpu6050.cpp",
    "bandsmith/drivers/ssd1306.cpp",
    "bandsmith/app/telemetry.cpp",
    "bandsmith/app/screen.cpp",
    "bandsmith/app/band_app.cpp",
  ]);
});

/** Counts that quantise to the sample's number, so that a window shows which samples it holds. */
const numbered = (n: number): number[] => [(n % 128) * 32, 0, 0, 0, 0, -(n % 128) * 32];
/** 32 counts × 2^8 × 2^30 × 2^(−12 − 31) = 1. */
const firstOf = (window: Int8Array): number[] => Array.from({ length: SAMPLES }, (_, i) => window[i * 6]!);
const counting = (from: number): number[] => Array.from({ length: SAMPLES }, (_, i) => (from + i) % 128);

function started(prepare: (band: Band) => void = () => undefined): Band {
  const band = new Band(module);
  band.sensor.source = numbered;
  prepare(band);
  band.begin();
  return band;
}

describe("on a good day", () => {
  it("sets the sensor up as the specification says", () => {
    const band = started();
    const { registers } = band.sensor;
    expect([registers[25], registers[26], registers[27], registers[28]]).toEqual([49, 5, 3 << 3, 2 << 3]);
    expect([registers[35], registers[106], registers[107]]).toEqual([0x78, 0x40, 0x01]);
    expect(band.events("sensor-ready")).toEqual([{ event: "sensor-ready", detail: "0x68" }]);
  });

  it("hands overlapping windows over, oldest sample first, none lost or doubled", () => {
    const band = started();
    band.run(100 * PERIOD_MS);
    expect(band.windows.length).toBeGreaterThanOrEqual(8);
    band.windows.forEach((window, i) => {
      expect(firstOf(window)).toEqual(counting(i * STRIDE));
      expect(window[5]).toBe(-window[0]! | 0);
    });
  });

  it("tells and shows the likeliest activity with its confidence", () => {
    const band = started((b) => {
      b.infer = () => [-120, 110, -118];
    });
    band.run(25 * PERIOD_MS);
    // (110 + 128) / 256 = 93 %
    expect(band.events("window")[0]).toEqual({
      event: "window",
      window: 1,
      confidence: 93,
      micros: 0,
      label: 'say "hi"\\',
    });
    expect(band.display.on).toBe(true);
    expect(band.display.text(2, 2)).toBe('say "hi"\\');
    expect(band.display.text(5)).toBe("93 %");
  });

  it("writes a long label small, and the display holds what the firmware drew", () => {
    const band = started((b) => {
      b.infer = () => [-128, -128, 127];
    });
    band.run(25 * PERIOD_MS);
    expect(band.display.text(2)).toBe("a long label indeed");
    const memory = Uint8Array.from(band.display.memory.flatMap((page) => [...page]));
    expect(memory).toEqual(band.frame());
  });

  it("counts every sample of an hour", () => {
    const band = started();
    band.run(3_600_000);
    expect(band.events("samples-lost")).toEqual([]);
    // What is still in the FIFO at the end belongs to no window yet.
    expect(band.sensor.produced).toBeGreaterThan(71_900);
    expect(band.windows.length).toBeGreaterThanOrEqual(
      Math.floor((band.sensor.produced - SAMPLES - 2) / STRIDE),
    );
    band.windows.forEach((window, i) => {
      expect(window[0]).toBe((i * STRIDE) % 128);
    });
  });

  it("sends only the pages that changed", () => {
    const band = started();
    band.run(25 * PERIOD_MS);
    const before = band.display.dataBytes;
    band.run(STRIDE * PERIOD_MS);
    // The same activity again: nothing to send.
    expect(band.display.dataBytes).toBe(before);
  });

  it.each([0x68, 0x70, 0x72, 0x98])("works with a chip that answers WHO_AM_I with %i", (identity) => {
    const band = started((b) => {
      b.sensor.whoAmI = identity;
    });
    band.run(25 * PERIOD_MS);
    expect(band.windows.length).toBe(1);
    // The MPU-6500 alone has a low-pass of its own for the accelerometer (register 29).
    expect(band.sensor.registers[29]).toBe(identity === 0x70 ? 5 : 0);
  });
});

describe("the sensor's failures", () => {
  it("names a device that is something else, on screen and serial, and starts when the right one is there", () => {
    const band = started((b) => {
      b.sensor.whoAmI = 0xea;
    });
    expect(band.events("sensor-failed")[0]).toEqual({ event: "sensor-failed", detail: "WHO_AM_I 0xEA" });
    expect(band.display.text(0, 2)).toBe("Problem");
    expect(band.display.text(5)).toBe("WHO_AM_I 0xEA");
    band.sensor.whoAmI = 0x68;
    band.run(3000);
    expect(band.windows.length).toBeGreaterThan(0);
  });

  it("says when there is none, after bounded attempts, and goes on trying", () => {
    const band = started((b) => {
      b.fault = ({ address }) => (address === SENSOR ? BUS.noAcknowledge : null);
    });
    const attempts = band.transfers.filter(({ address }) => address === SENSOR).length;
    expect(attempts).toBe(3);
    expect(band.recoveries).toBe(2);
    expect(band.events("sensor-failed")[0]!["detail"]).toBe("no acknowledge");
    band.run(5000);
    expect(band.events("sensor-failed").length).toBeGreaterThanOrEqual(4);
    band.fault = () => null;
    band.run(3000);
    expect(band.windows.length).toBeGreaterThan(0);
    expect(firstOf(band.windows[0]!)).toEqual(counting(0));
  });

  it("gets over one or two bad transfers in a row without a word lost", () => {
    let bad = 0;
    const band = started((b) => {
      // Two of three fail, of the transfers that may be repeated.
      b.fault = ({ address, register }) =>
        address === SENSOR && register !== FIFO_R_W && register !== INT_STATUS && ++bad % 3 !== 0
          ? BUS.timeout
          : null;
    });
    band.run(100 * PERIOD_MS);
    expect(band.events("sensor-failed")).toEqual([]);
    band.windows.forEach((window, i) => {
      expect(firstOf(window)).toEqual(counting(i * STRIDE));
    });
  });

  it("notices settings that the chip did not take", () => {
    const band = new Band(module);
    band.sensor.stuck.add(28);
    expect(band.sensorBegin()).toBe(STATUS.settingsNotTaken);
    band.sensor.stuck.clear();
    expect(band.sensorBegin()).toBe(STATUS.ok);
  });

  it("tells each failure of begin() apart", () => {
    const band = new Band(module);
    band.sensor.whoAmI = 0x00;
    expect(band.sensorBegin()).toBe(STATUS.unknownDevice);
    band.fault = ({ register }) => (register === WHO_AM_I ? null : BUS.fault);
    band.sensor.whoAmI = 0x68;
    expect(band.sensorBegin()).toBe(STATUS.busError);
  });

  it("after a FIFO overflow drops what is broken and begins a new window", () => {
    const band = started();
    band.run(35 * PERIOD_MS);
    const before = band.windows.length;
    // Ten seconds without a look: 200 samples into a FIFO of 85.
    band.micros += 10_000_000;
    band.sensor.advance(10_000_000);
    band.run(3000);
    expect(band.events("samples-lost")).toEqual([{ event: "samples-lost", detail: "FIFO overflow" }]);
    const after = band.windows.slice(before);
    expect(after.length).toBeGreaterThan(0);
    for (const window of band.windows) expect(firstOf(window)).toEqual(counting(firstOf(window)[0]!));
    expect(firstOf(after[0]!)[0]).toBeGreaterThan(100);
  });

  it("notices an overflow that happens while it reads", () => {
    const band = started();
    band.run(15 * PERIOD_MS);
    let once = true;
    band.fault = ({ register }) => {
      if (register === FIFO_R_W && once) {
        once = false;
        band.sensor.advance(10_000_000);
      }
      return null;
    };
    band.run(60 * PERIOD_MS);
    expect(band.events("samples-lost").length).toBe(1);
    expect(band.windows.length).toBeGreaterThan(0);
    for (const window of band.windows) expect(firstOf(window)).toEqual(counting(firstOf(window)[0]!));
  });

  it("begins a new window after a burst that broke off, since it took bytes with it", () => {
    const band = started();
    band.run(15 * PERIOD_MS);
    let once = true;
    band.fault = ({ register }) => {
      if (register !== FIFO_R_W || !once) return null;
      once = false;
      return BUS.timeout;
    };
    band.run(60 * PERIOD_MS);
    expect(band.events("samples-lost")).toEqual([{ event: "samples-lost", detail: "stream broken" }]);
    for (const window of band.windows) expect(firstOf(window)).toEqual(counting(firstOf(window)[0]!));
  });

  it("does not call it a hiccup when every burst breaks off", () => {
    const band = started((b) => {
      b.fault = ({ register }) => (register === FIFO_R_W ? BUS.timeout : null);
    });
    band.run(20 * PERIOD_MS);
    expect(band.events("sensor-failed").length).toBeGreaterThan(0);
    expect(band.display.text(0, 2)).toBe("Problem");
  });

  it("sets a sensor up again that a dip of the supply has put to sleep", () => {
    const band = started();
    band.run(35 * PERIOD_MS);
    band.sensor.powerOn();
    band.run(5000);
    expect(band.events("sensor-silent").length).toBe(1);
    expect(band.events("sensor-ready").length).toBe(2);
    for (const window of band.windows) expect(firstOf(window)).toEqual(counting(firstOf(window)[0]!));
  });
});

describe("other failures", () => {
  it("works on without a display, says so once, and draws when it is back", () => {
    const band = started((b) => {
      b.fault = ({ address }) => (address === DISPLAY ? BUS.noAcknowledge : null);
    });
    band.run(200 * PERIOD_MS);
    expect(band.events("display-missing")).toEqual([{ event: "display-missing", detail: "no acknowledge" }]);
    expect(band.windows.length).toBeGreaterThan(15);
    band.fault = () => null;
    band.run(3000);
    expect(band.events("display-back").length).toBe(1);
    expect(band.display.text(2, 2)).toBe("walk");
  });

  it("shows why the network cannot start, and repeats it on serial", () => {
    const band = started((b) => {
      b.engineStarts = false;
    });
    expect(band.display.text(3)).toBe("network");
    expect(`${band.display.text(5)}${band.display.text(6)}`).toBe("AllocateTensors: arena too small?");
    band.run(5000);
    expect(band.events("engine-failed").length).toBeGreaterThanOrEqual(4);
    expect(band.windows).toEqual([]);
  });

  it("stops on an inference that fails rather than showing an old answer", () => {
    const band = started((b) => {
      b.infer = () => null;
    });
    band.run(40 * PERIOD_MS);
    expect(band.events("engine-failed").length).toBeGreaterThan(0);
    expect(band.display.text(0, 2)).toBe("Problem");
    expect(band.windows.length).toBe(1);
  });
});
