// Where each activation lives: offsets in one block of memory, so that tensors alive at the same time do not overlap.
import { type Graph, tensorOf } from "../ir/graph.ts";
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

export interface MemoryPlan {
  readonly placements: readonly Placement[];
  /** Bytes of the block. */
  readonly bytes: number;
  /** The most bytes alive at any one node: no plan can need less. */
  readonly lowerBound: number;
}

/** Greedy by size, as TFLite Micro's GreedyMemoryPlanner: the largest first, each at the lowest gap that fits. */
export function planOffsets(graph: Graph): MemoryPlan {
  const buffers = lifetimes(graph).sort((a, b) => b.bytes - a.bytes || a.first - b.first);
  const placed: Placement[] = [];
  for (const buffer of buffers) {
    const rivals = placed
      .filter((other) => other.first <= buffer.last && buffer.first <= other.last)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const rival of rivals) {
      if (offset + buffer.bytes <= rival.offset) break;
      offset = Math.max(offset, align(rival.offset + rival.bytes));
    }
    placed.push({ ...buffer, offset });
  }
  const nodes = Array.from({ length: graph.nodes.length }, (_, i) => i);
  return {
    placements: placed.sort((a, b) => a.first - b.first),
    bytes: Math.max(0, ...placed.map((placement) => placement.offset + placement.bytes)),
    lowerBound: Math.max(0, ...nodes.map((i) => sum(placed.filter((p) => p.first <= i && i <= p.last)))),
  };
}

function lifetimes(graph: Graph): Omit<Placement, "offset">[] {
  const made = graph.nodes.flatMap((node, index) => node.outputs.map((name) => ({ name, index })));
  return [{ name: graph.input, index: -1 }, ...made].map(({ name, index: first }) => {
    const reads = graph.nodes.flatMap((node, index) => (node.inputs.includes(name) ? [index] : []));
    // The caller reads the output after the last node.
    const last = name === graph.output ? graph.nodes.length : Math.max(first, ...reads);
    return { name, bytes: align(byteLength(tensorOf(graph, name))), first: Math.max(first, 0), last };
  });
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function sum(placements: readonly Placement[]): number {
  return placements.reduce((total, placement) => total + placement.bytes, 0);
}
