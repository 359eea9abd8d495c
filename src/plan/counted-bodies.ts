// What the compiled engine need not do of a loop whose rounds are counted: no condition is asked, the counter is C++'s own
// variable, a row picked by it is read where it lies, and rows that are collected are written to their places at once.
import { type Body, bodiesOf, type Graph, inputsOf, type Node, tensorOf } from "../ir/graph.ts";
import type { Loop } from "../ir/op.ts";
import { BYTES_PER_ELEMENT, byteLength, elementCount, type Tensor } from "../ir/tensor.ts";
import { type CountedLoop, countedLoop } from "../ops/counted-loop.ts";
import type { GatherAttrs } from "../ops/gather.ts";
import { add, gather, sub } from "../ops/index.ts";
import { INT32_MAX, INT32_MIN } from "../util/fixedpoint.ts";
import { viewOwners } from "./compiled-loops.ts";
import { shiftRegister } from "./shift-register.ts";

/** A row's place: `offset + counter · stride` bytes behind where the rows begin. */
export interface RowPlace {
  readonly offset: number;
  readonly stride: number;
}

/** A row that is read where it lies. */
export interface Row extends RowPlace {
  /** The tensor of all rows, which no round changes: a carried value of the body, or a constant. */
  readonly of: string;
}

/** Rows that a carried value collects: one a round, until all of them have been written. */
export interface Collected extends RowPlace {
  /** The tensor of the body that is the round's row. */
  readonly row: string;
}

export interface CountedBody {
  readonly counted: CountedLoop;
  /** What a round runs, in order. */
  readonly nodes: readonly Node[];
  /** By the tensor that a node would have copied the row to. */
  readonly rows: ReadonlyMap<string, Row>;
  /** By the position among the carried values. */
  readonly collected: ReadonlyMap<number, Collected>;
  /** Whether the counter is in memory, too, for what reads it otherwise. */
  readonly keepsCounter: boolean;
}

/** Of each loop that is recognised; every other one runs as its operators say. */
export function countedBodies(graph: Graph): ReadonlyMap<Node, CountedBody> {
  const outputs = new Map<Body, readonly string[]>([[graph, [graph.output]]]);
  const found = new Map<Node, CountedBody>();
  for (const { body } of bodiesOf(graph)) {
    const read = new Set([...outputs.get(body)!, ...body.nodes.flatMap(({ inputs }) => inputs)]);
    for (const node of body.nodes) {
      for (const subgraph of node.op.subgraphs?.(node.attrs) ?? []) outputs.set(subgraph, subgraph.outputs);
      const loop = node.op.loop?.(node.attrs);
      const counted = loop && countedLoop(loop, inputsOf(body, node));
      if (!counted || counted.rounds === 0) continue;
      const isRead = node.outputs.map((name) => read.has(name));
      found.set(node, countedBody(loop, counted, isRead));
    }
  }
  return found;
}

/** All nodes that never run, conditions among them. */
export function idleNodes(bodies: ReadonlyMap<Node, CountedBody>): ReadonlySet<Node> {
  return new Set(
    [...bodies].flatMap(([{ op, attrs }, { nodes }]) => {
      const { condition, body } = op.loop!(attrs);
      const running = new Set(nodes);
      return [...condition.nodes, ...body.nodes.filter((node) => !running.has(node))];
    }),
  );
}

/** @param isRead whether anything after the loop reads its outputs, one by one */
function countedBody({ body }: Loop, counted: CountedLoop, isRead: readonly boolean[]): CountedBody {
  const owners = viewOwners(body.nodes);
  const ownerOf = (tensor: string): string => owners.get(tensor) ?? tensor;
  const numbers = numbersOf(body, counted, ownerOf);
  const picked = new Map(
    body.nodes.flatMap((node) => {
      const row = pickedRow(body, node, counted, numbers, ownerOf);
      return row === null ? [] : [[node, row] as const];
    }),
  );
  const registers = new Map(
    body.outputs.flatMap((_, k) => {
      const register = shiftRegister(body, k, counted, ownerOf);
      return register === null ? [] : [[k, register] as const];
    }),
  );
  const omitted = new Set([...picked.keys(), ...[...registers.values()].flatMap(({ nodes }) => nodes)]);
  /** What a round hands on beside the counter. */
  const ends = body.outputs.flatMap((name, k) =>
    k === counted.counter ? [] : [registers.get(k)?.row ?? name],
  );
  const without = runningNodes(body.nodes, omitted, numbers, ends);
  const reads = [...without.flatMap(({ inputs }) => inputs), ...ends];
  const keepsCounter = isRead[counted.counter]! || reads.includes(body.inputs[counted.counter]!);
  const next = body.outputs[counted.counter]!;
  return {
    counted,
    nodes: keepsCounter ? runningNodes(body.nodes, omitted, numbers, [...ends, next]) : without,
    rows: new Map([...picked].map(([node, row]) => [node.outputs[0], row])),
    collected: new Map([...registers].map(([k, { row, offset, stride }]) => [k, { row, offset, stride }])),
    keepsCounter,
  };
}

