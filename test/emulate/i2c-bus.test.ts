// The bus: what a transfer takes, and how it ends.
import { describe, expect, it } from "vitest";
import { BUS_RESULT, I2cBus, type I2cDevice } from "../../src/emulate/i2c-bus.ts";
import { VirtualClock } from "../../src/emulate/virtual-clock.ts";

class Echo implements I2cDevice {
  readonly written: number[] = [];
  acknowledged = 255;
  private next = 0;
  start(): boolean {
    return true;
  }
  write(byte: number): boolean {
    this.written.push(byte);
    return this.written.length <= this.acknowledged;
  }
  read(): number {
    return this.next++ & 0xff;
  }
  stop(): void {
    this.written.push(-1);
  }
}

function busOf(clockHz = 400_000) {
  const clock = new VirtualClock();
  const bus = new I2cBus(clock, { clockHz, timeoutMicros: 100_000, seed: 1 });
  const device = new Echo();
  bus.attach(0x42, device);
  return { clock, bus, device, memory: new Uint8Array(1024).fill(7) };
}

describe("a transfer", () => {
  it("takes nine bits a byte, and a bit for each condition", () => {
    const { clock, bus, memory } = busOf();
    expect(bus.write(0x42, memory, 0, 3)).toBe(BUS_RESULT.ok);
    // START, address, three bytes, STOP: 1 + 9 · 4 + 1 bits of 2.5 µs.
    expect(clock.micros).toBe(38 * 2.5);
    const before = clock.micros;
    expect(bus.writeRead(0x42, memory, 0, 1, 8, 240)).toBe(BUS_RESULT.ok);
    expect(clock.micros - before).toBe((1 + 9 * 2 + 1 + 9 * 241 + 1) * 2.5);
  });

  it("is four times as long at 100 kHz", () => {
    const { clock, bus, memory } = busOf(100_000);
    bus.write(0x42, memory, 0, 3);
    expect(clock.micros).toBe(38 * 10);
  });

  it("hands the bytes over", () => {
    const { bus, device, memory } = busOf();
    memory.set([1, 2, 3], 10);
    bus.writeRead(0x42, memory, 10, 2, 20, 3);
    expect(device.written).toEqual([1, 2, -1]);
    expect([...memory.subarray(19, 24)]).toEqual([7, 0, 1, 2, 7]);
  });

  it("to nobody is not acknowledged, and soon over", () => {
    const { clock, bus, memory } = busOf();
    expect(bus.write(0x43, memory, 0, 100)).toBe(BUS_RESULT.noAcknowledge);
    expect(clock.micros).toBe(11 * 2.5);
  });

  it("ends where the device stops acknowledging", () => {
    const { bus, device, memory } = busOf();
    device.acknowledged = 1;
    expect(bus.write(0x42, memory, 0, 5)).toBe(BUS_RESULT.noAcknowledge);
    expect(device.written).toEqual([7, 7, -1]);
  });
});

describe("interference", () => {
  it("by clock stretching ends after the time-out", () => {
    const { clock, bus, memory } = busOf();
    bus.interfere = () => ({ stretch: true });
    expect(bus.write(0x42, memory, 0, 1)).toBe(BUS_RESULT.timeout);
    expect(clock.micros).toBe(100_000);
  });

  it("by a held SDA lasts until the device has had its clocks", () => {
    const { bus, memory } = busOf();
    bus.interfere = () => ({ stuckClocks: 12 });
    expect(bus.writeRead(0x42, memory, 0, 1, 8, 1)).toBe(BUS_RESULT.ok);
    bus.interfere = null;
    expect(bus.write(0x42, memory, 0, 1)).toBe(BUS_RESULT.timeout);
    expect(bus.recover()).toBe(BUS_RESULT.fault); // Nine of twelve.
    expect(bus.write(0x42, memory, 0, 1)).toBe(BUS_RESULT.timeout);
    expect(bus.recover()).toBe(BUS_RESULT.ok);
    expect(bus.write(0x42, memory, 0, 1)).toBe(BUS_RESULT.ok);
  });

  it("by bit errors has the rate that was asked for, the same for the same seed", () => {
    const run = (): { flipped: number; bytes: Uint8Array } => {
      const { bus, memory } = busOf();
      bus.interfere = () => ({ bitErrorRate: 0.01 });
      for (let i = 0; i < 100; i++) bus.writeRead(0x42, memory, 0, 1, 8, 1000);
      return { flipped: bus.counts.bitsFlipped, bytes: memory };
    };
    const one = run();
    // 800,000 bits: 8000 expected, standard deviation 89.
    expect(Math.abs(one.flipped - 8000)).toBeLessThan(500);
    expect(run()).toEqual(one);
  });
});
