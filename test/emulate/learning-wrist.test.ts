// A stranger who wears the band otherwise than it was set to be, and teaches it.
import { beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "../../src/device/head-push.ts";
import { GLASS_128X32 } from "../../src/emulate/ssd1306.ts";
import { decodeHeadFile } from "../../src/personalize/head-file.ts";
import { encodeWristReference } from "../../src/signal/wrist-reference.ts";
import { boardOf, PREPROCESSING } from "../codegen/small-project.ts";
import {
  ended,
  headInFlash,
  LEARN,
  MOTIONS,
  type Motion,
  Pupil,
  RESTING,
  type School,
  SOUND,
  schoolOf,
  tour,
} from "./teaching.ts";

describe("a band that is worn otherwise than it was set to be", () => {
  let worn: School;
  beforeAll(async () => {
    // Gravity lies along x and y in walking; the other activities say little.
    const wristReference = encodeWristReference([
      [30, 40, 20, 25, 30],
      [0, 5, 60, 0, 0],
      [0, 5, 60, 0, 0],
    ]);
    const board = boardOf("bandx-esp32");
    const short = { ...board, display: { ...board.display, height: 32 as const } };
    const preprocessing = { ...PREPROCESSING, filters: [], wristReference };
    worn = await schoolOf(preprocessing, LEARN, {
      wrist: "other",
      board: short,
      collect: true,
    });
  }, 300_000);

  it("shows the same on half the rows", () => {
    tour(new Pupil(worn, { glass: GLASS_128X32 }), (name, screen) => {
      expect(screen).toMatchSnapshot(name);
    });
  });

  it("is not taught while samples go to a computer", () => {
    const pupil = new Pupil(worn);
    pupil.begins();
    // What wakes the chip is lost.
    pupil.host.serialInput.send("\n".repeat(60) + commandLine("collect begin 1"));
    pupil.run(1);
    expect(ended(pupil)).toEqual(["samples go to a computer"]);
    pupil.hold();
    expect(pupil.events("learn-started").length).toBe(1);
    pupil.run(20);
    pupil.hold();
    expect(pupil.events("learn-started").length).toBe(2);
    expect(pupil.proof()).toMatchObject(SOUND);
  });

  it("tells it from the first activity, begins anew, and its head keeps the way", () => {
    // Chip y is the wearer's x, and minus chip x its y: worn as in the recordings, which is 1 beside "other".
    const walking: Motion = (t) => [-0.62, 0.47 + 0.1 * Math.sin(9 * t), 0.3, 700, 0, 0];
    const pupil = new Pupil(worn);
    pupil.begins();
    pupil.teaches(walking);
    expect(pupil.events("learn-wrist")).toMatchObject([{ orientation: 1 }]);
    for (const motion of [walking, MOTIONS[1]!]) pupil.teaches(motion);
    expect(pupil.events("learn-wrist").length).toBe(1);
    for (let i = 0; i < 2; i++) pupil.press();
    pupil.hold();
    pupil.run(5);
    expect(pupil.events("learn-fitted")).toMatchObject([{ classes: 2, windows: 12 }]);
    pupil.hold();
    pupil.run(10);
    const file = headInFlash(pupil.host.flash)!;
    expect(decodeHeadFile(file, "flash").orientation).toBe(1);
    expect(pupil.proof()).toMatchObject(SOUND);
    expect(pupil.proof().learned).toEqual([file]);
    pupil.band.restart("powerOn");
    pupil.run(10);
    // Cancelled after it was told otherwise, the band goes back to the head in use, and its way.
    pupil.does(RESTING);
    pupil.begins();
    pupil.teaches((t) => [0.62, -0.47 + 0.1 * Math.sin(9 * t), 0.3, 700, 0, 0]);
    expect(pupil.events("learn-wrist").at(-1)).toMatchObject({ orientation: 3 });
    // Which head is in use may be asked, and changes nothing.
    pupil.host.serialInput.send("\n".repeat(60) + commandLine("head tell"));
    pupil.run(8);
    for (let i = 0; i < 4; i++) pupil.press();
    pupil.hold();
    pupil.run(10);
    expect(ended(pupil)).toEqual(["kept", "cancelled"]);
    expect(pupil.proof()).toMatchObject(SOUND);
  });
});
