// How many instructions a chip executes for a layer of the compiled engine: an estimate, never a time. Kernels say how
// much of what they do (KernelWork); what one of each costs was fitted to emulated cores (npm run bench:chip -- --fit).
import { type Body, type Graph, inputsOf, type Node, outputsOf, tensorOf } from "../ir/graph.ts";
import { type KernelCall, type KernelTarget, MAC16, PORTABLE, WITHOUT_HIGH_PRODUCT } from "../ir/kernel.ts";
import { elementCount } from "../ir/tensor.ts";
import type { Mcu } from "../spec/mcu.ts";
import { compiledSize } from "./compiled-size.ts";
import { type CountedBody, countedBodies } from "./counted-bodies.ts";
import { foldPads } from "./fold-pads.ts";
import { HELD_OUT_ERRORS, INSTRUCTION_COSTS } from "./instruction-costs.ts";

/** Instructions for each of a kind of work. */
export type Costs = Readonly<Record<string, number>>;

/** What was fitted for one instruction set. */
export interface InstructionCosts {
  /** By function of firmware/bandsmith/nn; "call" is once a call. */
  readonly functions: Readonly<Record<string, Costs>>;
  /** Of any other function: by multiply-accumulates, and values that go in and out. */
  readonly other: Costs;
}

export interface CostCore {
  readonly id: keyof typeof HELD_OUT_ERRORS;
  readonly title: string;
  readonly instructionSet: Mcu["instructionSet"];
  readonly target: KernelTarget;
}

export const COST_CORES: readonly CostCore[] = [
  { id: "rv32", title: "rv32imc", instructionSet: "rv32", target: PORTABLE },
  { id: "lx6", title: "LX6", instructionSet: "lx6", target: WITHOUT_HIGH_PRODUCT },
  { id: "lx6 MAC16", title: "LX6 with MAC16", instructionSet: "lx6", target: MAC16 },
];

/** The core that a chip has. */
export function costCoreOf({ instructionSet, mac16 }: Pick<Mcu, "instructionSet" | "mac16">): CostCore {
  return COST_CORES.find((core) => core.instructionSet === instructionSet && core.target.mac16 === mac16)!;
}

export interface CoreEstimate {
  readonly core: CostCore["id"];
  readonly title: string;
  /** An estimate, of one inference. */
  readonly instructions: number;
  /** Of each node. */
  readonly layers: readonly number[];
  /** Of nine in ten layers that were not fitted, the relative error is at most this. */
  readonly layerError: number;
  /** Exact: the arena, and the output. */
  readonly memoryBytes: number;
  /** Exact: weights and the other tables and parameters in flash. */
  readonly constantBytes: number;
}

/** Null for a graph that the compiled engine has no kernels for, and for loops whose rounds nobody can count. */
export function estimate(whole: Graph, core: CostCore): CoreEstimate | null {
  const graph = foldPads(whole);
  const loops = countedBodies(graph);
  const costs = graph.nodes.map((node) => nodeCost(graph, node, core, loops));
  if (!costs.every((cost) => cost !== null)) return null;
  const costAt = new Map(graph.nodes.map(({ outputs }, i) => [outputs[0], Math.round(costs[i]!)]));
  // A node that is folded into another costs nothing.
  const layers = whole.nodes.map(({ outputs }) => costAt.get(outputs[0]) ?? 0);
  const { ramBytes, constantBytes } = compiledSize(graph, core.target);
  return {
    core: core.id,
    title: core.title,
    instructions: layers.reduce((sum, layer) => sum + layer, 0),
    layers,
    layerError: HELD_OUT_ERRORS[core.id].ninth,
    memoryBytes: ramBytes,
    constantBytes,
  };
}

/** A loop has what its body has, in every round; what C++ does between two rounds is not counted. */
function nodeCost(
  body: Body,
  node: Node,
  core: CostCore,
  loops: ReadonlyMap<Node, CountedBody>,
): number | null {
  const loop = node.op.loop?.(node.attrs);
  if (loop !== undefined) {
    const counted = loops.get(node);
    if (counted === undefined) return null;
    const round = counted.nodes.map((inner) => nodeCost(loop.body, inner, core, loops));
    if (!round.every((cost) => cost !== null)) return null;
    return counted.counted.rounds * round.reduce((sum, cost) => sum + cost, 0);
  }
  const calls = callsOf(body, node, core.target);
  const costs: InstructionCosts = INSTRUCTION_COSTS[core.instructionSet];
  return calls?.reduce((total, call) => total + callCost(body, node, call, costs), 0) ?? null;
}

/** The kernel calls of a node: none for a view, null where there is no kernel. */
export function callsOf(body: Body, node: Node, target: KernelTarget): readonly KernelCall[] | null {
  if (node.op.view === true) return [];
  if (!(node.op.emitTypes ?? ["int8"]).includes(tensorOf(body, node.inputs[0]!).dtype)) return null;
  return node.op.emit?.(node.attrs, inputsOf(body, node), outputsOf(body, node), target) ?? null;
}

function callCost(body: Body, node: Node, call: KernelCall, { functions, other }: InstructionCosts): number {
  const known = functions[call.function];
  return known === undefined || call.work === undefined
    ? weighed({ ...valuesOf(body, node, call), call: 1 }, other)
    : weighed({ ...call.work, call: 1 }, known);
}

/** What can be said of any call: its values and its share of the node's multiply-accumulates. */
export function valuesOf(
  body: Body,
  node: Node,
  { inputs, outputs }: KernelCall,
): { readonly macs: number; readonly values: number } {
  const names = [...inputs.map((k) => node.inputs[k]!), ...outputs.map((k) => node.outputs[k]!)];
  const values = names.reduce((sum, name) => sum + elementCount(tensorOf(body, name).shape), 0);
  return { macs: node.op.macs(node.attrs, inputsOf(body, node)), values };
}

/** How an output is scaled is part of its kind; one that was never seen costs as much as the dearest that was. */
const OUTPUTS = "outputs";

function weighed(work: Costs, costs: Costs): number {
  return Object.entries(work).reduce((sum, [kind, amount]) => sum + amount * costOf(kind, costs), 0);
}

function costOf(kind: string, costs: Costs): number {
  const known = costs[kind];
  if (known !== undefined || !kind.startsWith(OUTPUTS)) return known ?? 0;
  return Math.max(
    0,
    ...Object.entries(costs).flatMap(([other, cost]) => (other.startsWith(OUTPUTS) ? [cost] : [])),
  );
}
