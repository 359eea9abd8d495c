// Splitting by time: of each person's windows of each class the first train, the next validate, the last test.
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import { labelOf, type Stream, subjectOf, type WindowSet, windowCount } from "./window-set.ts";

export interface TimeParts {
  readonly train: WindowSet;
  readonly validation: WindowSet;
  readonly test: WindowSet;
  /** Windows left out because they share samples with the part before. */
  readonly dropped: number;
}

interface Piece {
  readonly stream: number;
  readonly starts: number[];
}

/**
 * No sample is in two parts, not even through a window shifted along its stream: each part gets its own piece of
 * a stream that crosses a boundary (a view, not a copy).
 * @param test share of the windows, 0 to 1
 * @param validation share of the windows, 0 to 1
 */
export function splitByTime(all: WindowSet, test: number, validation: number): TimeParts {
  const pieces: [Piece[], Piece[], Piece[]] = [[], [], []];
  let dropped = 0;
  for (const windows of groupBySubjectAndClass(all)) {
    const testFrom = Math.round(windows.length * (1 - test));
    const validationFrom = Math.round(windows.length * (1 - test - validation));
    let [usedStream, usedUntil] = [-1, 0];
    let lastPart = -1;
    windows.forEach((window, rank) => {
      const part = rank >= testFrom ? 2 : rank >= validationFrom ? 1 : 0;
      const [stream, start] = [all.streamOf[window]!, all.startOf[window]!];
      if (part !== lastPart && stream === usedStream && start < usedUntil) {
        dropped++;
        return;
      }
      const own = pieces[part];
      const current = own.at(-1);
      if (current?.stream === stream) current.starts.push(start);
      else own.push({ stream, starts: [start] });
      [usedStream, usedUntil, lastPart] = [stream, start + all.windowSamples, part];
    });
  }
  const [train, validate, held] = pieces;
  return {
    train: fromPieces(all, train),
    validation: fromPieces(all, validate),
    test: fromPieces(all, held),
    dropped,
  };
}

/** Windows of each subject and class, in time order (the order of the set). */
function groupBySubjectAndClass(all: WindowSet): Iterable<number[]> {
  const groups = new Map<string, number[]>();
  for (let w = 0; w < windowCount(all); w++) {
    const key = `${labelOf(all, w)} ${subjectOf(all, w)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [w]);
    else group.push(w);
  }
  return groups.values();
}

function fromPieces(all: WindowSet, pieces: readonly Piece[]): WindowSet {
  const streams = pieces.map(({ stream, starts }): Stream => {
    const whole = all.streams[stream]!;
    const [first, end] = [starts[0]!, starts.at(-1)! + all.windowSamples];
    return { ...whole, samples: whole.samples.subarray(first * CHANNEL_COUNT, end * CHANNEL_COUNT) };
  });
  return {
    streams,
    windowSamples: all.windowSamples,
    streamOf: Int32Array.from(pieces.flatMap(({ starts }, piece) => starts.map(() => piece))),
    startOf: Int32Array.from(pieces.flatMap(({ starts }) => starts.map((start) => start - starts[0]!))),
  };
}
