// What the compiled engine takes of a chip's RAM and flash.
import { type Graph, tensorOf } from "../ir/graph.ts";
import {
  isKernelTable,
  type KernelCall,
  type KernelTable,
  type KernelTarget,
  type KernelValue,
  tablesOf,
} from "../ir/kernel.ts";
import { byteLength, type Tensor } from "../ir/tensor.ts";
import { BYTES, callsOf, inWholeWords, type NodeCalls, planCompiledMemory } from "./compiled-memory.ts";

export interface CompiledSize {
  /** Exact: the arena, and the engine's copy of the output. */
  readonly ramBytes: number;
  /** Exact on a chip with pointers of 32 bits: tables and parameter structs, each in whole words. */
  readonly constantBytes: number;
  /** Estimated: kernels, with the small tables of their own, and the function that calls them. */
  readonly codeBytes: number;
}

/**
 * Code at -O2 was 2.2 to 2.6 KB for a network of one kernel and at most 1.7 KB a kernel for larger ones, each
 * specialisation counted (bench/chip-baseline.json, rv32imc and two Xtensa cores); an LSTM's look-up table is half a KB.
 */
const CODE_BYTES_FIXED = 1536;
const CODE_BYTES_PER_KERNEL = 1700;

export function compiledSize(graph: Graph, target: KernelTarget): CompiledSize {
  const calls = callsOf(graph, target);
  const all = calls.flat();
  const kernels = new Set(all.map((call) => [call.function, ...(call.specialisedFor ?? [])].join()));
  return {
    ramBytes: planCompiledMemory(graph, calls).bytes + byteLength(tensorOf(graph, graph.output)),
    constantBytes: constantBytes(graph, calls),
    codeBytes: CODE_BYTES_FIXED + CODE_BYTES_PER_KERNEL * kernels.size,
  };
}

export function constantBytes(graph: Graph, calls: NodeCalls): number {
  const handed = handedConstants(graph, calls).map(byteLength);
  const own = calls.flat().flatMap((call) => [...tablesOf(call).map(tableBytes), parameterBytes(call)]);
  return [...handed, ...own].reduce((sum, bytes) => sum + inWholeWords(bytes), 0);
}

/** Constants that a kernel is handed as it is handed what was computed, or that are the output. */
export function handedConstants(graph: Graph, calls: NodeCalls): Tensor[] {
  const { locationOf } = planCompiledMemory(graph, calls);
  const handed = graph.nodes.flatMap(({ inputs }, i) =>
    calls[i]!.flatMap((call) => call.inputs.map((k) => inputs[k]!)),
  );
  const owners = [...handed, graph.output].map(locationOf);
  const names = owners.flatMap((location) => (location.kind === "constant" ? [location.tensor] : []));
  return [...new Set(names)].map((name) => tensorOf(graph, name));
}

function tableBytes({ type, values }: KernelTable): number {
  return BYTES[type] * values.length;
}

/** Members are int32 or pointers. */
function parameterBytes({ fields }: KernelCall): number {
  const members = (value: KernelValue): number =>
    typeof value === "number" || isKernelTable(value)
      ? 1
      : value.reduce<number>((sum, item) => sum + members(item), 0);
  return BYTES.int32_t * fields.reduce((sum, [value]) => sum + members(value), 0);
}
