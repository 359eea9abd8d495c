// A carried value that loses its first row in each round and gets a new last one, or the other way round: after as many
// rounds as it has rows, nothing is left of what it began as, and each row is where it would have been written at once.
import { type Node, outputsOf, tensorOf } from "../ir/graph.ts";
import type { BindContext, Loop, Operand } from "../ir/op.ts";
import { byteLength, elementCount, type Tensor } from "../ir/tensor.ts";
import type { CountedLoop } from "../ops/counted-loop.ts";
import { concatenation, slice, stridedSlice } from "../ops/index.ts";

export interface Register {
  /** The tensor of the round's row. */
  readonly row: string;
  /** The row's place is `offset + counter · stride` bytes behind the first one's. */
  readonly offset: number;
  readonly stride: number;
  /** Those that shift. */
  readonly nodes: readonly Node[];
}

/** Values are told apart by their positions, as float32; that is exact below this many. */
const MOST_VALUES = 2 ** 24;

/**
 * Recognised where carried value k is read by one SLICE or STRIDED_SLICE alone, that one by one CONCATENATION with a row
 * that the round makes, that one by nobody else, and there are as many rows as rounds; null for everything else.
 */
export function shiftRegister(
  body: Loop["body"],
  k: number,
  { first, step, rounds }: CountedLoop,
  ownerOf: (tensor: string) => string,
): Register | null {
  const [before, after] = [body.inputs[k]!, body.outputs[k]!];
  const joined = body.nodes.find(({ outputs }) => outputs[0] === after);
  const part = body.nodes.find(({ inputs }) => inputs[0] === before);
  if (joined?.op !== concatenation || joined.inputs.length !== 2) return null;
  if (part === undefined || (part.op !== slice && part.op !== stridedSlice)) return null;
  const kept = part.outputs[0];
  const row = joined.inputs.find((name) => name !== kept);
  if (row === undefined || !joined.inputs.includes(kept)) return null;
  const reads = [...body.nodes.flatMap(({ inputs }) => inputs), ...body.outputs];
  for (const name of [before, kept, after])
    if (reads.filter((read) => ownerOf(read) === name).length !== 1) return null;
  // What lived before the round may be overwritten before the row is taken.
  if (!body.nodes.some(({ outputs }) => outputs.includes(ownerOf(row)))) return null;

  const [rows, one] = [tensorOf(body, before), tensorOf(body, row)];
  const values = elementCount(rows.shape);
  if (rounds * elementCount(one.shape) !== values || values > MOST_VALUES || Math.abs(step) !== 1)
    return null;
  const side = sideOf(shifted(body, part, joined, row), elementCount(one.shape));
  if (side === null) return null;
  const bytes = byteLength(one);
  const nodes = [part, joined];
  // The round's number is (counter − first) · step.
  return side === "last"
    ? { row, offset: -first * step * bytes, stride: step * bytes, nodes }
    : { row, offset: (rounds - 1 + first * step) * bytes, stride: -step * bytes, nodes };
}

/** On which side the row comes in, its values numbered on from the others'; null where it is something else. */
function sideOf(values: Float32Array, width: number): "first" | "last" | null {
  const { length } = values;
  if (values.every((value, i) => value === i + width)) return "last";
  const inFront = values.every((value, i) => value === (i < width ? length + i : i - width));
  return inFront ? "first" : null;
}

/** Which values of [rows, row] the register holds after a round. */
function shifted(body: Loop["body"], part: Node, joined: Node, row: string): Float32Array {
  const memory = new Map<string, Operand>();
  const put = (tensor: Tensor, data: Float32Array): void => {
    memory.set(tensor.name, { tensor, data });
  };
  const rows = tensorOf(body, part.inputs[0]!);
  const count = elementCount(rows.shape);
  put(
    rows,
    Float32Array.from({ length: count }, (_, i) => i),
  );
  const own = tensorOf(body, row);
  put(
    own,
    Float32Array.from({ length: elementCount(own.shape) }, (_, i) => count + i),
  );
  for (const node of [part, joined]) {
    const [output] = outputsOf(body, node);
    put(output, new Float32Array(elementCount(output.shape)));
    const inputs = node.inputs.map((name) => memory.get(name)!);
    node.op.bindFloat(node.attrs, inputs, [memory.get(output.name)!], NO_CONTEXT)();
  }
  return memory.get(joined.outputs[0])!.data as Float32Array;
}

const NO_CONTEXT: BindContext = {
  internals: [],
  subgraph() {
    throw new Error("Bug in Bandsmith: an operator that moves values has no subgraph");
  },
};
