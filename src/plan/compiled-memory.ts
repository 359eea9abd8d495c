// Where each tensor lives in the compiled engine: the caller's input and output, tables in flash, and one arena for
// what is between, in which kernels have their scratch memory, too. A view has its input's memory; a loop has a block
// for what lives within one round.
import { type Body, bodiesOf, type Graph, inputsOf, type Node, outputsOf, tensorOf } from "../ir/graph.ts";
import { type KernelCall, type KernelScratch, type KernelTarget, PORTABLE } from "../ir/kernel.ts";
import type { Loop } from "../ir/op.ts";
import { byteLength, type Tensor } from "../ir/tensor.ts";
import type { Arena } from "./arena.ts";
import { arenaBlocks, type LoopBlock, type Needs, type NodeCalls, overlapsOf } from "./arena-blocks.ts";
import { type Carried, carriedValues, viewOwners } from "./compiled-loops.ts";
import { type CountedBody, countedBodies, idleNodes, type RowPlace } from "./counted-bodies.ts";
import { foldPads } from "./fold-pads.ts";
import { headFeatures } from "./head-features.ts";
import { type Packing, packBlocks } from "./packing.ts";

export type Location =
  | { readonly kind: "input" | "output" }
  /** The table of that tensor. */
  | { readonly kind: "constant"; readonly tensor: Tensor }
  | { readonly kind: "arena"; readonly offset: number }
  /** A row that follows a counted loop's counter. */
  | ({ readonly kind: "row"; readonly of: Location; readonly loop: Node } & RowPlace);

/** Of a graph, or of a loop's condition or body. */
export interface BodyMemory {
  readonly locationOf: (tensor: string) => Location;
  /** Where in the arena the scratch memory of a call begins. */
  readonly offsetOf: (scratch: KernelScratch) => number;
  /** Of a node that is a loop. */
  readonly loopOf: (node: Node) => LoopMemory;
}

/** The bound and the proof take the blocks of loops as they are. */
export interface CompiledMemory extends BodyMemory, Pick<Packing, "bytes" | "lowerBound" | "isOptimal"> {}

export interface LoopMemory {
  readonly loop: Loop;
  /** Set where the rounds are counted, and the condition is never asked. */
  readonly counted: CountedBody | null;
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

/** Empty, too, where an operator has no kernel. */
export function callsOf(graph: Graph, target: KernelTarget = PORTABLE): NodeCalls {
  const idle = idleNodes(countedBodies(graph));
  const calls = (body: Body, node: Node): readonly KernelCall[] => {
    if (node.op.view === true || idle.has(node)) return [];
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
  const counted = countedBodies(graph);
  // What a head of the wearer's reads is still there when the network's own has run.
  const features = headFeatures(graph);
  const planned = planBody(graph, {
    calls,
    counted,
    outputs: features === null ? [] : [features],
    given: [...given.keys()],
    aside: [],
  });
  const { bytes, lowerBound, isOptimal } = planned.packing;
  return { bytes, lowerBound, isOptimal, ...planned.at(0, given) };
}

/** Exact: all that the compiled engine keeps between input and output. */
export function compiledArena(whole: Graph, target: KernelTarget = PORTABLE): Arena {
  const graph = foldPads(whole);
  const calls = callsOf(graph, target);
  const total = planCompiledMemory(graph, calls).bytes;
  const plain = [...calls].map(
    ([node, own]) => [node, own.map((call) => ({ ...call, scratch: [] }))] as const,
  );
  const activations = planCompiledMemory(graph, new Map(plain)).bytes;
  return { activations, records: 0, scratch: total - activations, total };
}

interface BodyPlan extends Needs {
  readonly counted: ReadonlyMap<Node, CountedBody>;
}

/** Offsets in a block that has no place in the arena yet. */
interface PlannedBody {
  readonly packing: Packing;
  /** The memory, once it is known where the block begins and where what was given lives. */
  readonly at: (base: number, given: ReadonlyMap<string, Location>) => BodyMemory;
  readonly asideAt: (base: number, carried: number) => Location;
}

function planBody(body: Body, plan: BodyPlan): PlannedBody {
  const { nodes } = body;
  const owners = viewOwners(nodes);
  const ownerOf = (tensor: string): string => owners.get(tensor) ?? tensor;
  const loops = new Map(
    nodes.flatMap((node) => {
      const loop = node.op.loop?.(node.attrs);
      return loop === undefined ? [] : [[node, planLoop(node, loop, plan)] as const];
    }),
  );
  const blocks = arenaBlocks(body, plan, ownerOf, loops);
  const packing = packBlocks(blocks);
  const offsets = new Map(blocks.map(({ holds }, i) => [holds, packing.offsets[i]!]));
  return {
    packing,
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
        loopOf: (node) => loops.get(node)!.at(base + offsets.get(node)!, locationOf),
      };
    },
  };
}

