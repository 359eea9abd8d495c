// Faults as text, and what each does to a running band.
import { beforeAll, describe, expect, it } from "vitest";
import type { Band } from "../../src/emulate/band.ts";
import { installFaults } from "../../src/emulate/fault-plan.ts";
import { FAULT_KINDS, parseFault, printFault } from "../../src/emulate/faults.ts";
import { UserError } from "../../src/util/errors.ts";
import { bandOf, linkBand, told } from "./support.ts";

describe("the text of a fault", () => {
  it.each([
    ["nack:sensor@10s-12s", { kind: "nack", target: "sensor", value: 1, fromSeconds: 10, toSeconds: 12 }],
    ["nack:0.1@1m-2m", { kind: "nack", target: "all", value: 0.1, fromSeconds: 60, toSeconds: 120 }],
    [
      "bit-errors:2e-5@20s-40s",
      { kind: "bit-errors", target: "all", value: 2e-5, fromSeconds: 20, toSeconds: 40 },
    ],
    ["drift:-1.5%", { kind: "drift", target: null, value: -0.015, fromSeconds: 0, toSeconds: Infinity }],
    [
      "unplug:display@30s-60s",
      { kind: "unplug", target: "display", value: null, fromSeconds: 30, toSeconds: 60 },
    ],
    ["restart@90s", { kind: "restart", target: null, value: null, fromSeconds: 90, toSeconds: 90 }],
    ["stuck-sda@500ms", { kind: "stuck-sda", target: "sensor", value: 9, fromSeconds: 0.5, toSeconds: 0.5 }],
    ["who-am-i:0xEA@1.5-3", { kind: "who-am-i", target: null, value: 0xea, fromSeconds: 1.5, toSeconds: 3 }],
    ["long-read:2s@10", { kind: "long-read", target: "sensor", value: 2, fromSeconds: 10, toSeconds: 10 }],
  ])("%s", (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
    expect(parseFault(printFault(parseFault(text)))).toEqual(fault);
  });

  it("of every kind is printed as it is read", () => {
    for (const kind of Object.keys(FAULT_KINDS)) {
      const text = `${kind}@3s`;
      const fault = parseFault(text);
      expect(parseFault(printFault(fault))).toEqual(fault);
    }
  });

  it.each([
    ["nak@1s", "fault/unknown"],
    ["", "fault/unknown"],
    ["toString@1s", "fault/unknown"],
    ["nack:oled@1s", "fault/bad-target"],
    ["unplug:all@1s", "fault/bad-target"],
    ["restart:sensor@1s", "fault/bad-target"],
    ["nack:2@1s", "fault/bad-value"],
    ["nack:0.1:0.2@1s", "fault/bad-value"],
    ["drift:2", "fault/bad-value"],
    ["drift:80%", "fault/bad-value"],
    ["bit-errors:-1", "fault/bad-value"],
    ["who-am-i:300", "fault/bad-value"],
    ["restart:1@1s", "fault/bad-value"],
    ["nack@12s-10s", "fault/bad-time"],
    ["nack@", "fault/bad-time"],
    ["nack@1s@2s", "fault/bad-time"],
    ["nack@-1s", "fault/bad-time"],
    ["nack@1s-2s-3s", "fault/bad-time"],
    ["restart", "fault/needs-moment"],
    ["restart@1s-2s", "fault/needs-moment"],
  ])("%s is refused as %s", (text, code) => {
    expect(() => parseFault(text)).toThrow(expect.objectContaining({ code }) as Error);
    expect(() => parseFault(text)).toThrow(UserError);
  });
});

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await linkBand("band.cpp");
});

function ran(seconds: number, ...faults: string[]): Band {
  const band = bandOf(module);
  installFaults(band.host, faults.map(parseFault));
  band.run(seconds);
  return band;
}

/** SensorStatus of drivers/mpu6050.h. */
const STATUS = { busError: 1, unknownDevice: 2, fifoOverflow: 6, streamBroken: 7 } as const;

