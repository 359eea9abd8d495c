// A head for one wearer, from a built project and their recordings.
//
//   project ─1─▶ body, general head ─┐
//   recordings ─2─▶ windows, wrist ──┴─3─▶ features ─4─▶ head ─5─▶ judged ─6─▶ .tflite verified, head file signed ─▶ disk
import path from "node:path";
import { splitCalibration } from "../../data/calibration.ts";
import { labelOf, type WindowSet, windowCount } from "../../data/window-set.ts";
import { sumOfLayers } from "../../evaluate/agreement.ts";
import { confusionMatrix } from "../../evaluate/charts.ts";
import { int8Frames } from "../../evaluate/frames.ts";
import { argmax, computeMetrics, type Metrics } from "../../evaluate/metrics.ts";
import type { Graph, GraphMetadata } from "../../ir/graph.ts";
import { featuresOf, headOutputs } from "../../personalize/features.ts";
import { type Head, splitHead, withHead } from "../../personalize/head.ts";
import { encodeMessage, outputsCrcOf, withSignature } from "../../personalize/head-file.ts";
import type { InputQuantizer } from "../../signal/frontend.ts";
import { WRIST_NAMES, type WristName, type WristOrientation, wristOrientation } from "../../signal/wrist.ts";
import { writeTflite } from "../../tflite/write.ts";
import { invariant } from "../../util/errors.ts";
import { sha256 } from "../../util/hash.ts";
import { bandWithoutHead, headWorse, modelDisagrees, nothingHeldBack } from "../../util/messages.ts";
import { verifyModel } from "../compile.ts";
import type { DataSource } from "../data.ts";
import type { OnEvent } from "../events.ts";
import { checkWritable, readNeeded, writeWhole } from "../files.ts";
import { goldenOf } from "../head-file-checks.ts";
import { readHeadMetric } from "../head-metric.ts";
import { MODEL_FILE } from "../layout.ts";
import { checkCount, checkSequence } from "../option-values.ts";
import { loadForModel } from "../recorded-windows.ts";
import { TOOL_VERSION } from "../resources.ts";
import { readTwinProject, type TwinProject } from "../twin/project.ts";
import { fitOwn } from "./fitting.ts";
import { orientationOf } from "./orientation.ts";
import { type ActivityOutcome, OUTCOME_FORMAT, type Outcome } from "./outcome.ts";
import { type Person, personOf, type WantedActivities } from "./person.ts";
import { signerFor } from "./signing.ts";

export interface PersonalizeOptions extends WantedActivities {
  /** A project's or a build's folder, or the band.yaml that was built. */
  readonly project: string;
  readonly recordings: DataSource;
  /** Null: whoever is alone in the recordings. */
  readonly subject: string | null;
  /** Of each activity, the first in time: what the head is fitted on. The others judge it. */
  readonly windows: number;
  /** How the band is worn, seen from how it was built; null: told by the windows. */
  readonly wrist: WristName | null;
  /** Null: head-private.pem beside the band file or in the working directory. */
  readonly keyFile: string | null;
  /** A band takes only what is higher than all that it has ever taken. */
  readonly sequence: number;
  /** What files are called; null: as the person. */
  readonly name: string | null;
  readonly output: string;
  /** Also a head that is worse than the one before, or that nothing has judged. */
  readonly force: boolean;
  readonly onEvent: OnEvent;
}

export interface PersonalizeResult {
  readonly outcome: Outcome;
  /** What was written. */
  readonly files: readonly string[];
}

/** A network's windows under one way of wearing, and what its body makes of them. */
interface Seen {
  readonly windows: WindowSet;
  /** [windows, features] */
  readonly features: Int8Array;
}

const STEPS = 6;

