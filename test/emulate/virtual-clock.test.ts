// Virtual time and its appointments.
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/emulate/virtual-clock.ts";

describe("the virtual clock", () => {
  it("keeps appointments in order and at their time", () => {
    const clock = new VirtualClock();
    const kept: [string, number][] = [];
    const note = (name: string) => () => {
      kept.push([name, clock.micros]);
    };
    clock.at(30, note("c"));
    clock.at(10, note("a"));
    clock.at(10, note("b"));
    clock.advance(20);
    expect(kept).toEqual([
      ["a", 10],
      ["b", 10],
    ]);
    clock.advanceTo(100);
    expect(kept[2]).toEqual(["c", 30]);
    expect(clock.micros).toBe(100);
  });

  it("never goes back, and stands where an appointment throws", () => {
    const clock = new VirtualClock();
    clock.advance(50);
    clock.advanceTo(20);
    expect(clock.micros).toBe(50);
    clock.at(60, () => {
      throw new Error("restart");
    });
    expect(() => {
      clock.advance(100);
    }).toThrow("restart");
    expect(clock.micros).toBe(60);
    clock.advance(1);
    expect(clock.micros).toBe(61);
  });
});
