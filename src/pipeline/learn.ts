// What a band.yaml says of learning, held against the network and the board before anything is made of it.
import type { LearnInput } from "../codegen/learn-view.ts";
import type { Graph } from "../ir/graph.ts";
import { MOST_WINDOWS } from "../personalize/fit-head.ts";
import { HEAD_LIMITS, splitHead } from "../personalize/head.ts";
import { LABEL_BYTES } from "../personalize/head-file.ts";
import type { HeadMetric } from "../personalize/metric.ts";
import { headFeatures } from "../plan/head-features.ts";
import type { Board } from "../spec/board.ts";
import { invariant } from "../util/errors.ts";
import {
  bandWithoutHead,
  learnBadName,
  learnTooManyActivities,
  learnTooManyWindows,
  learnWithoutButton,
} from "../util/messages.ts";
import type { BandFile } from "./band-file.ts";

/** @throws UserError learn/*, head/*, update/no-head */
export function learnInput(
  { name, band }: Pick<BandFile, "name" | "band">,
  board: Pick<Board, "id" | "button">,
  int8: Graph,
  metric: HeadMetric | null,
): LearnInput | undefined {
  const { learn: spec } = band;
  if (spec === undefined) return undefined;
  if (board.button.pin === null) throw learnWithoutButton(board.id);
  const { head: general } = splitHead(int8);
  if (headFeatures(int8) === null) throw bandWithoutHead(name);
  const known = general.labels.length;
  const activities = known + spec.activities.length;
  if (activities > HEAD_LIMITS.mostClasses)
    throw learnTooManyActivities(known, spec.activities.length, HEAD_LIMITS.mostClasses);
  if (activities * spec.windows > MOST_WINDOWS)
    throw learnTooManyWindows(activities, spec.windows, MOST_WINDOWS);
  checkNames([...general.labels, ...spec.activities]);
  invariant(metric !== null, "a network that parts has a metric");
  return { spec, general, metric: metric.factor };
}

function checkNames(labels: readonly string[]): void {
  labels.forEach((label, i) => {
    const { length } = new TextEncoder().encode(label);
    if (length > LABEL_BYTES) throw learnBadName(label, `it has ${length} bytes, a head ${LABEL_BYTES}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(label)) throw learnBadName(label, "it has control characters");
    if (labels.indexOf(label) !== i) throw learnBadName(label, "there are two of it");
  });
}