/** @throws UserError personalize/*, head/*, project/*, data/*, keys/*, update/*, file/* */
export async function personalize(options: PersonalizeOptions): Promise<PersonalizeResult> {
  const { onEvent } = options;
  const step = (number: number, title: string): void => {
    onEvent({ kind: "step", number, of: STEPS, title });
  };
  step(1, `reading ${options.project}`);
  checkCount("--windows", options.windows);
  checkSequence(options.sequence);
  const project = readTwinProject(options.project);
  const { graph, manifest } = project;
  if (manifest.head === null) throw bandWithoutHead(manifest.name);
  const sign = signerFor(manifest.head.publicKey, options.project, options.keyFile);
  checkWritable(options.output);
  const { preprocessing, quantizer } = metadataOf(graph);
  const { body, head: general } = splitHead(graph);

  step(2, `recordings of ${options.recordings.path}`);
  const recordings = await loadForModel(preprocessing, options.recordings, onEvent);
  const person = personOf(recordings, manifest.activities, options.subject, options, onEvent);
  const asRecorded = person.windows([], 0);
  const { calibration, test } = splitCalibration(asRecorded, options.windows);
  const told = options.wrist === null ? orientationOf(preprocessing, asRecorded, calibration) : null;
  const wrist = options.wrist === null ? (told ?? 0) : wristOrientation(options.wrist);
  for (const note of notesOf(person, told, options)) onEvent({ kind: "note", text: note });

  step(3, `features of ${windowCount(asRecorded)} windows`);
  const look = (worn: WristOrientation): Seen => {
    const isAsRecorded = worn === 0 && preprocessing.filters.length === 0;
    const windows = isAsRecorded ? asRecorded : person.windows(preprocessing.filters, worn);
    const features = featuresOf(body, windowCount(windows), int8Frames(windows, quantizer));
    return { windows, features };
  };
  const asBuilt = look(0);
  const asWorn = wrist === 0 ? asBuilt : look(wrist);

  step(4, `fitting a head on ${calibration.length} windows`);
  const metric = readHeadMetric(project.folder, general.features, project.modelHash);
  const labelOfWindow = calibration.map((w) => labelOf(asWorn.windows, w));
  const { head } = fitOwn(
    { head: general, metric },
    person.labels,
    labelOfWindow,
    rowsOf(asWorn, calibration, general.features),
  );

  step(5, `judging it by ${test.length} windows that were held back`);
  const before = judge(general, asBuilt, person, test);
  const after = judge(head, asWorn, person, test);
  if (!options.force) refuseWorse(person, options.windows, before, after);

  step(6, "verifying and writing");
  const own = withHead(graph, head);
  const tflite = writeTflite(own);
  const agreement = sumOfLayers(verifyModel(own, tflite, asWorn.windows, onEvent).layers);
  if (agreement.different > 0) throw modelDisagrees(agreement.different, agreement.values);
  const model = readNeeded(path.join(project.folder, MODEL_FILE), "The project's model");
  const message = encodeMessage({
    head,
    sequence: options.sequence,
    modelHash: new Uint8Array(Buffer.from(sha256(model), "hex")),
    orientation: wrist,
    outputsCrc: outputsCrcOf(head, goldenOf(manifest.head.goldenFeatures)),
    madeHere: false,
  });
  const file = sign === null ? null : withSignature(message, sign(message));
  const name = path.join(options.output, safeName(options.name ?? person.name));
  const outcome: Outcome = {
    format: OUTCOME_FORMAT,
    tool: `bandsmith ${TOOL_VERSION}`,
    project: manifest.name,
    person: person.name,
    model: sha256(model),
    activities: activitiesOf(person, project, asWorn.windows, calibration, before, after),
    left: general.labels.filter((label) => !head.labels.includes(label)),
    ignored: person.ignored,
    wrist: { told: told === null ? null : WRIST_NAMES[told], used: WRIST_NAMES[wrist] },
    before,
    after,
    verified: {
      windows: windowCount(asWorn.windows),
      values: agreement.values,
      different: agreement.different,
    },
    head: {
      sequence: options.sequence,
      bytes: withSignature(message).length,
      file: file === null ? null : `${name}.head`,
    },
    tflite: { file: `${name}.tflite`, bytes: tflite.length },
  };
  const files = new Map<string, Uint8Array | string>([
    [`${name}.tflite`, tflite],
    ...(file === null ? [] : [[`${name}.head`, file] as const]),
    [`${name}.json`, `${JSON.stringify(outcome, null, 2)}\n`],
    ...(await picturesOf(name, outcome)),
  ]);
  for (const [where, content] of files) writeWhole(where, content);
  return { outcome, files: [...files.keys()] };
}

