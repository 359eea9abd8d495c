// Where each tensor lives in the compiled engine: the caller's input and output, tables in flash, and one arena for
// what is between, in which kernels have their scratch memory, too. A view has its input's memory.
import { type Graph, inputsOf, type Node, outputsOf, tensorOf } from "../ir/graph.ts";
import { type KernelCall, type KernelScratch, type KernelTarget, PORTABLE } from "../ir/kernel.ts";
import { byteLength } from "../ir/tensor.ts";
import type { Arena } from "./arena.ts";
import type { Block } from "./blocks.ts";
import { type Packing, packBlocks } from "./packing.ts";

/** Kernels may load words. */
const ALIGNMENT = 4;

export const BYTES = { int8_t: 1, int16_t: 2, int32_t: 4 } as const;

export type Location =
  | { readonly kind: "input" | "output" }
  /** The table of that tensor. */
  | { readonly kind: "constant"; readonly tensor: string }
  | { readonly kind: "arena"; readonly offset: number };

export interface CompiledMemory extends Pick<Packing, "bytes" | "lowerBound" | "isOptimal"> {
  readonly locationOf: (tensor: string) => Location;
  /** Where in the arena the scratch memory of a call begins. */
  readonly offsetOf: (scratch: KernelScratch) => number;
}

interface ArenaBlock extends Block {
  /** The tensor or the scratch memory that lives there. */
  readonly holds: string | KernelScratch;
}

/** The kernel calls of each node; no view has any. */
export type NodeCalls = readonly (readonly KernelCall[])[];

/** Empty, too, where an operator has no kernel. */
export function callsOf(graph: Graph, target: KernelTarget = PORTABLE): NodeCalls {
  return graph.nodes.map((node) => {
    if (node.op.view === true) return [];
    return node.op.emit?.(node.attrs, inputsOf(graph, node), outputsOf(graph, node), target) ?? [];
  });
}

/** Plans the memory of a graph of which nothing runs but its own nodes: no subgraphs. */
export function planCompiledMemory(graph: Graph, calls: NodeCalls): CompiledMemory {
  const owners = viewOwners(graph.nodes);
  const ownerOf = (tensor: string): string => owners.get(tensor) ?? tensor;
  const output = ownerOf(graph.output);
  const blocks = arenaBlocks(graph, calls, ownerOf);
  const { offsets, bytes, lowerBound, isOptimal } = packBlocks(blocks);
  const places = new Map(blocks.map(({ holds }, i) => [holds, offsets[i]!]));
  return {
    bytes,
    lowerBound,
    isOptimal,
    offsetOf: (scratch) => places.get(scratch)!,
    locationOf(tensor) {
      const owner = ownerOf(tensor);
      if (owner === graph.input) return { kind: "input" };
      if (tensorOf(graph, owner).constant !== null) return { kind: "constant", tensor: owner };
      if (owner === output) return { kind: "output" };
      return { kind: "arena", offset: places.get(owner)! };
    },
  };
}

/** What the arena holds, in the order in which it is made. */
function arenaBlocks(graph: Graph, calls: NodeCalls, ownerOf: (tensor: string) => string): ArenaBlock[] {
  const steps = stepsOf(calls);
  const output = ownerOf(graph.output);
  const blocks: ArenaBlock[] = [];
  graph.nodes.forEach((node, i) => {
    const { first } = steps[i]!;
    const made = node.outputs.filter((name) => ownerOf(name) === name && name !== output);
    for (const name of made) {
      const over = overlapsOf(node, calls[i]!, ownerOf).flatMap(({ owner, lead }) => {
        const index = blocks.findIndex(({ holds }) => holds === owner);
        return index >= 0 && blocks[index]!.last === first ? [{ index, lead: inWholeWords(lead) }] : [];
      });
      const { last } = steps[lastUse(graph, name, i, ownerOf)]!;
      blocks.push({ holds: name, bytes: inWholeWords(byteLength(tensorOf(graph, name))), first, last, over });
    }
    calls[i]!.forEach(({ scratch }, k) => {
      const step = first + k;
      for (const holds of scratch ?? []) {
        if (holds === null) continue;
        blocks.push({ holds, bytes: inWholeWords(scratchBytes(holds)), first: step, last: step, over: [] });
      }
    });
  });
  return blocks;
}

/** What the node's output may overlap: not what it is handed a second time under conditions of its own. */
function overlapsOf(
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

/** Exact: all that the compiled engine keeps between input and output. */
export function compiledArena(graph: Graph, target: KernelTarget = PORTABLE): Arena {
  const calls = callsOf(graph, target);
  const total = planCompiledMemory(graph, calls).bytes;
  const plain = calls.map((own) => own.map((call) => ({ ...call, scratch: [] })));
  const activations = planCompiledMemory(graph, plain).bytes;
  return { activations, records: 0, scratch: total - activations, total };
}

/** The calls of each node, counted through: its scratch memory lives for one call, its tensors for all of them. */
function stepsOf(calls: NodeCalls): readonly { readonly first: number; readonly last: number }[] {
  let next = 0;
  return calls.map(({ length }) => {
    const first = next;
    next += Math.max(length, 1);
    return { first, last: next - 1 };
  });
}

/** For each output of a view the tensor whose memory it has. */
function viewOwners(nodes: readonly Node[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { op, inputs, outputs } of nodes) {
    if (op.view === true) owners.set(outputs[0], owners.get(inputs[0]!) ?? inputs[0]!);
  }
  return owners;
}

function lastUse(graph: Graph, owner: string, made: number, ownerOf: (tensor: string) => string): number {
  const reads = graph.nodes.flatMap(({ inputs }, i) =>
    inputs.some((name) => ownerOf(name) === owner) ? [i] : [],
  );
  return Math.max(made, ...reads);
}

function scratchBytes({ type, length }: KernelScratch): number {
  return BYTES[type] * length;
}

export function inWholeWords(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