/** All nodes but those omitted and, of those that only compute numbers from the counter, those that nobody reads. */
function runningNodes(
  nodes: readonly Node[],
  omitted: ReadonlySet<Node>,
  numbers: ReadonlyMap<string, Affine>,
  ends: readonly string[],
): Node[] {
  const read = new Set(ends);
  const running = nodes.toReversed().filter((node) => {
    const [output] = node.outputs;
    if (omitted.has(node) || (numbers.has(output) && !read.has(output))) return false;
    for (const input of node.inputs) read.add(input);
    return true;
  });
  return running.reverse();
}

/** counter · by + at, in every round. */
interface Affine {
  readonly at: number;
  readonly by: number;
}

/** The body's int32 numbers that follow from the counter alone, by name. */
function numbersOf(
  body: Loop["body"],
  counted: CountedLoop,
  ownerOf: (tensor: string) => string,
): ReadonlyMap<string, Affine> {
  const numbers = new Map<string, Affine>([[body.inputs[counted.counter]!, { at: 0, by: 1 }]]);
  const numberOf = (name: string): Affine | undefined => {
    const { dtype, shape, constant } = tensorOf(body, ownerOf(name));
    if (constant === null) return numbers.get(ownerOf(name));
    return dtype === "int32" && elementCount(shape) === 1 ? { at: constant[0]!, by: 0 } : undefined;
  };
  for (const { op, inputs, outputs } of body.nodes) {
    const [output] = outputs;
    if (op.view === true) {
      const same = numberOf(inputs[0]!);
      if (same !== undefined) numbers.set(output, same);
    }
    if (op !== add && op !== sub) continue;
    const [left, right] = inputs.map(numberOf);
    if (left === undefined || right === undefined) continue;
    const sign = op === add ? 1 : -1;
    const sum = { at: left.at + sign * right.at, by: left.by + sign * right.by };
    const ends = endsOf(sum, counted);
    if (ends.every((end) => end >= INT32_MIN && end <= INT32_MAX)) numbers.set(output, sum);
  }
  return numbers;
}

/** In the first round and in the last one. */
function endsOf({ at, by }: Affine, { first, step, rounds }: CountedLoop): readonly [number, number] {
  return [at + by * first, at + by * (first + (rounds - 1) * step)];
}

/** The row that a GATHER picks by a number: of rows side by side that no round changes, never beyond them. */
function pickedRow(
  body: Loop["body"],
  { op, attrs, inputs, outputs }: Node,
  counted: CountedLoop,
  numbers: ReadonlyMap<string, Affine>,
  ownerOf: (tensor: string) => string,
): Row | null {
  if (op !== gather) return null;
  const { axis } = attrs as GatherAttrs;
  const [values, index] = inputs as [string, string];
  const number = numbers.get(index) ?? numbers.get(ownerOf(index));
  if (number === undefined || !staysTheSame(body, ownerOf(values), ownerOf)) return null;
  const { shape, dtype } = tensorOf(body, values);
  if (elementCount(shape.slice(0, axis)) !== 1) return null;
  const bytes = elementCount(shape.slice(axis + 1)) * BYTES_PER_ELEMENT[dtype];
  if (bytes !== byteLength(tensorOf(body, outputs[0]))) return null;
  if (endsOf(number, counted).some((end) => end < 0 || end >= shape[axis]!)) return null;
  return { of: ownerOf(values), offset: number.at * bytes, stride: number.by * bytes };
}

/** A constant, or a carried value that every round hands on as it is. */
function staysTheSame(body: Loop["body"], name: string, ownerOf: (tensor: string) => string): boolean {
  const tensor: Tensor = tensorOf(body, name);
  if (tensor.constant !== null) return true;
  const k = body.inputs.indexOf(name);
  return k >= 0 && ownerOf(body.outputs[k]!) === name;
}