describe("a fault in a running band", () => {
  it("nack: the driver gives up, and starts again when it is over", () => {
    const band = ran(20, "nack:sensor@5s-8s");
    expect(told(band, "samples-lost")).toEqual([STATUS.busError]);
    expect(told(band, "sensor-failed").length).toBeGreaterThan(0);
    expect(told(band, "sensor-ready").length).toBe(2);
  });

  it("nack with a probability: retries hide it", () => {
    const band = ran(60, "nack:sensor:0.05@2s");
    expect(band.host.bus.counts.noAcknowledge).toBeGreaterThan(50);
    expect(told(band, "sensor-failed")).toEqual([]);
  });

  it("stuck-sda: nine clocks free the bus, and the read is repeated", () => {
    const band = ran(10, "stuck-sda@5s");
    // FIFO_COUNT's first read leaves SDA low; its second runs into it.
    expect(band.host.bus.counts.timeouts).toBe(1);
    expect(band.host.bus.counts.recoveries).toBe(1);
    expect(told(band, "samples-lost")).toEqual([]);
    expect(told(band, "sensor-failed")).toEqual([]);
  });

  it("slow: time-outs, each of 100 ms", () => {
    const band = ran(10, "slow:display@0s-4s");
    expect(told(band, "display-missing")).toEqual([0]);
    expect(band.host.bus.counts.timeouts).toBeGreaterThan(1);
  });

  it("long-read: no sample is lost by one second", () => {
    const band = ran(10, "long-read@5s");
    expect(told(band, "samples-lost")).toEqual([]);
    expect(band.host.sensor.fifo.counts.overwritten).toBe(0);
  });

  it("fifo-overflow: five seconds are 100 samples, the FIFO holds 85", () => {
    const band = ran(15, "fifo-overflow@5s-10s");
    expect(told(band, "samples-lost")).toEqual([STATUS.fifoOverflow]);
    expect(band.host.sensor.fifo.counts.overwritten).toBeGreaterThanOrEqual(14);
    expect(band.host.findings).toEqual([]);
  });

  it("fifo-overflow for longer than ten seconds: the watchdog bites", () => {
    const band = ran(40, "fifo-overflow@5s-20s");
    expect(band.host.findings).toMatchObject([{ kind: "watchdog" }]);
    expect(told(band, "reset-reason")).toEqual([0, 2]);
    expect(told(band, "start")).toEqual([1, 2]);
  });

  it("sensor-reset: the chip sleeps and gives nothing more", () => {
    const band = ran(20, "sensor-reset@10s");
    const { log } = band.host.sensor.fifo;
    expect(log.takenMicros[log.length - 1]! / 1e6).toBeCloseTo(10, 0);
    expect(band.host.sensor.sampleRateHz).toBe(0);
  });

  it("who-am-i: refused until it is over", () => {
    const band = ran(10, "who-am-i:0xEA@0s-5s");
    expect(told(band, "sensor-failed")[0]).toBe(STATUS.unknownDevice);
    expect(told(band, "sensor-ready")).toEqual([0x68]);
  });

  it("bit-errors: some of what the driver took is not what the chip gave", () => {
    const band = ran(120, "bit-errors:1e-4@10s");
    expect(band.host.bus.counts.bitsFlipped).toBeGreaterThan(10);
  });

  it("drift: two percent more samples", () => {
    const of = (...faults: string[]): number => ran(100, ...faults).host.sensor.fifo.counts.produced;
    expect(of("drift:+2%") / of()).toBeCloseTo(1.02, 3);
  });

  it("unplug: a display that is missing, and comes back empty", () => {
    const band = ran(5, "unplug:display@0s-3s");
    expect(told(band, "display-missing")).toEqual([0]);
    expect(band.host.display.frame().isOn).toBe(false);
  });

  it("store-writes-fail: told, and the old value stays", () => {
    const band = ran(20, "store-writes-fail@5s", "restart@10s");
    expect(told(band, "store-failed")).toEqual([1]);
    expect(told(band, "start")).toEqual([1, 2]);
    expect(band.host.store.values.get("starts")![0]).toBe(1);
  });

  it.each([
    ["restart@5s", 0, true],
    ["brown-out@5s", 3, true],
    ["reset@5s", 1, false],
  ])("%s starts anew with its reason", (fault, reason, losesSupply) => {
    const band = ran(10, fault);
    expect(told(band, "reset-reason")).toEqual([0, reason]);
    expect(band.host.sensor.fifo.counts.resets > 5).toBe(losesSupply);
  });
});
