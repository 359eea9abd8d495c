// What a band must learn from the windows that its wearer gave it: the same fit, on the reference's features of the counts
// that the driver read. The band's lines say what was recorded of which activity; everything else follows.
import { overlappingWindows } from "../codegen/learn-view.ts";
import { argmax } from "../evaluate/metrics.ts";
import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";
import { fitHead } from "../personalize/fit-head.ts";
import { type Head, headGraph, splitHead, withHead } from "../personalize/head.ts";
import { decodeHeadFile, encodeMessage, outputsCrcOf, withSignature } from "../personalize/head-file.ts";
import type { HeadMetric } from "../personalize/metric.ts";
import { composeWrists, type WristOrientation } from "../signal/wrist.ts";
import { createWristDetector } from "../signal/wrist-detector.ts";
import { decodeWristReference } from "../signal/wrist-reference.ts";
import type { LearnSpec } from "../spec/band.ts";
import { invariant } from "../util/errors.ts";
import type { HeadOnBand } from "./reference.ts";
import type { SampleLog } from "./sample-log.ts";

export interface LearningRules {
  readonly spec: LearnSpec;
  /** SHA-256 of the model's file. */
  readonly modelHash: Uint8Array;
  /** Of those who trained the network. */
  readonly metric: HeadMetric;
  /** What the last layer reads in the golden windows. */
  readonly golden: readonly Int8Array[];
}

/** A window of the present stretch. */
export interface HeardWindow {
  /** null where nobody knows them. */
  readonly features: Int8Array | null;
  /** What the head in use takes it for. */
  readonly label: string;
  /** Rows of the sample log: the stretch's first, and the window's last. */
  readonly start: number;
  readonly last: number;
}

export interface LearningReference {
  /** Another stretch of windows begins. */
  restart(): void;
  window(window: HeardWindow): void;
  /** The head that gives the outputs from now on, and how the band is worn then. */
  use(head: HeadOnBand): WristOrientation;
  /** Takes a line of the band; how it is worn from now on, where the line says so. */
  line(json: Json): WristOrientation | null;
  /** The head that was learned, and all of its file, if that is what a line `head` names. */
  keptAs(json: Json, crc: number): (HeadOnBand & { readonly file: Uint8Array }) | null;
  /** Lines so far that are not what must have been learned. */
  wrong(): number;
}

type Json = Readonly<Record<string, unknown>>;

/** All windows of one activity. */
interface Recording {
  readonly fitted: readonly Int8Array[];
  readonly heldBack: readonly Int8Array[];
  /** Of those held back, those that the head in use knew. */
  readonly right: number;
}

