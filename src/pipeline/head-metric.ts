// What the people who trained a network tell about its features, for whoever fits a head to it later: worked out when it is
// built, kept in the project beside the model.
import path from "node:path";
import { labelOf, selectWindows, subjectOf, type WindowSet, windowCount } from "../data/window-set.ts";
import { int8Frames } from "../evaluate/frames.ts";
import type { Graph } from "../ir/graph.ts";
import { featuresOf } from "../personalize/features.ts";
import { splitHead } from "../personalize/head.ts";
import { type HeadMetric, metricWithin } from "../personalize/metric.ts";
import { decodeMetric } from "../personalize/metric-file.ts";
import { invariant, UserError } from "../util/errors.ts";
import { projectBadMetric, projectNoMetric } from "../util/messages.ts";
import { readIfThere } from "./files.ts";
import { HEAD_METRIC_FILE } from "./layout.ts";

/** More tell nothing new, and take time: evenly spread, so that everybody and every activity is seen. */
const MOST_WINDOWS = 8192;

/**
 * @param train the windows that the network was trained on
 * @returns null where its last layer cannot be exchanged, or is beyond what the solver takes
 */
export function headMetricOf(int8: Graph, train: WindowSet): HeadMetric | null {
  const parts = partsOf(int8);
  if (parts === null) return null;
  const quantizer = int8.metadata?.inputQuantizer;
  invariant(quantizer != null, `${int8.name} is quantised and knows its pre-processing`);
  const { body, head } = parts;
  const windows = spread(train);
  const count = windowCount(windows);
  const features = featuresOf(body, count, int8Frames(windows, quantizer));
  const groups = new Map<string, number>();
  const groupOf = Array.from({ length: count }, (_, w) => {
    const group = `${labelOf(windows, w)} ${subjectOf(windows, w)}`;
    const number = groups.get(group) ?? groups.size;
    groups.set(group, number);
    return number;
  });
  return metricWithin(features, groupOf, head.features);
}

function partsOf(int8: Graph): ReturnType<typeof splitHead> | null {
  try {
    return splitHead(int8);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function spread(windows: WindowSet): WindowSet {
  const all = windowCount(windows);
  if (all <= MOST_WINDOWS) return windows;
  return selectWindows(
    windows,
    Array.from({ length: MOST_WINDOWS }, (_, i) => Math.floor((i * all) / MOST_WINDOWS)),
  );
}

/** For a network whose features nobody has seen: of the size that it will have, and tells nothing. */
export function emptyHeadMetric(int8: Graph): HeadMetric | null {
  const parts = partsOf(int8);
  return parts && metricWithin(new Int8Array(0), [], parts.head.features);
}

/**
 * @param modelHash SHA-256 of the project's model
 * @throws UserError project/no-metric, project/bad-metric
 */
export function readHeadMetric(folder: string, features: number, modelHash: Uint8Array): HeadMetric {
  const file = path.join(folder, HEAD_METRIC_FILE);
  const content = readIfThere(file);
  if (content === null) throw projectNoMetric(file);
  const read = decodeMetric(content, features, modelHash);
  if (typeof read === "string") throw projectBadMetric(file, read);
  return read;
}
