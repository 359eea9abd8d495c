// What the firmware said, against what it must have said: the reference interpreter on the very counts that the driver
// took out of the sensor's FIFO.

import type { Graph } from "../ir/graph.ts";
import type { WristOrientation } from "../signal/wrist.ts";
import { createDecider, type DecisionRule } from "./decision.ts";
import type { LogLine } from "./findings.ts";
import { createLearningReference, type LearningRules } from "./learning.ts";
import { createReference, type HeadOnBand } from "./reference.ts";
import type { SampleLog } from "./sample-log.ts";
import { type BiasLine, type RestartLine, type WindowLine, windowLine } from "./telemetry.ts";

/** One window of the firmware beside the reference's. */
export interface ProvedWindow {
  readonly line: WindowLine;
  readonly atMicros: number;
  /** Rows of the sample log; null where the window has more samples than the driver took. */
  readonly rows: { readonly first: number; readonly last: number } | null;
  /** The window's int8 values are the reference front end's (by their CRC-32). */
  readonly sameInput: boolean;
  /** Outputs that differ from the reference interpreter's. */
  readonly differentOutputs: number;
  readonly expected: readonly number[];
}

export interface Proof {
  readonly windows: readonly ProvedWindow[];
  /** int8 outputs compared. */
  readonly values: number;
  readonly different: number;
  /** Windows whose input differs, or that cannot be placed in the recording. */
  readonly wrongInputs: number;
  /** Windows that were due and that the firmware did not tell. */
  readonly missing: number;
  /** Lines that say they are windows and are not. */
  readonly malformed: number;
  /** Windows whose label, confidence or shown activity does not follow from the outputs. */
  readonly wrongDecisions: number;
  /** What the band says to have learned from these windows, and would not have. */
  readonly wrongLearning: number;
  /** The files of the heads that it learned. */
  readonly learned: readonly Uint8Array[];
}

/** What may change on a band while it is worn. */
export interface Changes {
  /** Each head that it may have been sent, by the CRC that names it. */
  readonly heads?: ReadonlyMap<number, HeadOnBand>;
  /** Where it learns from its wearer. */
  readonly learning?: LearningRules | undefined;
}

/** What the driver read so shortly before a stream broke was thrown away with it. */
const THROWN_AWAY_MICROS = 100_000;

/**
 * Follows the firmware through its own lines: `stream` begins a stream of samples, `window-restart` a new window
 * within it, `gyro-bias` says what is subtracted from then on, `head` which head gives the outputs, and lines of learning
 * what it was made of.
 */
export function prove(
  lines: readonly LogLine[],
  log: SampleLog,
  graph: Graph,
  rule: DecisionRule & { readonly wrist: WristOrientation },
  { heads: sent = new Map(), learning: rules }: Changes = {},
): Proof {
  const general: HeadOnBand = { graph, orientation: 0 };
  const reference = createReference(graph, rule.wrist);
  const { samples, stride } = reference;
  const decider = createDecider(rule);
  const learning = rules === undefined ? null : createLearningReference(graph, log, rules, rule.wrist);
  const heads = new Map(sent);
  const files: Uint8Array[] = [];
  let wrongDecisions = 0;
  const windows: ProvedWindow[] = [];
  let row = 0;
  let values = 0;
  let malformed = 0;
  let missing = 0;
  /** Windows of the present stretch. */
  let told = 0;
  const endStretch = (rows: number): void => {
    const due = rows < samples ? 0 : Math.floor((rows - samples) / stride) + 1;
    missing += Math.max(0, due - told);
    told = 0;
    decider.reset();
    learning?.restart();
  };
  /** Rows from the stretch's start on that the firmware certainly had before that time. */
  const rowsUntil = (micros: number): number => {
    let end = reference.start;
    while (end < log.length && log.readMicros[end]! < micros && isOneStream(log, reference.start, end)) end++;
    return end - reference.start;
  };
  for (const { json, atMicros } of lines) {
    if (json === null) continue;
    if (json["event"] === "stream") {
      endStretch(rowsUntil(atMicros - THROWN_AWAY_MICROS));
      while (row < log.length && log.readMicros[row]! < atMicros) row++;
      reference.restart(row);
    } else if (json["event"] === "gyro-bias") reference.subtract((json as unknown as BiasLine).counts);
    else if (json["event"] === "head") {
      const crc = Number.parseInt(String(json["crc"]), 16);
      const learned = learning?.keptAs(json, crc) ?? null;
      if (learned !== null && !heads.has(crc)) files.push(learned.file);
      if (learned !== null) heads.set(crc, learned);
      const known = json["detail"] === "general" ? general : heads.get(crc);
      // A head that nobody has sent, and that could not be learned: its windows cannot be proved.
      if (known === undefined) malformed++;
      const head = known ?? general;
      reference.use(head);
      reference.wear(learning?.use(head) ?? head.orientation);
    } else if (json["event"] === "window-restart") {
      const { sample } = json as unknown as RestartLine;
      endStretch(sample);
      reference.restart(reference.start + sample);
    }
    const worn = learning?.line(json) ?? null;
    if (worn !== null) reference.wear(worn);
    if (json["event"] !== "window") continue;
    const line = windowLine(json);
    const { labels } = reference;
    const isWhole = line?.output.length === labels.length;
    if (line === null || !isWhole || line.sample !== samples + told * stride) {
      malformed++;
      continue;
    }
    told++;
    const last = reference.start + line.sample - 1;
    const isThere =
      last < log.length && log.readMicros[last]! <= atMicros && isOneStream(log, reference.start, last);
    const { crc, outputs, features } = isThere ? reference.window(log, last) : NO_WINDOW;
    const differentOutputs = line.output.filter((value, i) => value !== outputs[i]).length;
    values += line.output.length;
    const decision = decider.push(line.output);
    const isRight =
      line.label === labels[decision.label] &&
      line.confidence === decision.confidence &&
      line.shown === (decision.shown < 0 ? null : labels[decision.shown]);
    if (!isRight) wrongDecisions++;
    learning?.window({ features, label: line.label, start: reference.start, last });
    windows.push({
      line,
      atMicros,
      rows: isThere ? { first: last - reference.samples + 1, last } : null,
      sameInput: crc === Number.parseInt(line.input, 16),
      differentOutputs,
      expected: outputs,
    });
  }
  const end = log.length === 0 ? 0 : log.readMicros[log.length - 1]!;
  endStretch(rowsUntil(end - THROWN_AWAY_MICROS));
  return {
    windows,
    values,
    different: windows.reduce((sum, window) => sum + window.differentOutputs, 0),
    wrongInputs: windows.filter((window) => !window.sameInput).length,
    missing,
    malformed,
    wrongDecisions,
    wrongLearning: learning?.wrong() ?? 0,
    learned: files,
  };
}

/** Of a line whose window is nowhere in the log. */
const NO_WINDOW = { crc: Number.NaN, outputs: [], features: null };

/** No sample missing between two rows. */
function isOneStream(log: SampleLog, first: number, last: number): boolean {
  return log.epoch[first] === log.epoch[last] && log.ordinal[last]! - log.ordinal[first]! === last - first;
}
