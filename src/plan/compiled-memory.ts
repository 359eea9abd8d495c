// Where each tensor lives in the compiled engine: the caller's input and output, tables in flash, and one arena for
// what is between. A view has its input's memory.
import { type Graph, inputsOf, type Node, outputsOf, tensorOf } from "../ir/graph.ts";
import { type KernelTarget, PORTABLE, scratchLengths } from "../ir/kernel.ts";
import { byteLength } from "../ir/tensor.ts";
import type { Arena } from "./arena.ts";
import { extentOf, placeBuffers } from "./offsets.ts";

/** Kernels may load words. */
const ALIGNMENT = 4;

const BYTES = { int8_t: 1, int16_t: 2, int32_t: 4 } as const;

export type Location =
  | { readonly kind: "input" | "output" }
  /** The table of that tensor. */
  | { readonly kind: "constant"; readonly tensor: string }
  | { readonly kind: "arena"; readonly offset: number };

export interface CompiledMemory {
  readonly locationOf: (tensor: string) => Location;
  /** Bytes of the arena. */
  readonly bytes: number;
}

/** Plans the memory of a graph of which nothing runs but its own nodes: no subgraphs. */
export function planCompiledMemory(graph: Graph): CompiledMemory {
  const owners = viewOwners(graph.nodes);
  const ownerOf = (tensor: string): string => owners.get(tensor) ?? tensor;
  const output = ownerOf(graph.output);
  const buffers = graph.nodes.flatMap((node, first) =>
    node.outputs
      .filter((name) => ownerOf(name) === name && name !== output)
      .map((name) => ({
        name,
        bytes: bytesOf(graph, name),
        first,
        last: lastUse(graph, name, first, ownerOf),
      })),
  );
  const placed = placeBuffers(buffers);
  const offsets = new Map(placed.map(({ name, offset }) => [name, offset]));
  return {
    bytes: extentOf(placed),
    locationOf(tensor) {
      const owner = ownerOf(tensor);
      if (owner === graph.input) return { kind: "input" };
      if (tensorOf(graph, owner).constant !== null) return { kind: "constant", tensor: owner };
      if (owner === output) return { kind: "output" };
      return { kind: "arena", offset: offsets.get(owner)! };
    },
  };
}

/** Exact: all that the compiled engine keeps between input and output. */
export function compiledArena(graph: Graph, target: KernelTarget = PORTABLE): Arena {
  const activations = planCompiledMemory(graph).bytes;
  const calls = graph.nodes.flatMap(
    (node) => node.op.emit?.(node.attrs, inputsOf(graph, node), outputsOf(graph, node), target) ?? [],
  );
  const scratch = [...scratchLengths(calls)].reduce((sum, [type, length]) => sum + BYTES[type] * length, 0);
  return { activations, records: 0, scratch, total: activations + scratch };
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

function bytesOf(graph: Graph, tensor: string): number {
  return Math.ceil(byteLength(tensorOf(graph, tensor)) / ALIGNMENT) * ALIGNMENT;
}
