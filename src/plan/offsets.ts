// Where each activation lives under TFLite Micro: offsets in one block of memory, so that tensors alive at the same time do not overlap.
import { type Body, type Graph, type Node, subgraphPrefix, tensorOf } from "../ir/graph.ts";
import { byteLength } from "../ir/tensor.ts";

/** TFLite Micro aligns every buffer so; kernels may load words. */
const ALIGNMENT = 16;

export interface Placement {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  /** First and last node index at which the tensor is needed; −1 stands for before the first node. */
  readonly first: number;
  readonly last: number;
}

/** What is to be placed. */
type Buffer = Omit<Placement, "offset">;

export interface MemoryPlan {
  readonly placements: readonly Placement[];
  /** Bytes of the block. */
  readonly bytes: number;
  /** The most bytes alive at any one node: no plan can need less. */
  readonly lowerBound: number;
}

/** Greedy by size, as TFLite Micro's GreedyMemoryPlanner: the largest first, each at the lowest gap that fits. */
export function planOffsets(graph: Graph): MemoryPlan {
  return planBody(graph, [graph.input], [graph.output]);
}

function planBody(body: Body, inputs: readonly string[], outputs: readonly string[]): MemoryPlan {
  const placed = placeBuffers(lifetimes(body, inputs, outputs));
  const nodes = Array.from({ length: body.nodes.length }, (_, i) => i);
  return {
    placements: placed.sort((a, b) => a.first - b.first),
    bytes: extentOf(placed),
    lowerBound: Math.max(0, ...nodes.map((i) => sum(placed.filter((p) => p.first <= i && i <= p.last)))),
  };
}

/** Gives each buffer its offset. Sizes must be multiples of the alignment that the offsets are to have. */
export function placeBuffers(buffers: readonly Buffer[]): Placement[] {
  const placed: Placement[] = [];
  for (const buffer of buffers.toSorted((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    const rivals = placed
      .filter((other) => other.first <= buffer.last && buffer.first <= other.last)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const rival of rivals) {
      if (offset + buffer.bytes <= rival.offset) break;
      offset = Math.max(offset, rival.offset + rival.bytes);
    }
    placed.push({ ...buffer, offset });
  }
  return placed;
}

/** Bytes of the block that holds them. */
export function extentOf(placed: readonly Placement[]): number {
  return Math.max(0, ...placed.map(({ offset, bytes }) => offset + bytes));
}

function lifetimes(body: Body, inputs: readonly string[], outputs: readonly string[]): Buffer[] {
  const end = body.nodes.length;
  const made = body.nodes.flatMap((node, index) => node.outputs.map((name) => ({ name, index })));
  const tensors = [...inputs.map((name) => ({ name, index: -1 })), ...made].map(({ name, index }) => {
    const reads = body.nodes.flatMap((node, i) => (node.inputs.includes(name) ? [i] : []));
    // The caller reads the output after the last node.
    const last = outputs.includes(name) ? end : Math.max(index, ...reads);
    return { name, bytes: align(byteLength(tensorOf(body, name))), first: Math.max(index, 0), last };
  });
  return [...tensors, ...body.nodes.flatMap(subgraphBlocks)];
}

/** A subgraph's activations, together, while its operator runs: it is handed its values and read out again. */
function subgraphBlocks(node: Node, index: number): Buffer[] {
  return (node.op.subgraphs?.(node.attrs) ?? []).map((subgraph, i) => ({
    name: subgraphPrefix("", node, i),
    bytes: planBody(subgraph, subgraph.inputs, subgraph.outputs).bytes,
    first: index,
    last: index,
  }));
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function sum(placements: readonly Placement[]): number {
  return placements.reduce((total, placement) => total + placement.bytes, 0);
}
