// Where each tensor lives in the compiled engine: the caller's input and output, tables in flash, and one arena for
// what is between, in which kernels have their scratch memory, too. A view has its input's memory; a loop has a block
// for what lives within one round.
import { type Body, bodiesOf, type Graph, inputsOf, type Node, outputsOf, tensorOf } from "../ir/graph.ts";
import { type KernelCall, type KernelScratch, type KernelTarget, PORTABLE } from "../ir/kernel.ts";
import type { Loop } from "../ir/op.ts";
import { byteLength, type Tensor } from "../ir/tensor.ts";
import type { Arena } from "./arena.ts";
import { type Carried, carriedValues, viewOwners } from "./compiled-loops.ts";
import { type Buffer, extentOf, placeBuffers } from "./offsets.ts";

/** Kernels may load words. */
const ALIGNMENT = 4;

const BYTES = { int8_t: 1, int16_t: 2, int32_t: 4 } as const;

export type Location =
  | { readonly kind: "input" | "output" }
  /** The table of that tensor. */
  | { readonly kind: "constant"; readonly tensor: Tensor }
  | { readonly kind: "arena"; readonly offset: number };

/** Of a graph, or of a loop's condition or body. */
export interface BodyMemory {
  readonly locationOf: (tensor: string) => Location;
  /** Where in the arena the scratch memory of a call begins. */
  readonly offsetOf: (scratch: KernelScratch) => number;
  /** Of a node that is a loop. */
  readonly loopOf: (node: Node) => LoopMemory;
}

export interface CompiledMemory extends BodyMemory {
  /** Bytes of the arena. */
  readonly bytes: number;
}

export interface LoopMemory {
  readonly loop: Loop;
  readonly condition: BodyMemory;
  readonly body: BodyMemory;
  /** Done in their order before the first round, and after each. */
  readonly before: readonly Copy[];
  readonly after: readonly Copy[];
}

export interface Copy {
  readonly from: Location;
  readonly to: Location;
  readonly bytes: number;
}

interface MemoryBuffer extends Buffer {
  /** A tensor's name, scratch memory, the block of a loop, or the position of a carried value that is set aside. */
  readonly key: string | KernelScratch | Node | number;
}

/** The kernel calls of each node of the graph and of its loops; no view and no loop has any itself. */
export type NodeCalls = ReadonlyMap<Node, readonly KernelCall[]>;

/** Empty, too, where an operator has no kernel. */
export function callsOf(graph: Graph, target: KernelTarget = PORTABLE): NodeCalls {
  const calls = (body: Body, node: Node): readonly KernelCall[] => {
    if (node.op.view === true) return [];
    return node.op.emit?.(node.attrs, inputsOf(body, node), outputsOf(body, node), target) ?? [];
  };
  return new Map(
    bodiesOf(graph).flatMap(({ body }) => body.nodes.map((node) => [node, calls(body, node)] as const)),
  );
}

export function planCompiledMemory(graph: Graph, calls: NodeCalls): CompiledMemory {
  const given = new Map<string, Location>([[graph.input, { kind: "input" }]]);
  const output = viewOwners(graph.nodes).get(graph.output) ?? graph.output;
  if (tensorOf(graph, output).constant === null && output !== graph.input)
    given.set(output, { kind: "output" });
  const planned = planBody(graph, { calls, outputs: [], given: [...given.keys()], aside: [] });
  return { bytes: planned.bytes, ...planned.at(0, given) };
}

/** Exact: all that the compiled engine keeps between input and output. */
export function compiledArena(graph: Graph, target: KernelTarget = PORTABLE): Arena {
  const calls = callsOf(graph, target);
  const total = planCompiledMemory(graph, calls).bytes;
  const plain = [...calls].map(
    ([node, own]) => [node, own.map((call) => ({ ...call, scratch: [] }))] as const,
  );
  const activations = planCompiledMemory(graph, new Map(plain)).bytes;
  return { activations, records: 0, scratch: total - activations, total };
}

interface BodyPlan {
  readonly calls: NodeCalls;
  /** Needed after the last node. */
  readonly outputs: readonly string[];
  /** What lives elsewhere. */
  readonly given: readonly string[];
  /** Further memory after the last node, for carried values. */
  readonly aside: readonly { readonly key: number; readonly bytes: number }[];
}

/** Offsets in a block that has no place in the arena yet. */
interface PlannedBody {
  readonly bytes: number;
  /** The memory, once it is known where the block begins and where what was given lives. */
  readonly at: (base: number, given: ReadonlyMap<string, Location>) => BodyMemory;
  readonly asideAt: (base: number, carried: number) => Location;
}

