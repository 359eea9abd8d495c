// Mistakes in what a band shall learn from its wearer.
import { learnInput } from "../../../src/pipeline/learn.ts";
import { readBand } from "../../../src/spec/read-band.ts";
import { seededRandom } from "../../../src/util/random.ts";
import { headNet } from "../../support/head-net.ts";
import { TINY_BAND } from "../support.ts";
import { type BadInput, build } from "./support.ts";

/** Of a band whose network has five activities, "0" to "4". */
function learn(text: string, button: number | null = 0, end?: "logits"): unknown {
  const { band } = readBand(`${TINY_BAND}learn: ${text}\n`, "band.yaml");
  const board = { id: "my-board", button: { pin: button, activeLow: true } };
  const net = headNet(seededRandom("learn"), end === undefined ? {} : { end });
  return learnInput({ name: "my-band", band }, board, net, null);
}

export const LEARN: readonly BadInput[] = [
  { what: "learning without a button", code: "learn/no-button", act: () => learn("{}", null) },
  {
    what: "learning with a network that has no head",
    code: "head/not-there",
    act: () => learn("{}", 0, "logits"),
  },
  {
    what: "more activities to learn than a head has",
    code: "learn/too-many-activities",
    act: () => learn(`{activities: [${Array.from({ length: 28 }, (_, i) => `new ${i}`).join(", ")}]}`),
  },
  {
    what: "more windows to learn from than a head is fitted on",
    code: "learn/too-many-windows",
    act: () => build(`${TINY_BAND}learn: {windows: 100, activities: [a, b, c, d, e, f, g, h, i]}\n`),
  },
  {
    what: "an activity to learn with too long a name",
    code: "learn/bad-name",
    act: () => learn("{activities: [putting the cat out of the window]}"),
  },
  {
    what: "an activity to learn that the network has",
    code: "learn/bad-name",
    act: () => learn("{activities: ['3']}"),
  },
  {
    what: "an activity to learn with a line feed in its name",
    code: "learn/bad-name",
    act: () => learn('{activities: ["a\\nb"]}'),
  },
  { what: "learning without a window to judge by", code: "band/bad-key", act: () => learn("{heldBack: 0}") },
];
