// Store, button, cell and watchdog of the simulated board.
import { describe, expect, it } from "vitest";
import { SimulatedButton } from "../../src/emulate/button.ts";
import { logLineOf } from "../../src/emulate/findings.ts";
import { sourceOf } from "../../src/emulate/motion-source.ts";
import { cellMillivolts, dischargingCell, Watchdog } from "../../src/emulate/power.ts";
import { SimulatedStore, STORE_RESULT } from "../../src/emulate/store.ts";
import { hostOf, SENSOR, talker } from "./support.ts";

describe("the store", () => {
  const memory = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

  it("gives back what was written, of the same length only", () => {
    const store = new SimulatedStore();
    expect(store.read("key", memory, 0, 2)).toBe(STORE_RESULT.missing);
    expect(store.write("key", memory, 2, 2)).toBe(STORE_RESULT.ok);
    const into = new Uint8Array(4);
    expect(store.read("key", into, 1, 2)).toBe(STORE_RESULT.ok);
    expect([...into]).toEqual([0, 3, 4, 0]);
    expect(store.read("key", into, 0, 3)).toBe(STORE_RESULT.missing);
  });

  it("refuses keys of more than 15 characters, as nvs does", () => {
    const store = new SimulatedStore();
    expect(store.write("a".repeat(15), memory, 0, 1)).toBe(STORE_RESULT.ok);
    expect(store.write("a".repeat(16), memory, 0, 1)).toBe(STORE_RESULT.failed);
  });

  it("keeps the old value when writing fails", () => {
    const store = new SimulatedStore();
    store.write("key", memory, 0, 1);
    store.failsWrites = true;
    expect(store.write("key", memory, 5, 1)).toBe(STORE_RESULT.failed);
    store.failsReads = true;
    expect(store.read("key", memory, 0, 1)).toBe(STORE_RESULT.failed);
    expect(store.values.get("key")![0]).toBe(1);
  });
});

describe("the button", () => {
  const button = new SimulatedButton([{ fromSeconds: 1, toSeconds: 2 }], 5);

  it("is down from press to release", () => {
    expect(button.isDown(999_999)).toBe(false);
    expect(button.isDown(1_500_000)).toBe(true);
    expect(button.isDown(2_100_000)).toBe(false);
    expect(button.nextDown(0)).toBe(1_000_000);
    expect(button.nextDown(3_000_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it("bounces at both edges", () => {
    const around = (from: number): boolean[] =>
      [0, 1, 2, 3, 4, 5, 6].map((ms) => button.isDown(from + ms * 1000));
    expect(around(1_000_000)).toEqual([true, false, true, false, true, true, true]);
    expect(around(2_000_000)).toEqual([false, true, false, true, false, false, false]);
  });
});

describe("the cell", () => {
  it("falls all the way, fastest at the end", () => {
    expect(cellMillivolts(100)).toBe(4200);
    expect(cellMillivolts(-5)).toBe(3000);
    const battery = dischargingCell(10);
    let last = battery(0);
    for (let hour = 1; hour <= 10; hour++) {
      expect(battery(hour * 3600)).toBeLessThan(last);
      last = battery(hour * 3600);
    }
    expect(battery(9 * 3600) - battery(10 * 3600)).toBeGreaterThan(500);
  });
});

describe("the watchdog", () => {
  it("bites after ten seconds without food, sleep not counted", () => {
    const watchdog = new Watchdog();
    watchdog.start(0);
    expect(watchdog.hasBitten(60e6)).toBe(false); // Nobody has used it yet.
    watchdog.feed(0);
    expect(watchdog.hasBitten(10e6)).toBe(false);
    expect(watchdog.hasBitten(10e6 + 1)).toBe(true);
    watchdog.slept(5e6);
    expect(watchdog.hasBitten(15e6)).toBe(false);
  });
});

describe("light sleep", () => {
  const WAKE = { timer: 0, button: 1, motion: 2 };

  it("ends by the timer, or earlier by the button", () => {
    const host = hostOf({ button: new SimulatedButton([{ fromSeconds: 3, toSeconds: 4 }]) });
    expect(host.sleep(1000, false)).toBe(WAKE.timer);
    expect(host.clock.micros).toBe(1e6);
    expect(host.sleep(10_000, false)).toBe(WAKE.button);
    expect(host.clock.micros).toBe(3e6);
  });

  it.each([true, false])("ends by motion where the line is wired: %s", (isInterruptWired) => {
    const source = sourceOf("physical", (t) => [t < 5 ? 0 : 1, 0, 1, 0, 0, 0]);
    const host = hostOf({ isInterruptWired, sensor: { source } });
    const { write } = talker(host, SENSOR);
    write(0x6b, 0x28); // Low power.
    write(0x6c, 0x47); // 5 Hz, gyroscope off.
    write(0x1f, 20);
    write(0x20, 1);
    write(0x38, 0x40);
    write(0x1c, 7);
    expect(host.sleep(60_000, true)).toBe(isInterruptWired ? WAKE.motion : WAKE.timer);
    expect(host.clock.micros / 1e6).toBeCloseTo(isInterruptWired ? 5.2 : 60, 0);
  });

  it("without asking for motion sleeps through it", () => {
    const host = hostOf();
    const { write } = talker(host, SENSOR);
    write(0x6b, 0);
    write(0x38, 1);
    expect(host.sleep(1000, false)).toBe(WAKE.timer);
    expect(host.sleep(1000, true)).toBe(WAKE.motion); // Data ready raises the line as well.
  });
});

describe("a line of the serial port", () => {
  it("is JSON or text", () => {
    expect(logLineOf('{"event":"start"}', 5).json).toEqual({ event: "start" });
    expect(logLineOf("I (23) boot: ESP-IDF", 5)).toEqual({
      atMicros: 5,
      text: "I (23) boot: ESP-IDF",
      json: null,
    });
    expect(logLineOf('{"event":', 5).json).toBeNull();
  });
});
