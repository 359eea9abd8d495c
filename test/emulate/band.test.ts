// The real drivers on the twin: what they set, read, show, and what happens at a restart.
import { beforeAll, describe, expect, it } from "vitest";
import { SimulatedButton } from "../../src/emulate/button.ts";
import { type Frame, frameText } from "../../src/emulate/frame.ts";
import { sourceOf } from "../../src/emulate/motion-source.ts";
import { bandOf, linkBand, told } from "./support.ts";

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await linkBand("band.cpp");
});

/** Sample n of a 20 Hz chip has ax = n/4096 g, so that its count is n. */
const numbered = sourceOf("physical", (seconds) => [Math.round(seconds * 20) / 4096, 0, 1, 0, -1, 2000]);

describe("the drivers on the twin", () => {
  it("set the sensor up, and take every sample once and in order", () => {
    const band = bandOf(module, { sensor: { source: numbered } });
    band.run(600);
    expect(told(band, "sensor-ready")).toEqual([0x68]);
    const { log, counts } = band.host.sensor.fifo;
    // 20 Hz for ten minutes, less the second that setting up takes.
    expect(log.length).toBeGreaterThan(11_960);
    expect(log.length).toBeLessThan(12_000);
    expect(counts.overwritten).toBe(0);
    const last = log.epoch[log.length - 1]!;
    for (let row = 0; row < log.length; row++) {
      expect(log.epoch[row]).toBe(last);
      expect(log.ordinal[row]).toBe(row);
      if (row > 0) expect(log.countsOf(row)[0]! - log.countsOf(row - 1)[0]!).toBe(1);
    }
    // 1 g at ±8 g is 4096 counts; −1 and 2000 deg/s at ±2000 deg/s are −16.4 and 32800, which 16 bits do not hold.
    expect([...log.countsOf(0)].slice(1)).toEqual([0, 4096, 0, -16, 32767]);
    expect(band.host.findings).toEqual([]);
  });

  it.each([0x68, 0x70, 0x72, 0x98])("take a chip that answers %i", (whoAmI) => {
    const band = bandOf(module, { sensor: { whoAmI } });
    band.run(60);
    expect(told(band, "sensor-ready")).toEqual([whoAmI]);
    expect(told(band, "samples-lost")).toEqual([]);
    expect(band.host.sensor.fifo.log.length).toBeGreaterThan(1160);
    expect([...band.host.sensor.strayWrites]).toEqual([]);
    expect(band.host.sensor.registers[29]).toBe(whoAmI === 0x70 ? 5 : 0);
  });

  it("draw what a person can read, and each new picture is told once", () => {
    const band = bandOf(module);
    const frames: Frame[] = [];
    band.host.onFrame = (frame) => frames.push(frame);
    band.run(12);
    // Dark at first, then hello, odd, even.
    expect(frames.map((frame) => frame.isOn)).toEqual([false, true, true, true]);
    expect(frames[1]!.contrast).toBe(0xcf);
    expect(frameText(frames[2]!)).toMatchInlineSnapshot(`
      "
                   ██      ██
       ▄▄▄▄▄   ▄▄▄▄██  ▄▄▄▄██
      ██   ██ ██   ██ ██   ██
      ██   ██ ██   ██ ██   ██
      ▀█▄▄▄█▀ ▀█▄▄▄██ ▀█▄▄▄██

























      "
    `);
    expect(band.host.display.complaints).toEqual([]);
  });

  it("keep the store over a restart, and the chip's clock starts anew", () => {
    const band = bandOf(module);
    band.run(5);
    band.restart("watchdog");
    band.run(10);
    expect(told(band, "start")).toEqual([1, 2]);
    expect(told(band, "reset-reason")).toEqual([0, 2]);
    expect(band.host.clockMicros()).toBeLessThan(5_000_000);
  });

  it("measure the stack that was never used", () => {
    const band = bandOf(module, {
      button: new SimulatedButton([{ fromSeconds: 2, toSeconds: 2.01 }]),
      battery: () => 3700,
    });
    band.run(4);
    const free = band.freeStackBytes();
    // flush() has a page on the stack, readSamples() a burst of 240 bytes.
    expect(free).toBeLessThan(16_384 - 240);
    expect(free).toBeGreaterThan(12_000);
  });

  it("give the same bytes for the same inputs", () => {
    const [one, two] = [bandOf(module, { seed: 7 }), bandOf(module, { seed: 7 })];
    for (const band of [one, two]) band.run(60);
    expect(one.memory).toEqual(two.memory);
    expect(one.host.lines).toEqual(two.host.lines);
    expect(one.host.clock.micros).toBe(two.host.clock.micros);
  });
});
