// A stranger teaches the whole firmware by its button: what it learns is what the reference learns, to the byte.
import { beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "../../src/device/head-push.ts";
import { installFaults } from "../../src/emulate/fault-plan.ts";
import { parseFault } from "../../src/emulate/faults.ts";
import { prove } from "../../src/emulate/proof.ts";
import { decodeHeadFile } from "../../src/personalize/head-file.ts";
import { PREPROCESSING } from "../codegen/small-project.ts";
import {
  ended,
  headInFlash,
  LEARN,
  MOTIONS,
  Pupil,
  RESTING,
  recordedMotions,
  type School,
  SOUND,
  schoolOf,
  tour,
} from "./teaching.ts";

const HELD_BACK_FROM_SECONDS = 3 + 1 + 6 * 0.5;

let school: School;
beforeAll(async () => {
  school = await schoolOf(PREPROCESSING, LEARN);
}, 300_000);

/** Teaches the first, the second and the new activity, and has it fitted. */
function taught(pupil = new Pupil(school)): Pupil {
  pupil.begins();
  pupil.teaches(MOTIONS[0]!);
  pupil.teaches(MOTIONS[1]!);
  pupil.press();
  pupil.teaches(MOTIONS[3]!);
  // The list stands on "done".
  pupil.hold();
  pupil.run(5);
  return pupil;
}

describe("a band that is taught", () => {
  it("learns the reference's head, keeps it by the button, and answers by it from then on", () => {
    const pupil = taught();
    expect(pupil.events("learn-recorded").map(({ detail }) => detail)).toEqual(["walk", 'say "hi"\\', "Neu"]);
    expect(pupil.events("learn-fitted")).toEqual([
      { event: "learn-fitted", detail: "not worse", windows: 18, classes: 3, heldBack: 9, was: 3, now: 9 },
    ]);
    expect(headInFlash(pupil.host.flash)).toBeNull();
    pupil.hold();
    pupil.run(20);
    expect(ended(pupil)).toEqual(["kept"]);
    const { head, ...file } = decodeHeadFile(headInFlash(pupil.host.flash)!, "flash");
    expect(file).toMatchObject({ sequence: 1, madeHere: true, orientation: 0 });
    expect(head.labels).toEqual(["walk", 'say "hi"\\', "Neu"]);
    expect(pupil.events("window").at(-1)!["shown"]).toBe("Neu");
    pupil.band.restart("powerOn");
    pupil.does(MOTIONS[1]!);
    pupil.run(20);
    expect(pupil.events("head").at(-1)).toMatchObject({ detail: "personal", classes: 3, sequence: 1 });
    expect(pupil.events("window").at(-1)!["shown"]).toBe('say "hi"\\');
    expect(pupil.proof()).toMatchObject(SOUND);
    // Every byte of the file: weights, biases, scales, labels, golden outputs, checksum.
    expect(pupil.proof().learned).toEqual([headInFlash(pupil.host.flash)]);
    expect(pupil.host.findings).toEqual([]);
  });

  it("learns what a person of the shipped recordings did", async () => {
    const [pendulum, row, abduction] = await recordedMotions("10", ["PEN", "ROW", "ABD"]);
    const pupil = new Pupil(school);
    pupil.begins();
    pupil.teaches(pendulum!);
    pupil.teaches(row!);
    pupil.press();
    pupil.teaches(abduction!);
    pupil.hold();
    pupil.run(5);
    pupil.hold();
    pupil.run(20);
    // Of nine, by an untrained network and a metric of made-up people.
    expect(pupil.events("learn-fitted")).toMatchObject([{ was: 3, now: 7 }]);
    expect(ended(pupil)).toEqual(["kept"]);
    expect(pupil.proof()).toMatchObject(SOUND);
    expect(pupil.proof().learned).toEqual([headInFlash(pupil.host.flash)]);
  });

  it("learns again on top of what it has learned, activities in the network's order whatever came first", () => {
    const pupil = taught();
    pupil.hold();
    pupil.run(5);
    pupil.hold();
    for (let i = 0; i < 2; i++) pupil.press();
    pupil.teaches(MOTIONS[2]!);
    pupil.teaches(MOTIONS[3]!);
    // It stands on "done" with two; on to "cancel", and from the beginning.
    for (let i = 0; i < 2; i++) pupil.press();
    pupil.teaches(MOTIONS[0]!);
    // Once more: what was recorded of it before is gone.
    for (let i = 0; i < 5; i++) pupil.press();
    pupil.teaches(MOTIONS[0]!);
    expect(pupil.events("learn-dropped").map(({ detail }) => detail)).toEqual(["walk"]);
    for (let i = 0; i < 3; i++) pupil.press();
    pupil.hold();
    pupil.run(5);
    pupil.hold();
    pupil.run(10);
    expect(ended(pupil)).toEqual(["kept", "kept"]);
    const { head, sequence } = decodeHeadFile(headInFlash(pupil.host.flash)!, "flash");
    expect([sequence, head.labels]).toEqual([2, ["walk", "Übung ??/1", "Neu"]]);
    expect(pupil.proof()).toMatchObject(SOUND);
    expect(pupil.proof().learned.length).toBe(2);
  });

  it("is proved by lines that cannot be changed without being noticed", () => {
    const pupil = taught();
    pupil.hold();
    pupil.run(10);
    const { input, manifest, rules } = school;
    const { lines, sensor } = pupil.host;
    const faultsWith = (event: string, change: object): number => {
      const changed = lines.map((line) =>
        line.json?.["event"] === event ? { ...line, json: { ...line.json, ...change } } : line,
      );
      const proof = prove(changed, sensor.fifo.log, input.graph, manifest, { learning: rules });
      return proof.wrongLearning + proof.malformed;
    };
    expect(faultsWith("none", {})).toBe(0);
    for (const change of [{ detail: "nonsense" }, { right: 4 }, { windows: 7 }, { heldBack: 2 }])
      expect(faultsWith("learn-recorded", change), JSON.stringify(change)).toBeGreaterThan(0);
    for (const change of [{ was: 4 }, { now: 8 }, { detail: "worse" }, { classes: 4 }, { windows: 12 }])
      expect(faultsWith("learn-fitted", change), JSON.stringify(change)).toBeGreaterThan(0);
    expect(faultsWith("learn-ended", { detail: "discarded" })).toBeGreaterThan(0);
    for (const change of [{ crc: "00000000" }, { sequence: 2 }])
      expect(faultsWith("head", { ...change, detail: "personal" })).toBeGreaterThan(0);
  });
});

describe("a head that is worse", () => {
  it("than the one in use is refused, said so, and never written", () => {
    const pupil = taught();
    pupil.hold();
    pupil.run(5);
    const before = headInFlash(pupil.host.flash);
    const { steps } = pupil.host.flash;
    pupil.hold();
    // What is fitted on is done otherwise than what judges.
    for (const [wrongly, rightly] of [
      [MOTIONS[1]!, MOTIONS[0]!],
      [MOTIONS[0]!, MOTIONS[1]!],
    ] as const) {
      pupil.teaches(wrongly, HELD_BACK_FROM_SECONDS - 2 + 0.2);
      pupil.does(rightly);
      pupil.run(6);
    }
    for (let i = 0; i < 2; i++) pupil.press();
    pupil.hold();
    pupil.run(5);
    const fitted = pupil.events("learn-fitted").at(-1)!;
    expect(fitted).toMatchObject({ detail: "worse", heldBack: 6, was: 6 });
    expect(pupil.screen()).toMatchSnapshot("refused");
    pupil.hold();
    pupil.run(5);
    expect(ended(pupil)).toEqual(["kept", "refused"]);
    expect(headInFlash(pupil.host.flash)).toEqual(before);
    expect(pupil.host.flash.steps).toBe(steps);
    expect(pupil.proof()).toMatchObject(SOUND);
  });

  it("is not what a wearer has to keep, better or not", () => {
    const pupil = taught();
    pupil.press();
    pupil.run(5);
    expect(ended(pupil)).toEqual(["discarded"]);
    expect(pupil.host.flash.steps).toBe(0);
    expect(pupil.events("head").length).toBe(1);
    expect(pupil.proof()).toMatchObject(SOUND);
  });
});

describe("teaching that is broken off", () => {
  /** What happens until then, and how many presses then lead to "cancel". */
  const MOMENTS: Readonly<Record<string, readonly [until: (pupil: Pupil) => void, presses: number]>> = {
    "in the list": [() => undefined, 4],
    "in the countdown": [
      (pupil) => {
        pupil.hold();
        pupil.run(1);
      },
      5,
    ],
    "while windows are recorded": [
      (pupil) => {
        pupil.teaches(MOTIONS[0]!, 6);
      },
      5,
    ],
    "while the head is fitted": [
      (pupil) => {
        pupil.teaches(MOTIONS[0]!);
        pupil.teaches(MOTIONS[1]!);
        for (let i = 0; i < 2; i++) pupil.press();
        pupil.holdAndPress();
      },
      1,
    ],
  };

  it.each(Object.entries(MOMENTS))(
    "%s, by the button, leaves the head as it was",
    (_moment, [until, presses]) => {
      const pupil = new Pupil(school);
      pupil.begins();
      until(pupil);
      for (let i = 0; i < presses; i++) pupil.press();
      const recorded = pupil.events("learn-recorded").length;
      pupil.run(20);
      expect([pupil.events("learn-recorded").length, ended(pupil)]).toEqual([recorded, []]);
      pupil.hold();
      expect(ended(pupil)).toEqual(["cancelled"]);
      expect(pupil.events("learn-fitted")).toEqual([]);
      expect(pupil.host.flash.steps).toBe(0);
      expect(pupil.proof()).toMatchObject(SOUND);
    },
  );

  it.each(Object.entries(MOMENTS))(
    "%s, by a supply that goes, leaves the head as it was",
    (_moment, [until]) => {
      const pupil = new Pupil(school);
      pupil.begins();
      until(pupil);
      pupil.band.restart("powerOn");
      pupil.run(20);
      expect(pupil.events("head").at(-1)).toMatchObject({ detail: "general" });
      expect(pupil.host.flash.steps).toBe(0);
      expect(pupil.proof()).toMatchObject(SOUND);
      pupil.begins();
      expect(pupil.events("learn-started").length).toBe(2);
    },
  );

  it("by somebody who just goes ends by itself, and the band then rests", () => {
    const pupil = new Pupil(school);
    pupil.begins();
    pupil.teaches(MOTIONS[0]!);
    pupil.does(RESTING);
    pupil.run(250);
    expect([ended(pupil), pupil.events("standby")]).toEqual([[], []]);
    pupil.run(250);
    expect(ended(pupil)).toEqual(["nobody was there"]);
    expect(pupil.events("standby").length).toBe(1);
    expect(pupil.proof()).toMatchObject(SOUND);
  });

  it("by a head that comes or goes over the serial port", () => {
    const pupil = new Pupil(school);
    pupil.begins();
    pupil.teaches(MOTIONS[0]!);
    // What wakes the chip is lost.
    pupil.host.serialInput.send("\n".repeat(60) + commandLine("head drop"));
    pupil.run(5);
    expect(ended(pupil)).toEqual(["another head"]);
    expect(pupil.proof()).toMatchObject(SOUND);
  });
});

describe("faults in the middle", () => {
  it("a sensor that fails has the window set begin anew, and the head is the reference's all the same", () => {
    const pupil = new Pupil(school);
    installFaults(pupil.host, [parseFault("unplug:sensor@19s-21s")]);
    pupil.begins();
    pupil.teaches(MOTIONS[0]!, 18);
    expect(pupil.events("learn-restarted")).toMatchObject([{ detail: "walk" }]);
    expect(pupil.events("learn-recorded").length).toBe(1);
    pupil.teaches(MOTIONS[1]!);
    for (let i = 0; i < 2; i++) pupil.press();
    pupil.hold();
    pupil.run(5);
    pupil.hold();
    pupil.run(10);
    expect(ended(pupil)).toEqual(["kept"]);
    expect(pupil.proof()).toMatchObject(SOUND);
  });

  it("a supply that is cut while the head is kept leaves the old head or the new one, whole", () => {
    const fileBytes = 80 + 3 * 24 + 12 + 12 + 4 + 64;
    const written = 4096 + fileBytes + 4;
    const cuts = [0, 1, 2048, 4095, 4096, 4100, 4096 + 100, 4096 + fileBytes, written - 2, written - 1];
    const seen = new Set<unknown>();
    for (const cut of cuts) {
      const pupil = taught();
      pupil.host.flash.cutAtStep = cut;
      pupil.hold();
      pupil.run(20);
      expect(pupil.events("start").length, `cut at ${cut}`).toBe(2);
      const { detail } = pupil.events("head").at(-1)!;
      seen.add(detail);
      expect(pupil.proof(), `cut at ${cut}`).toMatchObject(SOUND);
      // What was learned is gone or there; it can be learned again.
      taught(pupil);
      pupil.hold();
      pupil.run(5);
      expect(pupil.events("head").at(-1), `cut at ${cut}`).toMatchObject({ detail: "personal" });
      expect(pupil.proof(), `cut at ${cut}`).toMatchObject(SOUND);
    }
    expect(seen).toContain("general");
  });

  it("flash that takes nothing is said, and the head stays", () => {
    const pupil = taught();
    pupil.host.flash.failsWrites = true;
    pupil.hold();
    pupil.run(5);
    expect(pupil.events("head-refused")).toMatchObject([{ detail: "flash" }]);
    pupil.press();
    pupil.run(5);
    expect(ended(pupil)).toEqual(["refused"]);
    expect(pupil.events("head").length).toBe(1);
    expect(pupil.proof()).toMatchObject(SOUND);
  });
});

it("the display leads through it", () => {
  tour(new Pupil(school), (name, screen) => {
    expect(screen).toMatchSnapshot(name);
  });
});
