// What the twin finds wrong with a firmware that misbehaves.
import { beforeAll, describe, expect, it } from "vitest";
import type { Band } from "../../src/emulate/band.ts";
import type { HostSettings } from "../../src/emulate/host.ts";
import { bandOf, linkBand } from "./support.ts";

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await linkBand("misbehaving.cpp");
});

function ran(fault: number, seconds: number, settings: Partial<HostSettings> = {}): Band {
  const band = bandOf(module, settings);
  band.host.store.values.set("fault", Uint8Array.of(fault));
  band.run(seconds);
  return band;
}

const kinds = (band: Band): string[] => band.host.findings.map(({ kind }) => kind);

describe("the twin", () => {
  it("finds nothing where there is nothing", () => {
    expect(kinds(ran(0, 100))).toEqual([]);
  });

  it("finds memory that grows, and goes on", () => {
    const band = ran(1, 10);
    expect(kinds(band)).toEqual(["memory-growth"]);
    expect(band.host.findings[0]!.detail).toMatch(/^\d+ bytes became \d+$/);
    expect(band.host.clock.micros).toBeGreaterThanOrEqual(10e6);
  });

  it.each([
    [2, "bad-pointer"],
    [3, "crash"],
  ])("starts anew after misbehaviour %i, a %s, and gives up at the fifth in a row", (fault, kind) => {
    const band = ran(fault, 100);
    expect(kinds(band)).toEqual([kind, kind, kind, kind, kind, "crash-loop"]);
    expect(band.host.resetReason).toBe("panic");
    expect(band.host.clock.micros).toBeLessThan(10e6);
  });

  it("finds a watchdog that is not fed, ten seconds after it was", () => {
    const band = ran(4, 12);
    expect(kinds(band)).toEqual(["watchdog"]);
    expect(band.host.findings[0]!.atSeconds).toBeCloseTo(10.4, 0);
    expect(band.host.resetReason).toBe("watchdog");
  });

  it("lets a band sleep for longer than that", () => {
    expect(kinds(ran(5, 300))).toEqual([]);
  });

  it("measures the deepest stack", () => {
    expect(ran(0, 10).freeStackBytes()).toBeGreaterThan(15_000);
    const free = ran(6, 10).freeStackBytes();
    expect(free).toBeLessThan(16_384 - 9000);
    expect(free).toBeGreaterThan(16_384 - 9500);
  });

  it("does not turn for ever where no time passes", () => {
    expect(kinds(ran(7, 10, { loopMicros: 0 }))).toEqual(["standstill"]);
  });
});
