// What an arena holds at which step: values between nodes, scratch memory of kernels, and a block for each loop.
import { type Body, type Node, tensorOf } from "../ir/graph.ts";
import type { KernelCall, KernelScratch } from "../ir/kernel.ts";
import { byteLength } from "../ir/tensor.ts";
import type { Block } from "./blocks.ts";

/** Kernels may load words. */
const ALIGNMENT = 4;

export const BYTES = { int8_t: 1, int16_t: 2, int32_t: 4 } as const;

/** The kernel calls of each node of the graph and of its loops; no view, no loop and nothing idle has any itself. */
export type NodeCalls = ReadonlyMap<Node, readonly KernelCall[]>;

interface ArenaBlock extends Block {
  /** A tensor's name, scratch memory, the block of a loop, or the position of a carried value that is set aside. */
  readonly holds: string | KernelScratch | Node | number;
}

/** What is known of a body before its memory is packed. */
export interface Needs {
  readonly calls: NodeCalls;
  /** Needed after the last node. */
  readonly outputs: readonly string[];
  /** What lives elsewhere. */
  readonly given: readonly string[];
  /** Further memory after the last node, for carried values. */
  readonly aside: readonly { readonly key: number; readonly bytes: number }[];
}

export interface LoopBlock {
  readonly bytes: number;
  /** Outputs that nobody needs, and that are nowhere. */
  readonly gone: readonly string[];
}

/** What the arena holds, in the order in which it is made. */
export function arenaBlocks(
  body: Body,
  { calls, outputs, given, aside }: Needs,
  ownerOf: (tensor: string) => string,
  loops: ReadonlyMap<Node, LoopBlock>,
): ArenaBlock[] {
  const { nodes } = body;
  const steps = stepsOf(nodes, calls);
  const end = (steps.at(-1)?.last ?? -1) + 1;
  const needed = outputs.map(ownerOf);
  const blocks: ArenaBlock[] = [];
  nodes.forEach((node, i) => {
    const { first, last: done } = steps[i]!;
    const gone = loops.get(node)?.gone ?? [];
    for (const name of node.outputs) {
      if (ownerOf(name) !== name || given.includes(name) || gone.includes(name)) continue;
      const over = overlapsOf(node, calls.get(node)!, ownerOf).flatMap(({ owner, lead }) => {
        const index = blocks.findIndex(({ holds }) => holds === owner);
        return index >= 0 && blocks[index]!.last === first ? [{ index, lead: inWholeWords(lead) }] : [];
      });
      const last = needed.includes(name) ? end : steps[lastUse(nodes, name, i, ownerOf)]!.last;
      blocks.push({ holds: name, bytes: inWholeWords(byteLength(tensorOf(body, name))), first, last, over });
    }
    calls.get(node)!.forEach(({ scratch }, k) => {
      const step = first + k;
      for (const holds of scratch ?? []) {
        if (holds === null) continue;
        blocks.push({ holds, bytes: inWholeWords(scratchBytes(holds)), first: step, last: step, over: [] });
      }
    });
    const loop = loops.get(node);
    if (loop !== undefined) blocks.push({ holds: node, bytes: loop.bytes, first, last: done, over: [] });
  });
  for (const { key, bytes } of aside) {
    blocks.push({ holds: key, bytes: inWholeWords(bytes), first: end, last: end, over: [] });
  }
  return blocks;
}

/** What the node's output may overlap: not what it is handed a second time under conditions of its own. */
export function overlapsOf(
  { inputs }: Node,
  calls: readonly KernelCall[],
  ownerOf: (tensor: string) => string,
): { readonly owner: string; readonly lead: number }[] {
  const overlaps = calls.length === 1 ? (calls[0]!.overlaps ?? []) : [];
  return overlaps.flatMap(({ input }) => {
    const owner = ownerOf(inputs[input]!);
    const all = inputs.flatMap((name, k) => (ownerOf(name) === owner ? [k] : []));
    const leads = all.map((k) => overlaps.find((own) => own.input === k)?.lead ?? Infinity);
    const lead = Math.max(...leads);
    return all[0] === input && lead < Infinity ? [{ owner, lead }] : [];
  });
}

/** The calls of each node, counted through: its scratch memory lives for one call, its tensors for all of them. */
function stepsOf(
  nodes: readonly Node[],
  calls: NodeCalls,
): readonly { readonly first: number; readonly last: number }[] {
  let next = 0;
  return nodes.map((node) => {
    const first = next;
    next += Math.max(calls.get(node)!.length, 1);
    return { first, last: next - 1 };
  });
}

function lastUse(
  nodes: readonly Node[],
  owner: string,
  made: number,
  ownerOf: (tensor: string) => string,
): number {
  const reads = nodes.flatMap(({ inputs }, i) => (inputs.some((name) => ownerOf(name) === owner) ? [i] : []));
  return Math.max(made, ...reads);
}

function scratchBytes({ type, length }: KernelScratch): number {
  return BYTES[type] * length;
}

export function inWholeWords(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
