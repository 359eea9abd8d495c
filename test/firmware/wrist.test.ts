// wrist_detector.h against its TypeScript twin: the same answer, window for window.
import { beforeAll, describe, expect, it } from "vitest";
import { ACCEL_RANGES_G, ACCEL_SCALE } from "../../src/signal/mpu6050.ts";
import { type AxisMap, CHANNEL_COUNT, IDENTITY_AXES } from "../../src/signal/preprocessing.ts";
import { WRIST_ORIENTATIONS, type WristOrientation, wristSigns } from "../../src/signal/wrist.ts";
import { createWristDetector, type WristDetector } from "../../src/signal/wrist-detector.ts";
import { REFERENCE_ONE_G, type WristClass, type WristReference } from "../../src/signal/wrist-reference.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { linkFirmware } from "./support/wasm.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  counts_at(): number;
  classes_at(): number;
  set_axis(i: number, axis: number, sign: number): void;
  begin(classCount: number, unit: number): void;
  push(samples: number): void;
  close_labelled(label: number): void;
  close_unlabelled(): void;
  by_label(): number;
  by_itself(): number;
}

let cpp: Exports;

beforeAll(async () => {
  const sources = ["bandsmith/app/wrist_detector.cpp"];
  const instance = new WebAssembly.Instance(await linkFirmware("wrist.cpp", sources));
  cpp = instance.exports as unknown as Exports;
  (instance.exports["__wasm_call_ctors"] as () => void)();
});

const TURNED_AXES: AxisMap = [
  { axis: 1, sign: -1 },
  { axis: 2, sign: 1 },
  { axis: 0, sign: -1 },
];

/** Both detectors as one, whose answers are the same or a failed test. */
function both(reference: WristReference, accelRangeG: 2 | 4 | 8 | 16, axes: AxisMap): WristDetector {
  const twin = createWristDetector(reference, { accelRangeG, axes });
  new Int8Array(cpp.memory.buffer, cpp.classes_at(), 5 * reference.length).set(reference.flat());
  axes.forEach(({ axis, sign }, i) => {
    cpp.set_axis(i, axis, sign);
  });
  const begin = (): void => {
    cpp.begin(reference.length, ACCEL_SCALE[accelRangeG].countsPerG / REFERENCE_ONE_G);
  };
  begin();
  const agreed = (ours: WristOrientation | null, theirs: number): WristOrientation | null => {
    expect(theirs).toBe(ours ?? -1);
    return ours;
  };
  return {
    reset() {
      twin.reset();
      begin();
    },
    push(counts) {
      twin.push(counts);
      new Int16Array(cpp.memory.buffer, cpp.counts_at(), CHANNEL_COUNT).set(counts);
      cpp.push(1);
    },
    close(label) {
      twin.close(label);
      if (label === null) cpp.close_unlabelled();
      else cpp.close_labelled(label);
    },
    byLabel: () => agreed(twin.byLabel(), cpp.by_label()),
    byItself: () => agreed(twin.byItself(), cpp.by_itself()),
  };
}

/** Walking, typing, brushing teeth: as a watch's wearers have them, in 64ths of g. */
const REFERENCE: WristReference = [
  [62, -19, -1, 59, -13],
  [-3, -34, 53, 0, -21],
  [-55, -14, 19, -48, 0],
];

/** A window of a wearer who is like the reference but for noise, in the chip's axes. */
function wear(
  detector: WristDetector,
  one: WristClass,
  { random, wrist, label }: { random: Random; wrist: WristOrientation; label: number | null },
): void {
  const signs = wristSigns(wrist);
  for (let n = 0; n < 60; n++) {
    const counts = Int16Array.from({ length: CHANNEL_COUNT }, (_, c) =>
      c < 3 ? signs[c]! * (one[c]! * 64 + random.normal() * 900) : random.normal() * 900,
    );
    detector.push(counts);
  }
  detector.close(label);
}

describe("the detector", () => {
  it.each(WRIST_ORIENTATIONS)("tells way %i by windows with labels, and by windows without", (wrist) => {
    const random = seededRandom(`way ${wrist}`);
    const detector = both(REFERENCE, 8, IDENTITY_AXES);
    for (let n = 0; n < 4; n++) wear(detector, REFERENCE[0]!, { random, wrist, label: 0 });
    expect(detector.byLabel()).toBeNull();
    wear(detector, REFERENCE[0]!, { random, wrist, label: 0 });
    expect(detector.byLabel()).toBe(wrist);
    expect(detector.byItself()).toBeNull();
    detector.reset();
    expect(detector.byLabel()).toBeNull();
    for (let n = 0; n < 60; n++) wear(detector, REFERENCE[n % 3]!, { random, wrist, label: null });
    expect(detector.byItself()).toBe(wrist);
    expect(detector.byLabel()).toBeNull();
  });

  it("does not answer where an activity says nothing, or two of them say the opposite", () => {
    const random = seededRandom("nothing");
    const detector = both(REFERENCE, 8, IDENTITY_AXES);
    for (let n = 0; n < 30; n++) wear(detector, REFERENCE[1]!, { random, wrist: 0, label: 1 });
    expect(detector.byLabel()).toBeNull();
    detector.reset();
    for (let n = 0; n < 30; n++) {
      wear(detector, REFERENCE[0]!, { random, wrist: n % 2 === 0 ? 0 : 1, label: 0 });
    }
    expect(detector.byLabel()).toBeNull();
    detector.reset();
    // Typing alone looks alike on both wrists.
    for (let n = 0; n < 80; n++) wear(detector, REFERENCE[1]!, { random, wrist: 1, label: null });
    expect(detector.byItself()).toBeNull();
  });

  it("has the same answer as its twin on any counts, axes, ranges and references", () => {
    const random = seededRandom("any");
    const answers = new Set<number | null>();
    for (let run = 0; run < 60; run++) {
      const classes = 1 + random.integer(18);
      const reference = Array.from(
        { length: classes },
        () => Array.from({ length: 5 }, () => random.integer(255) - 127) as unknown as WristClass,
      );
      const range = ACCEL_RANGES_G[run % 4]!;
      const detector = both(reference, range, run % 2 === 0 ? IDENTITY_AXES : TURNED_AXES);
      const level = Int16Array.from({ length: CHANNEL_COUNT }, () => random.integer(65536) - 32768);
      for (let window = 0; window < 70; window++) {
        for (let n = random.integer(8); n >= 0; n--) {
          const wild = random.integer(4) === 0;
          detector.push(wild ? Int16Array.from(level, () => random.integer(65536) - 32768) : level);
        }
        detector.close(random.integer(3) === 0 ? null : random.integer(classes));
        answers.add(detector.byLabel());
        answers.add(detector.byItself());
      }
    }
    expect([...answers].sort()).toEqual([0, 1, 2, 3, null]);
  });

  it("takes no more of a window than its sums can hold, and no window without samples", () => {
    const detector = both([[127, 127, 127, 127, 127]], 16, IDENTITY_AXES);
    const least = new Int16Array(CHANNEL_COUNT).fill(-32768);
    for (let n = 0; n < 70_000; n++) detector.push(least);
    for (let window = 0; window < 8; window++) detector.close(0);
    expect(detector.byLabel()).toBeNull();
    for (let window = 0; window < 4; window++) {
      detector.push(least);
      detector.close(0);
    }
    expect(detector.byLabel()).toBe(2);
  });
});
