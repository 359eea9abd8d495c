// What the compiled engine takes of a chip's RAM and flash.
import { type Body, type Graph, tensorOf } from "../ir/graph.ts";
import {
  isKernelFloat,
  isKernelTable,
  type KernelCall,
  type KernelTable,
  type KernelTarget,
  type KernelValue,
  tablesOf,
} from "../ir/kernel.ts";
import { byteLength, type Tensor } from "../ir/tensor.ts";
import { BYTES, inWholeWords, type NodeCalls } from "./arena-blocks.ts";
import { type BodyMemory, callsOf, type Location, planCompiledMemory } from "./compiled-memory.ts";
import { foldPads } from "./fold-pads.ts";

export interface CompiledSize {
  /** Exact: the arena, and the engine's copy of the output. */
  readonly ramBytes: number;
  /** Exact on a chip with pointers of 32 bits: tables and parameter structs, each in whole words. */
  readonly constantBytes: number;
  /** Estimated: kernels, with the small tables of their own, and the function that calls them. */
  readonly codeBytes: number;
}

/**
 * Code at -O2 was 1.5 to 2.5 KB for a network of one kernel and at most 1.1 KB a kernel more for larger ones, each
 * specialisation counted (bench/chip-baseline.json, rv32imc and two Xtensa cores); an LSTM's look-up table is half a KB.
 */
const CODE_BYTES_FIXED = 1536;
const CODE_BYTES_PER_KERNEL = 1100;

export function compiledSize(whole: Graph, target: KernelTarget): CompiledSize {
  const graph = foldPads(whole);
  const calls = callsOf(graph, target);
  const all = [...calls.values()].flat();
  const kernels = new Set(all.map((call) => [call.function, ...(call.specialisedFor ?? [])].join()));
  return {
    ramBytes: planCompiledMemory(graph, calls).bytes + byteLength(tensorOf(graph, graph.output)),
    constantBytes: constantBytes(graph, calls),
    codeBytes: CODE_BYTES_FIXED + CODE_BYTES_PER_KERNEL * kernels.size,
  };
}

export function constantBytes(graph: Graph, calls: NodeCalls): number {
  const handed = handedConstants(graph, calls).map(byteLength);
  const own = [...calls.values()]
    .flat()
    .flatMap((call) => [...tablesOf(call).map(tableBytes), parameterBytes(call)]);
  return [...handed, ...own].reduce((sum, bytes) => sum + inWholeWords(bytes), 0);
}

/** Constants that a kernel is handed as it is handed what was computed, that a loop starts from, or that are the output. */
function handedConstants(graph: Graph, calls: NodeCalls): Tensor[] {
  const memory = planCompiledMemory(graph, calls);
  const handed = [memory.locationOf(graph.output), ...handedLocations(graph, calls, memory)];
  const whole = (location: Location): Location => (location.kind === "row" ? whole(location.of) : location);
  const locations = handed.map(whole);
  return [
    ...new Set(locations.flatMap((location) => (location.kind === "constant" ? [location.tensor] : []))),
  ];
}

function handedLocations({ nodes }: Body, calls: NodeCalls, memory: BodyMemory): Location[] {
  return nodes.flatMap((node) => {
    const handed = calls.get(node)!.flatMap((call) => call.inputs.map((k) => node.inputs[k]!));
    if (node.op.loop === undefined) return handed.map(memory.locationOf);
    const { loop, counted, condition, body, before, after } = memory.loopOf(node);
    const nodes = counted?.nodes ?? loop.body.nodes;
    return [
      ...[...before, ...after].map(({ from }) => from),
      ...(counted === null ? handedLocations(loop.condition, calls, condition) : []),
      ...(counted === null ? [condition.locationOf(loop.condition.outputs[0]!)] : []),
      ...handedLocations({ ...loop.body, nodes }, calls, body),
    ];
  });
}

function tableBytes({ type, values }: KernelTable): number {
  return BYTES[type] * values.length;
}

/** Members are int32 or pointers. */
function parameterBytes({ fields }: KernelCall): number {
  const members = (value: KernelValue): number =>
    typeof value === "number" || isKernelTable(value) || isKernelFloat(value)
      ? 1
      : value.reduce<number>((sum, item) => sum + members(item), 0);
  return BYTES.int32_t * fields.reduce((sum, [value]) => sum + members(value), 0);
}