export function createLearningReference(
  graph: Graph,
  log: SampleLog,
  { spec, modelHash, metric, golden }: LearningRules,
  built: WristOrientation,
): LearningReference {
  const { metadata } = graph;
  invariant(metadata !== null, `${graph.name} knows its pre-processing`);
  const { preprocessing } = metadata;
  const { labels, wristReference: text } = preprocessing;
  const { head: general } = splitHead(graph);
  const dropped = overlappingWindows(preprocessing);
  const activities = [...labels, ...spec.activities];
  const places = text === undefined ? null : decodeWristReference(text, labels.length);
  const detector = createWristDetector(places ?? [], preprocessing.sensor);
  let wrong = 0;
  let isTaught = false;
  let stretch: HeardWindow[] = [];
  /** By activity, in the order of recording. */
  const recordings = new Map<string, Recording>();
  let inUse: WristOrientation = 0;
  let worn: WristOrientation = 0;
  /** What the windows so far say, until the band says it. */
  let turned: WristOrientation | null = null;
  let made: Head | null = null;
  let kept: { readonly head: Head; readonly orientation: WristOrientation } | null = null;

  const check = (holds: boolean): void => {
    if (!holds) wrong++;
  };

  /** One set of windows, whole: the band says so right after its last. */
  function record({ detail, windows, heldBack, right }: Json): void {
    const label = String(detail);
    const judging = spec.windows + dropped;
    const sound = stretch.length === judging + spec.heldBack && activities.includes(label);
    if (!sound || recordings.has(label) || stretch.some(({ features }) => features === null)) {
      wrong++;
      return;
    }
    const features = stretch.map((window) => window.features!);
    const judges = stretch.slice(judging);
    const recording = {
      fitted: features.slice(0, spec.windows),
      heldBack: features.slice(judging),
      right: judges.filter((window) => window.label === label).length,
    };
    check(windows === spec.windows && heldBack === spec.heldBack && right === recording.right);
    recordings.set(label, recording);
    if (places === null) return;
    const index = labels.indexOf(label);
    let row = stretch[0]!.start;
    for (const { last } of stretch.slice(0, spec.windows)) {
      for (; row <= last; row++) detector.push(log.countsOf(row));
      detector.close(index < 0 ? null : index);
    }
    const told = detector.byLabel();
    const way = told === null ? worn : composeWrists(built, told);
    turned = way === worn ? null : way;
  }

  function fit({ windows, classes, heldBack, was, now, detail }: Json): void {
    made = null;
    if (recordings.size < 2) {
      wrong++;
      return;
    }
    const names = activities.filter((label) => recordings.has(label));
    const sets = [...recordings];
    const flat = (lists: readonly Int8Array[]): Int8Array => Int8Array.from(lists.flatMap((one) => [...one]));
    const head = fitHead(general, metric, {
      labels: names,
      features: flat(sets.flatMap(([, { fitted }]) => fitted)),
      classOf: Uint8Array.from(
        sets.flatMap(([label]) => Array.from({ length: spec.windows }, () => names.indexOf(label))),
      ),
    });
    const interpreter = int8Interpreter(headGraph(head));
    const knows = (features: Int8Array, label: string): boolean => {
      interpreter.input.set(features);
      interpreter.run();
      return names[argmax(interpreter.output)] === label;
    };
    const before = sets.reduce((sum, [, { right }]) => sum + right, 0);
    const after = sets.flatMap(([label, one]) => one.heldBack.filter((each) => knows(each, label))).length;
    check(windows === spec.windows * sets.length && classes === sets.length);
    check(heldBack === spec.heldBack * sets.length && was === before && now === after);
    check(detail === (after < before ? "worse" : "not worse"));
    if (after >= before) made = head;
  }

  function forget(): void {
    recordings.clear();
    detector.reset();
    turned = null;
    made = null;
    isTaught = false;
  }

  return {
    restart() {
      stretch = [];
    },
    window(window) {
      stretch.push(window);
    },
    use(head) {
      inUse = head.orientation;
      // Another head ends the teaching first: this one was only asked for.
      if (!isTaught) worn = inUse;
      return worn;
    },
    line(json) {
      const event = String(json["event"]);
      if (event === "start") {
        // The supply was gone, and with it everything that was not kept.
        forget();
        kept = null;
      }
      if (!event.startsWith("learn-")) return null;
      if (event === "learn-wrist") {
        check(json["orientation"] === turned);
        worn = turned ?? worn;
        turned = null;
        recordings.clear();
        return worn;
      }
      // The windows have told it, and the band has not said so.
      check(turned === null);
      turned = null;
      if (event === "learn-started") {
        forget();
        kept = null;
        isTaught = true;
      } else if (event === "learn-dropped") check(recordings.delete(String(json["detail"])));
      else if (event === "learn-recorded") record(json);
      else if (event === "learn-fitted") fit(json);
      else if (event === "learn-ended") {
        if (json["detail"] === "kept") {
          check(made !== null);
          kept = made && { head: made, orientation: worn };
        }
        forget();
        worn = inUse;
        return worn;
      }
      return null;
    },
    keptAs({ sequence }, crc) {
      if (kept === null || typeof sequence !== "number") return null;
      const { head, orientation } = kept;
      const message = encodeMessage({
        head,
        sequence,
        modelHash,
        orientation,
        outputsCrc: outputsCrcOf(head, golden),
        madeHere: true,
      });
      const file = withSignature(message);
      if (decodeHeadFile(file, "the head that was learned").crc !== crc) return null;
      return { graph: withHead(graph, head), orientation, file };
    },
    wrong: () => wrong,
  };
}
