// What the firmware said, against what it must have said: the reference interpreter on the very counts that the driver
// took out of the sensor's FIFO.

import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";
import { createFrontEnd } from "../signal/frontend.ts";
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import { composeWrists, type WristOrientation } from "../signal/wrist.ts";
import { crc32 } from "../util/crc32.ts";
import { invariant } from "../util/errors.ts";
import { createDecider, type DecisionRule } from "./decision.ts";
import type { LogLine } from "./findings.ts";
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
}

/** A head that a band may use. */
export interface HeadOnBand {
  /** Body and head. */
  readonly graph: Graph;
  /** How its wearer has the band, compared with how it was built. */
  readonly orientation: WristOrientation;
}

/** What the driver read so shortly before a stream broke was thrown away with it. */
const THROWN_AWAY_MICROS = 100_000;

/**
 * Follows the firmware through its own lines: `stream` begins a stream of samples, `window-restart` a new window
 * within it, `gyro-bias` says what is subtracted from then on, `head` which head gives the outputs.
 * @param heads each head that the band may have been given, by the CRC that names it
 */
export function prove(
  lines: readonly LogLine[],
  log: SampleLog,
  graph: Graph,
  rule: DecisionRule & { readonly wrist: WristOrientation },
  heads: ReadonlyMap<number, HeadOnBand> = new Map(),
): Proof {
  const general: HeadOnBand = { graph, orientation: 0 };
  const reference = createReference(graph, rule.wrist);
  const { samples, stride } = reference;
  const decider = createDecider(rule);
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
      const known =
        json["detail"] === "general" ? general : heads.get(Number.parseInt(String(json["crc"]), 16));
      // A head that nobody has sent: its windows cannot be proved.
      if (known === undefined) malformed++;
      reference.use(known ?? general);
    } else if (json["event"] === "window-restart") {
      const { sample } = json as unknown as RestartLine;
      endStretch(sample);
      reference.restart(reference.start + sample);
    }
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
    const { crc, outputs } = isThere ? reference.window(log, last) : { crc: Number.NaN, outputs: [] };
    const differentOutputs = line.output.filter((value, i) => value !== outputs[i]).length;
    values += line.output.length;
    const decision = decider.push(line.output);
    const isRight =
      line.label === labels[decision.label] &&
      line.confidence === decision.confidence &&
      line.shown === (decision.shown < 0 ? null : labels[decision.shown]);
    if (!isRight) wrongDecisions++;
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
  };
}

/** No sample missing between two rows. */
function isOneStream(log: SampleLog, first: number, last: number): boolean {
  return log.epoch[first] === log.epoch[last] && log.ordinal[last]! - log.ordinal[first]! === last - first;
}

interface Reference {
  /** Samples a window, and between the starts of two. */
  readonly samples: number;
  readonly stride: number;
  /** Of the head in use. */
  readonly labels: readonly string[];
  /** Row of the first sample of the present stretch. */
  readonly start: number;
  restart(row: number): void;
  /** Another head on the same body; where it is worn otherwise, a restart() follows. */
  use(head: HeadOnBand): void;
  subtract(bias: readonly number[]): void;
  /** The window that ends with row `last`, which is not before the last one asked for. */
  window(log: SampleLog, last: number): { readonly crc: number; readonly outputs: readonly number[] };
}

function createReference(graph: Graph, built: WristOrientation): Reference {
  const { metadata } = graph;
  invariant(metadata?.inputQuantizer != null, `${graph.name} is quantised and knows its pre-processing`);
  const { preprocessing, inputQuantizer } = metadata;
  const frontEnd = createFrontEnd(preprocessing, inputQuantizer);
  frontEnd.wear(built);
  let worn: WristOrientation = 0;
  let interpreter = int8Interpreter(graph);
  let { labels } = preprocessing;
  const size = preprocessing.windowSamples * CHANNEL_COUNT;
  const counts = new Int16Array(CHANNEL_COUNT);
  const values = new Int8Array(CHANNEL_COUNT);
  const window = new Int8Array(size);
  let bias: readonly number[] = [0, 0, 0];
  let start = 0;
  let next = 0;
  return {
    samples: preprocessing.windowSamples,
    stride: preprocessing.strideSamples,
    get labels() {
      return labels;
    },
    use({ graph: other, orientation }) {
      interpreter = int8Interpreter(other);
      labels = other.metadata!.preprocessing.labels;
      // A head that is only told again changes nothing.
      if (orientation === worn) return;
      worn = orientation;
      frontEnd.wear(composeWrists(built, worn));
    },
    get start() {
      return start;
    },
    restart(row) {
      start = next = row;
      frontEnd.reset();
    },
    subtract(counts) {
      bias = counts;
    },
    window(log, last) {
      for (; next <= last; next++) {
        counts.set(log.countsOf(next));
        bias.forEach((offset, axis) => {
          counts[3 + axis] = Math.max(-32768, Math.min(32767, counts[3 + axis]! - offset));
        });
        frontEnd.push(counts, values);
        window.copyWithin(0, CHANNEL_COUNT);
        window.set(values, size - CHANNEL_COUNT);
      }
      interpreter.input.set(window);
      interpreter.run();
      return { crc: crc32(window), outputs: [...interpreter.output] };
    },
  };
}
