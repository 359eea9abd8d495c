// Random LSTM layers, and nets with one behind convolutions.
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import { unidirectionalSequenceLstm } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { normals, type OperatorCases, pick } from "./case.ts";

export const RECURRENT: OperatorCases = {
  UNIDIRECTIONAL_SEQUENCE_LSTM: {
    // [batch, time, features] or, time major, [time, batch, features].
    shape: (random) => [1 + random.integer(2), 1 + random.integer(12), 1 + random.integer(8)],
    step: (b, random, input, name) => lstmLayer(b, random, input, name, 1 + random.integer(24)),
  },
};

export function lstmLayer(
  b: GraphBuilder,
  random: Random,
  input: string,
  name: string,
  units: number,
  timeMajor = random.uniform() < 0.3,
): string {
  const features = b.shapeOf(input).at(-1)!;
  // Small weights leave the gates half open, large ones saturate them.
  const size = pick(random, [0.2, 1, 1, 3, 8]);
  const weights = (what: string, depth: number): string =>
    b.constant(`${name}/${what}`, [units, depth], normals(random, units * depth, size / Math.sqrt(depth)));
  const bias = (what: string): string =>
    b.constant(`${name}/${what}`, [units], normals(random, units, pick(random, [0, 0.3, 2])));
  const inputs = [
    input,
    weights("input to input", features),
    weights("input to forget", features),
    weights("input to cell", features),
    weights("input to output", features),
    weights("recurrent to input", units),
    weights("recurrent to forget", units),
    weights("recurrent to cell", units),
    weights("recurrent to output", units),
    bias("input bias"),
    bias("forget bias"),
    bias("cell bias"),
    bias("output bias"),
  ] as const;
  const cellClip = pick(random, [0, 0, 10, 0.5]);
  const attrs = { timeMajor, cellClip, cellExponent: null };
  return b.node(unidirectionalSequenceLstm, attrs, inputs, name);
}
