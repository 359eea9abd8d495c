// What the firmware's front end and network must make of the sensor's counts: the reference interpreter, fed sample by
// sample.
import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";
import { headFeatures } from "../plan/head-features.ts";
import { createFrontEnd } from "../signal/frontend.ts";
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import { composeWrists, type WristOrientation } from "../signal/wrist.ts";
import { crc32 } from "../util/crc32.ts";
import { invariant } from "../util/errors.ts";
import type { SampleLog } from "./sample-log.ts";

/** A head that a band may use. */
export interface HeadOnBand {
  /** Body and head. */
  readonly graph: Graph;
  /** How its wearer has the band, compared with how it was built. */
  readonly orientation: WristOrientation;
}

export interface ReferenceWindow {
  /** Of its int8 values. */
  readonly crc: number;
  readonly outputs: readonly number[];
  /** What the last layer reads; null where it cannot be exchanged. */
  readonly features: Int8Array | null;
}

/** Follows the samples of a stretch after another. */
export interface Reference {
  /** Samples a window, and between the starts of two. */
  readonly samples: number;
  readonly stride: number;
  /** Of the head in use. */
  readonly labels: readonly string[];
  /** Row of the first sample of the present stretch. */
  readonly start: number;
  restart(row: number): void;
  /** Another head on the same body. */
  use(head: HeadOnBand): void;
  /** How the band is worn, compared with how it was built; where that is otherwise, a restart() follows. */
  wear(orientation: WristOrientation): void;
  subtract(bias: readonly number[]): void;
  /** The window that ends with row `last`, which is not before the last one asked for. */
  window(log: SampleLog, last: number): ReferenceWindow;
}

export function createReference(graph: Graph, built: WristOrientation): Reference {
  const { metadata } = graph;
  invariant(metadata?.inputQuantizer != null, `${graph.name} is quantised and knows its pre-processing`);
  const { preprocessing, inputQuantizer } = metadata;
  const features = headFeatures(graph);
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
    use({ graph: other }) {
      interpreter = int8Interpreter(other);
      labels = other.metadata!.preprocessing.labels;
    },
    wear(orientation) {
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
      return {
        crc: crc32(window),
        outputs: [...interpreter.output],
        features: features === null ? null : Int8Array.from(interpreter.dataOf(features)),
      };
    },
  };
}
