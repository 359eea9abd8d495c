// Serial lines: what is the band's is read, everything else is passed on.
import { describe, expect, it } from "vitest";
import { describeEvent, describeWindow, parseSerialLine } from "../../src/device/serial-line.ts";

const WINDOW =
  '{"event":"window","window":7,"ms":21000,"label":"walk","confidence":93,"shown":null,"micros":1834,"stack":5120}';

function words(line: string): string {
  const parsed = parseSerialLine(line);
  if (parsed.kind === "text") return parsed.text;
  return parsed.kind === "window" ? describeWindow(parsed.value) : describeEvent(parsed.value);
}

describe("parseSerialLine", () => {
  it("reads windows, with more or less in them than it knows", () => {
    expect(words(WINDOW)).toMatch(/^#7 +walk 93 % +\(shows unknown\) +1834 µs +stack 5120 B$/);
    expect(words(WINDOW.replace("null", '"walk"'))).not.toContain("shows");
    expect(words('{"event":"window","window":1,"confidence":50,"micros":9,"label":"sit"}')).toMatch(
      /^#1 +sit 50 % +9 µs$/,
    );
  });

  it("says events in words", () => {
    expect(words('{"event":"sensor-failed","detail":"no acknowledge"}')).toBe(
      "the motion sensor fails: no acknowledge",
    );
    expect(words('{"event":"self-check","detail":"equal","different":0}')).toBe(
      "the network checked itself: equal (different 0)",
    );
    expect(words('{"event":"quite-new","detail":""}')).toBe("quite new");
    // A window that lacks what it must have is an event like any other.
    expect(words('{"event":"window","window":1}')).toBe("window (window 1)");
  });

  it.each([
    "ets Jul 29 2019 12:21:46",
    "",
    '{"event":"window","window":7,"lab',
    '{"event":7}',
    "[1]",
    "null",
    "\u001b[0;31mE (312) i2c: timeout\u001b[0m",
  ])("leaves %j alone", (line) => {
    expect(parseSerialLine(`${line}\r`)).toEqual({ kind: "text", text: line });
  });
});
