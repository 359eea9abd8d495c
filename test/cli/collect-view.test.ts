// What a person sees while samples come.
import { describe, expect, it } from "vitest";
import { collectLines } from "../../src/cli/collect-view.ts";
import { liveLines } from "../../src/cli/live-lines.ts";
import type { CollectView } from "../../src/pipeline/collect/collect.ts";

const VIEW: CollectView = {
  phase: "recording",
  activity: "walking",
  countdownSeconds: 0,
  seconds: 12.34,
  windows: 7,
  rateHz: 49.96,
  gaps: 0,
  lost: 0,
  sample: [0, 1, -0.5, 500, -25, 9999],
};

describe("the view of a recording", () => {
  it("says what to do, how much there is, and where the axes are", () => {
    const empty = " ".repeat(20);
    expect(collectLines(VIEW, 60)).toEqual([
      "walking: 12.3 of 60 s, 7 windows   [space] or [n] completes, [q] completes and ends",
      "50.0 Hz, no gaps",
      `ax [${empty}|${empty}]    0.00 g`,
      `ay [${empty}|${"#".repeat(10)}${" ".repeat(10)}]    1.00 g`,
      `az [${" ".repeat(15)}${"#".repeat(5)}|${empty}]   -0.50 g`,
      `gx [${empty}|${"#".repeat(20)}]     500 deg/s`,
      `gy [${" ".repeat(19)}#|${empty}]     -25 deg/s`,
      `gz [${empty}|${"#".repeat(20)}]    9999 deg/s`,
    ]);
  });

  it("says what it waits for, and what is missing", () => {
    const first = (changes: Partial<CollectView>): string => collectLines({ ...VIEW, ...changes }, 60)[0]!;
    expect(first({ phase: "connecting" })).toBe("asking the band");
    expect(first({ phase: "waiting" })).toContain("next: walking");
    expect(first({ phase: "countdown", countdownSeconds: 2.1 })).toContain("walking in 3");
    expect(first({ phase: "done", activity: null })).toBe("ending");
    const [, line, axis] = collectLines({ ...VIEW, rateHz: 0, gaps: 2, lost: 1234, sample: null }, 60);
    expect([line, axis]).toEqual(["no samples yet, 2 gaps, 1,234 samples known to be lost", "ax"]);
  });
});

describe("lines that are drawn again", () => {
  it("stand in the place of those before, below what is kept", () => {
    let text = "";
    const live = liveLines({ write: (more) => (text += more) });
    live.draw(["a", "b"]);
    live.draw(["c"]);
    live.keep("kept");
    live.draw(["d"]);
    live.close();
    live.close();
    const narrow = liveLines({ write: (more) => (text += more), columns: 4 });
    narrow.draw(["abcdef"]);
    expect(text).toBe("a\nb\n\u001b[2F\u001b[0Jc\n\u001b[1F\u001b[0Jkept\nd\n\u001b[1F\u001b[0Jabc\n");
  });
});
