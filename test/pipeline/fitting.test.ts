// What a head is fitted on: windows as they were given, as on the band, or with others from the same samples between them.
import { expect, it } from "vitest";
import { cutDenser } from "../../src/data/calibration.ts";
import { labelOf, type WindowSet, windowCount } from "../../src/data/window-set.ts";
import { cutWindows } from "../../src/data/windows.ts";
import { int8Frames } from "../../src/evaluate/frames.ts";
import { featuresOf } from "../../src/personalize/features.ts";
import { fitHead, MOST_WINDOWS } from "../../src/personalize/fit-head.ts";
import { type Head, splitHead } from "../../src/personalize/head.ts";
import { fitOnFeatures, fitOwn } from "../../src/pipeline/personalize/fitting.ts";
import { seededRandom } from "../../src/util/random.ts";
import { PREPROCESSING, smallGraph } from "../codegen/small-project.ts";

const { labels, windowSamples, strideSamples } = PREPROCESSING;
const graph = smallGraph();
const quantizer = graph.metadata!.inputQuantizer!;
const network = { ...splitHead(graph), quantizer, metric: null };

/** As many windows of each of the network's activities, of noise about a place of the activity's own. */
function someone(perClass: number): WindowSet {
  const random = seededRandom("someone");
  const streams = labels.map((_, label) => ({
    subject: "1",
    session: "a",
    source: "test",
    label,
    samples: Int32Array.from({ length: 6 * (windowSamples + (perClass - 1) * strideSamples) }, () =>
      Math.round(256 * (1500 * random.normal() + 2000 * (label - 1))),
    ),
  }));
  return cutWindows(streams, { windowSamples, strideSamples });
}

function fittedOn(windows: WindowSet, density: number): Head {
  const count = windowCount(windows);
  return fitHead(network.head, {
    labels,
    features: featuresOf(network.body, count, int8Frames(windows, quantizer)),
    classOf: Uint8Array.from({ length: count }, (_, w) => labelOf(windows, w)),
    density,
  });
}

const all = (windows: WindowSet): number[] => [...windows.startOf.keys()];

it("fits on three windows for one, and as the band on those that were given", () => {
  const windows = someone(6);
  const denser = cutDenser(windows, all(windows), 3);
  expect(windowCount(denser)).toBe(labels.length * (3 * 5 + 1));
  const own = fitOwn(network, labels, windows, all(windows));
  const labelOfWindow = all(windows).map((w) => labelOf(windows, w));
  const features = featuresOf(network.body, labelOfWindow.length, int8Frames(windows, quantizer));
  const asBand = fitOnFeatures(network.head, labels, labelOfWindow, features);
  expect(own.head).toEqual(fittedOn(denser, 3));
  expect(asBand.head).toEqual(fittedOn(windows, 1));
  expect(own.head.weights).not.toEqual(asBand.head.weights);
  expect(own.classes).toEqual([0, 1, 2]);
});

it("takes as many windows as the solver does", () => {
  const perClass = Math.floor(MOST_WINDOWS / labels.length / 2);
  const windows = someone(perClass);
  const own = fitOwn(network, labels, windows, all(windows));
  expect(own.head).toEqual(fittedOn(cutDenser(windows, all(windows), 2), 2));
});

it("leaves out what has no window", () => {
  const windows = someone(4);
  const own = fitOwn(
    network,
    labels,
    windows,
    all(windows).filter((w) => labelOf(windows, w) !== 1),
  );
  expect(own.head.labels).toEqual([labels[0], labels[2]]);
  expect(own.classes).toEqual([0, 2]);
});
