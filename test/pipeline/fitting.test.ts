// What a head is fitted on: the activities that have windows, in the network's order.
import { expect, it } from "vitest";
import { fitHead } from "../../src/personalize/fit-head.ts";
import { fitOwn } from "../../src/pipeline/personalize/fitting.ts";
import { seededRandom } from "../../src/util/random.ts";
import { randomWearer } from "../personalize/examples.ts";

const SHAPE = { features: 10, classes: 3, windowsPerClass: 4 };
const { general, metric, examples } = randomWearer(seededRandom("fitting"), SHAPE);
const { features } = examples;
const { labels } = general;
const network = { head: general, metric };
const labelOfWindow = Array.from(examples.classOf);

it("fits on all of them", () => {
  const own = fitOwn(network, labels, labelOfWindow, features);
  expect(own.head).toEqual(fitHead(general, metric, { labels, features, classOf: examples.classOf }));
  expect(own.classes).toEqual([0, 1, 2]);
});

it("leaves out what has no window, and takes the others as they come", () => {
  const fewer = labelOfWindow.flatMap((label, w) => (label === 1 ? [] : [w])).reverse();
  const rows = Int8Array.from(fewer.flatMap((w) => [...features.subarray(w * 10, (w + 1) * 10)]));
  const own = fitOwn(
    network,
    labels,
    fewer.map((w) => labelOfWindow[w]!),
    rows,
  );
  expect(own.head.labels).toEqual([labels[0], labels[2]]);
  expect(own.classes).toEqual([0, 2]);
});