function planBody(body: Body, { calls, outputs, given, aside }: BodyPlan): PlannedBody {
  const { nodes } = body;
  const owners = viewOwners(nodes);
  const ownerOf = (tensor: string): string => owners.get(tensor) ?? tensor;
  const steps = stepsOf(nodes, calls);
  const end = (steps.at(-1)?.last ?? -1) + 1;
  const needed = outputs.map(ownerOf);
  const tensors = nodes.flatMap((node, i): MemoryBuffer[] =>
    node.outputs
      .filter((name) => ownerOf(name) === name && !given.includes(name))
      .map((name) => ({
        name,
        bytes: align(byteLength(tensorOf(body, name))),
        first: steps[i]!.first,
        last: needed.includes(name) ? end : steps[lastUse(nodes, name, i, ownerOf)]!.last,
        key: name,
      })),
  );
  const scratches = nodes.flatMap((node, i): MemoryBuffer[] =>
    calls.get(node)!.flatMap((call, k) =>
      (call.scratch ?? []).flatMap((scratch) => {
        if (scratch === null) return [];
        const step = steps[i]!.first + k;
        return [{ name: "", bytes: align(scratchBytes(scratch)), first: step, last: step, key: scratch }];
      }),
    ),
  );
  const loops = new Map(
    nodes.flatMap((node) => {
      const loop = node.op.loop?.(node.attrs);
      return loop === undefined ? [] : [[node, planLoop(loop, calls)] as const];
    }),
  );
  const blocks = nodes.flatMap((node, i): MemoryBuffer[] => {
    const loop = loops.get(node);
    return loop === undefined ? [] : [{ name: "", bytes: loop.bytes, ...steps[i]!, key: node }];
  });
  const last = aside.map(({ key, bytes }) => ({ name: "", bytes: align(bytes), first: end, last: end, key }));
  const placed = placeBuffers([...tensors, ...scratches, ...blocks, ...last]);
  const offsets = new Map(placed.map(({ key, offset }) => [key, offset]));
  return {
    bytes: extentOf(placed),
    asideAt: (base, carried) => ({ kind: "arena", offset: base + offsets.get(carried)! }),
    at(base, places) {
      const locationOf = (tensor: string): Location => {
        const owner = ownerOf(tensor);
        const elsewhere = places.get(owner);
        if (elsewhere !== undefined) return elsewhere;
        const own = tensorOf(body, owner);
        if (own.constant !== null) return { kind: "constant", tensor: own };
        return { kind: "arena", offset: base + offsets.get(owner)! };
      };
      return {
        locationOf,
        offsetOf: (scratch) => base + offsets.get(scratch)!,
        loopOf: (node) => loops.get(node)!.at(base + offsets.get(node)!, node, locationOf),
      };
    },
  };
}

interface PlannedLoop {
  readonly bytes: number;
  readonly at: (base: number, node: Node, locationOf: BodyMemory["locationOf"]) => LoopMemory;
}

/** Condition and body take turns in one block; the carried values live outside it, as the loop's outputs. */
function planLoop(loop: Loop, calls: NodeCalls): PlannedLoop {
  const { condition, body } = loop;
  const carried = carriedValues(loop);
  const owners = viewOwners(body.nodes);
  const inPlace = body.outputs.map((name, k) =>
    carried[k] === "inPlace" ? (owners.get(name) ?? name) : null,
  );
  const sizes = body.inputs.map((name) => byteLength(tensorOf(body, name)));
  const aside = sizes.flatMap((bytes, k) => (carried[k] === "staged" ? [{ key: k, bytes }] : []));
  const test = planBody(condition, {
    calls,
    outputs: condition.outputs,
    given: condition.inputs,
    aside: [],
  });
  const round = planBody(body, {
    calls,
    outputs: body.outputs,
    given: [...body.inputs, ...inPlace.filter((name) => name !== null)],
    aside,
  });
  return {
    bytes: Math.max(test.bytes, round.bytes),
    at(base, node, locationOf) {
      const homes = node.outputs.map(locationOf);
      const named = (names: readonly (string | null)[]): [string, Location][] =>
        names.flatMap((name, k) => (name === null ? [] : [[name, homes[k]!]]));
      const inner = round.at(base, new Map([...named(body.inputs), ...named(inPlace)]));
      const copies = (
        which: readonly Carried[],
        from: (k: number) => Location,
        to: (k: number) => Location = (k) => homes[k]!,
      ): Copy[] =>
        sizes.flatMap((bytes, k) =>
          which.includes(carried[k]!) ? [{ from: from(k), to: to(k), bytes }] : [],
        );
      const result = (k: number): Location => inner.locationOf(body.outputs[k]!);
      const stage = (k: number): Location => round.asideAt(base, k);
      return {
        loop,
        condition: test.at(base, new Map(named(condition.inputs))),
        body: inner,
        before: copies(["inPlace", "copied", "staged"], (k) => locationOf(node.inputs[k]!)),
        after: [
          ...copies(["staged"], result, stage),
          ...copies(["copied"], result),
          ...copies(["staged"], stage),
        ],
      };
    },
  };
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

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
