// Mistakes in fitting a head to one wearer.
import { fitHead, type HeadExamples } from "../../../src/personalize/fit-head.ts";
import { type Head, splitHead, withHead } from "../../../src/personalize/head.ts";
import { metricWithin } from "../../../src/personalize/metric.ts";
import { seededRandom } from "../../../src/util/random.ts";
import { headNet, type NetShape } from "../../support/head-net.ts";
import type { BadInput } from "./support.ts";

const headOf = (shape?: NetShape): Head => splitHead(headNet(seededRandom("head"), shape)).head;

const METRIC = metricWithin(new Int8Array(0), [], 10);

function fit(changes: Partial<HeadExamples>): Head {
  const classOf = Uint8Array.from({ length: 20 }, (_, w) => w % 2);
  const examples = { labels: ["walking", "resting"], features: new Int8Array(20 * 10), classOf };
  return fitHead(headOf(), METRIC, { ...examples, ...changes });
}

export const HEADS: readonly BadInput[] = [
  { what: "a model without softmax", code: "head/not-there", act: () => headOf({ end: "logits" }) },
  {
    what: "a last dense layer with an activation",
    code: "head/not-there",
    act: () => headOf({ activation: "RELU" }),
  },
  { what: "a last layer that is too wide", code: "head/beyond-limits", act: () => headOf({ filters: 257 }) },
  {
    what: "a head of another model",
    code: "head/of-other-model",
    act: () => withHead(headNet(seededRandom("head")), headOf({ filters: 11 })),
  },
  {
    what: "windows of one activity",
    code: "head/wrong-classes",
    act: () => fit({ labels: ["walking"], classOf: new Uint8Array(20) }),
  },
  { what: "an activity twice", code: "head/class-twice", act: () => fit({ labels: ["walking", "walking"] }) },
  {
    what: "an activity without windows",
    code: "head/class-without-windows",
    act: () => fit({ labels: ["walking", "resting", "clapping"] }),
  },
  {
    what: "more windows than a head is fitted on",
    code: "head/too-many-windows",
    act: () => {
      const classOf = Uint8Array.from({ length: 1025 }, (_, w) => w % 2);
      return fit({ features: new Int8Array(1025 * 10), classOf });
    },
  },
];