function metadataOf({ metadata }: Graph): {
  readonly preprocessing: GraphMetadata["preprocessing"];
  readonly quantizer: InputQuantizer;
} {
  invariant(metadata !== null && metadata.inputQuantizer !== null, "a project's model carries its front end");
  return { preprocessing: metadata.preprocessing, quantizer: metadata.inputQuantizer };
}

function notesOf(
  { ignored }: Person,
  told: WristOrientation | null,
  { wrist }: PersonalizeOptions,
): readonly string[] {
  const worn =
    told === null || told === 0
      ? []
      : [`the band was worn otherwise than in the recordings that it learnt from: ${WRIST_NAMES[told]}`];
  const foreign =
    ignored.length === 0
      ? []
      : [`the network does not know ${ignored.join(", ")}: left out (--add takes them in)`];
  return [...(wrist === null ? worn : []), ...foreign];
}

/** What a head says of the windows held back; null where there are none. */
function judge(head: Head, seen: Seen, person: Person, test: readonly number[]): Metrics | null {
  if (test.length === 0) return null;
  const outputs = headOutputs(head, rowsOf(seen, test, head.features));
  const classes = head.labels.map((label) => person.labels.indexOf(label));
  return computeMetrics(
    person.labels,
    test.map((w) => labelOf(seen.windows, w)),
    test.map((_, i) => classes[argmax(outputs, i * classes.length, classes.length)]!),
    test.map(() => person.name),
  );
}

function rowsOf({ features }: Seen, windows: readonly number[], width: number): Int8Array {
  const rows = new Int8Array(windows.length * width);
  windows.forEach((w, i) => {
    rows.set(features.subarray(w * width, (w + 1) * width), i * width);
  });
  return rows;
}

/** @throws UserError personalize/nothing-held-back, personalize/worse */
function refuseWorse(person: Person, perClass: number, before: Metrics | null, after: Metrics | null): void {
  if (before === null || after === null) throw nothingHeldBack(person.name, perClass);
  const [was, is] = [rightOf(before), rightOf(after)];
  if (is < was) throw headWorse(was, is, before.windows);
}

function rightOf({ confusion }: Metrics): number {
  return confusion.reduce((sum, row, k) => sum + row[k]!, 0);
}

function activitiesOf(
  { labels }: Person,
  { graph }: TwinProject,
  windows: WindowSet,
  calibration: readonly number[],
  before: Metrics | null,
  after: Metrics | null,
): ActivityOutcome[] {
  const known = metadataOf(graph).preprocessing.labels.length;
  return labels.flatMap((activity, k) => {
    const fitted = calibration.filter((w) => labelOf(windows, w) === k).length;
    if (fitted === 0) return [];
    const right = (metrics: Metrics | null): number => metrics?.confusion[k]?.[k] ?? 0;
    return {
      activity,
      isNew: k >= known,
      fitted,
      heldBack: after?.classes[k]?.windows ?? 0,
      before: right(before),
      after: right(after),
    };
  });
}

async function picturesOf(name: string, { before, after }: Outcome): Promise<[string, string][]> {
  if (before === null || after === null) return [];
  return [
    [`${name}-before.svg`, await confusionMatrix(before, "before, windows held back")],
    [`${name}-after.svg`, await confusionMatrix(after, "after, windows held back")],
  ];
}

/** A person's name as a file's. */
function safeName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^\.+/, "") || "head";
}
