// docs/images/learn.png: what somebody sees who teaches the band, from the real firmware on the twin.
// Usage: npx tsx scripts/learn-pictures.ts
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Captioned } from "../src/emulate/picture.ts";
import { contactSheetPng } from "../src/emulate/pictures.ts";
import { PREPROCESSING } from "../test/codegen/small-project.ts";
import { type Motion, Pupil, schoolOf } from "../test/emulate/teaching.ts";

const FILE = path.resolve(import.meta.dirname, "../docs/images/learn.png");
const preprocessing = { ...PREPROCESSING, labels: ["walking", "climbing stairs", "typing"] };
const WALKING: Motion = (t) => [0.4 * Math.sin(9 * t), 0.1, 0.9, 700, 20 * Math.sin(9 * t), 0];
const ROWING: Motion = (t) => [0.5 * Math.cos(30 * t), 0.5 * Math.sin(30 * t), 1, -600, 600, -500];

const pupil = new Pupil(await schoolOf(preprocessing, { activities: ["rowing"] }));
const shots: Captioned[] = [];
const shoot = (caption: string): void => {
  shots.push({ frame: pupil.seen()!, caption });
};
pupil.begins();
shoot("choose");
pupil.teaches(WALKING, 1);
shoot("three, two, one");
pupil.run(8);
shoot("do it");
pupil.run(pupil.setSeconds());
for (let i = 0; i < 2; i++) pupil.press();
shoot("the next");
pupil.teaches(ROWING);
pupil.run(3);
shoot("enough");
pupil.hold();
pupil.run(3);
shoot("better: keep it?");
writeFileSync(FILE, contactSheetPng(shots, 3));