interface PlannedLoop extends LoopBlock {
  readonly at: (base: number, locationOf: BodyMemory["locationOf"]) => LoopMemory;
}

/** Condition and body take turns in one block; the carried values live outside it, as the loop's outputs. */
function planLoop(node: Node, loop: Loop, { calls, counted: bodies }: BodyPlan): PlannedLoop {
  const { condition, body } = loop;
  const counted = bodies.get(node) ?? null;
  const nodes = counted?.nodes ?? body.nodes;
  const owners = viewOwners(nodes);
  const ownerOf = (name: string): string => owners.get(name) ?? name;
  const carried = carriedValues(loop, {
    nodes,
    fateOf(k) {
      if (counted?.collected.has(k)) return "collected";
      return counted?.keepsCounter === false && k === counted.counted.counter ? "gone" : null;
    },
    replaces: (maker) =>
      overlapsOf(maker, calls.get(maker)!, ownerOf).flatMap(({ owner, lead }) => (lead <= 0 ? [owner] : [])),
  });
  const inPlace = body.outputs.map((name, k) => (carried[k] === "inPlace" ? ownerOf(name) : null));
  const sizes = body.inputs.map((name) => byteLength(tensorOf(body, name)));
  const aside = sizes.flatMap((bytes, k) => (carried[k] === "staged" ? [{ key: k, bytes }] : []));
  const plan = { calls, counted: bodies };
  const test = planBody(counted === null ? condition : { ...condition, nodes: [] }, {
    ...plan,
    outputs: counted === null ? condition.outputs : [],
    given: condition.inputs,
    aside: [],
  });
  const rows = [...(counted?.rows ?? [])];
  const round = planBody(
    { ...body, nodes },
    {
      ...plan,
      outputs: body.outputs.flatMap((name, k) =>
        carried[k] === "gone" ? [] : [counted?.collected.get(k)?.row ?? name],
      ),
      given: [...body.inputs, ...inPlace.filter((name) => name !== null), ...rows.map(([name]) => name)],
      aside,
    },
  );
  return {
    bytes: Math.max(test.packing.bytes, round.packing.bytes),
    gone: node.outputs.filter((_, k) => carried[k] === "gone"),
    at(base, locationOf) {
      const home = (k: number): Location => locationOf(node.outputs[k]!);
      const homes = (names: readonly (string | null)[]): [string, Location][] =>
        names.flatMap((name, k) => (name === null || carried[k] === "gone" ? [] : [[name, home(k)]]));
      const rowOf = (of: Location, { offset, stride }: RowPlace): Location => ({
        kind: "row",
        of,
        loop: node,
        offset,
        stride,
      });
      const given = new Map([...homes(body.inputs), ...homes(inPlace)]);
      for (const [name, row] of rows) {
        const of = given.get(row.of) ?? { kind: "constant", tensor: tensorOf(body, row.of) };
        given.set(name, rowOf(of, row));
      }
      const inner = round.at(base, given);
      const copies = (
        which: readonly Carried[],
        from: (k: number) => Location,
        to: (k: number) => Location = home,
      ): Copy[] =>
        sizes.flatMap((bytes, k) =>
          which.includes(carried[k]!) ? [{ from: from(k), to: to(k), bytes }] : [],
        );
      const result = (k: number): Location => inner.locationOf(body.outputs[k]!);
      const stage = (k: number): Location => round.asideAt(base, k);
      const collected = [...(counted?.collected ?? [])].map(
        ([k, row]): Copy => ({
          from: inner.locationOf(row.row),
          to: rowOf(home(k), row),
          bytes: byteLength(tensorOf(body, row.row)),
        }),
      );
      return {
        loop,
        counted,
        condition: test.at(base, new Map(homes(condition.inputs))),
        body: inner,
        before: copies(["inPlace", "copied", "staged"], (k) => locationOf(node.inputs[k]!)),
        after: [
          ...collected,
          ...copies(["staged"], result, stage),
          ...copies(["copied"], result),
          ...copies(["staged"], stage),
        ],
      };
    },
  };
}
