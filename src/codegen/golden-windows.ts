// include/golden_windows.h: windows with the interpreter's outputs, raw counts with the front end's bytes. What the
// firmware computes from the one must be the other, in test/ and when the band checks itself.
import { int8Interpreter } from "../interpret/interpreter.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { elementCount } from "../ir/tensor.ts";
import { createFrontEnd, type InputQuantizer } from "../signal/frontend.ts";
import { CHANNEL_COUNT, type Preprocessing } from "../signal/preprocessing.ts";
import { WRIST_ORIENTATIONS, type WristOrientation } from "../signal/wrist.ts";
import { invariant } from "../util/errors.ts";
import { seededRandom } from "../util/random.ts";
import type { View } from "./template.ts";

/** 16 windows of 60 samples are 6 KB of flash. */
export const MOST_GOLDEN_WINDOWS = 16;
/** Random bytes reach more of the arithmetic than a quiet wrist does. */
const RANDOM_WINDOWS = 4;
/** Long enough for the filters to ring, with counts at both ends of the range among them. */
const FRONT_END_SAMPLES = 48;
const VALUES_A_LINE = 24;

export function goldenView(
  graph: Graph,
  preprocessing: Preprocessing,
  quantizer: InputQuantizer,
  wrist: WristOrientation,
  windows: readonly Int8Array[],
): View {
  invariant(
    windows.length > 0 && windows.length <= MOST_GOLDEN_WINDOWS,
    `1 to ${MOST_GOLDEN_WINDOWS} golden windows`,
  );
  const counts = rawCounts();
  const worn = WRIST_ORIENTATIONS.map((one) => frontEndOutputs(counts, preprocessing, quantizer, one));
  return {
    count: windows.length,
    windows: windows.map((window, i) => ({ number: i, lines: numberLines(window) })),
    outputs: outputsOf(graph, windows).map((output) => ({ values: Array.from(output).join(", ") })),
    samples: FRONT_END_SAMPLES,
    counts: rows(counts),
    frontEnd: rows(worn[wrist]!),
    worn: worn.map((outputs) => ({ rows: rows(outputs) })),
  };
}

function outputsOf(graph: Graph, windows: readonly Int8Array[]): Int8Array[] {
  const interpreter = int8Interpreter(graph);
  return windows.map((window) => {
    invariant(window.length === interpreter.input.length, `a golden window is an input of ${graph.name}`);
    interpreter.input.set(window);
    interpreter.run();
    return interpreter.output.slice();
  });
}

/** Where nobody gives any. */
export function randomWindows(graph: Graph): Int8Array[] {
  const random = seededRandom("golden windows");
  const size = elementCount(tensorOf(graph, graph.input).shape);
  return Array.from({ length: RANDOM_WINDOWS }, () =>
    Int8Array.from({ length: size }, () => random.integer(256) - 128),
  );
}

/** Motion of some g, and every channel once at −32768 and once at 32767. */
function rawCounts(): Int16Array {
  const random = seededRandom("golden counts");
  return Int16Array.from({ length: FRONT_END_SAMPLES * CHANNEL_COUNT }, (_, i) => {
    const sample = Math.floor(i / CHANNEL_COUNT);
    if (sample === 20 + (i % CHANNEL_COUNT)) return -32768;
    if (sample === 30 + (i % CHANNEL_COUNT)) return 32767;
    return Math.max(-32768, Math.min(32767, Math.round(random.normal() * 5000)));
  });
}

function frontEndOutputs(
  counts: Int16Array,
  pre: Preprocessing,
  quantizer: InputQuantizer,
  wrist: WristOrientation,
): Int8Array {
  const frontEnd = createFrontEnd(pre, quantizer);
  frontEnd.wear(wrist);
  const out = new Int8Array(counts.length);
  for (let i = 0; i < counts.length; i += CHANNEL_COUNT) {
    frontEnd.push(counts.subarray(i, i + CHANNEL_COUNT), out.subarray(i, i + CHANNEL_COUNT));
  }
  return out;
}

function rows(values: Int16Array | Int8Array): View[] {
  return Array.from({ length: values.length / CHANNEL_COUNT }, (_, i) => ({
    values: Array.from(values.subarray(i * CHANNEL_COUNT, (i + 1) * CHANNEL_COUNT)).join(", "),
  }));
}

function numberLines(values: Int8Array): string[] {
  const lines: string[] = [];
  for (let i = 0; i < values.length; i += VALUES_A_LINE) {
    lines.push(`${Array.from(values.subarray(i, i + VALUES_A_LINE)).join(", ")},`);
  }
  return lines;
}
