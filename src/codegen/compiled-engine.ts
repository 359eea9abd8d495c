// The network as C++: constant tables, a parameter struct a kernel, and a function that calls the kernels in order.
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import {
  isKernelTable,
  type KernelCall,
  type KernelScratch,
  type KernelTable,
  type KernelTarget,
  type KernelValue,
  PORTABLE,
  tablesOf,
} from "../ir/kernel.ts";
import { byteLength, type Tensor } from "../ir/tensor.ts";
import { type CompiledMemory, callsOf, type Location, planCompiledMemory } from "../plan/compiled-memory.ts";
import { constantBytes, handedConstants } from "../plan/compiled-size.ts";
import { identifier, int32Literal, numberLines } from "./cpp.ts";
import { describeTensor, layerViews } from "./layers.ts";
import type { View } from "./template.ts";

/** Operators of the graph for which there is no kernel in C++, each once, sorted; for int8 unless it is said. */
export function missingKernels(graph: Graph): string[] {
  const missing = graph.nodes.filter((node) => !hasKernel(graph, node));
  const names = missing.map((node) => `${node.op.name}${ofType(tensorOf(graph, node.inputs[0]!))}`);
  const ends = [graph.input, graph.output]
    .map((name) => tensorOf(graph, name))
    .filter(({ dtype }) => dtype !== "int8")
    .map(({ name, dtype }) => `${name}, which is ${dtype}`);
  return [...new Set([...names, ...ends])].sort();
}

function hasKernel(graph: Graph, { op, inputs }: Node): boolean {
  return op.view === true || (op.emit !== undefined && tensorOf(graph, inputs[0]!).dtype === "int8");
}

function ofType({ dtype }: Tensor): string {
  return dtype === "int8" ? "" : ` of ${dtype}`;
}

/** Where the generated function stands. */
export interface NetworkPlace {
  readonly namespace: string;
  /** The header that declares it, as the source includes it. */
  readonly header: string;
}

const PROJECT_NETWORK: NetworkPlace = { namespace: "compiled", header: "compiled/network.h" };

/** What the templates of network.h and network.cpp print. Every node must have a kernel. */
export function networkView(
  graph: Graph,
  { namespace, header }: NetworkPlace = PROJECT_NETWORK,
  target: KernelTarget = PORTABLE,
): View {
  const calls = callsOf(graph, target);
  const memory = planCompiledMemory(graph, calls);
  const layers = graph.nodes.map((node, i) => compileLayer(node, i + 1, calls[i]!));
  const constants = handedConstants(graph, calls);
  const names = new Map(constants.map(({ name }, i) => [name, `kConstant${i + 1}`]));
  const at = (tensor: string): string => addressOf(memory.locationOf(tensor), names);
  const comments = layerViews(graph);
  const end = memory.locationOf(graph.output);
  return {
    namespace: identifier(namespace),
    header,
    inputBytes: byteLength(tensorOf(graph, graph.input)),
    outputBytes: byteLength(tensorOf(graph, graph.output)),
    arenaBytes: memory.bytes,
    memoryBytes: memory.bytes + byteLength(tensorOf(graph, graph.output)),
    constantBytes: constantBytes(graph, calls),
    constantNames: [
      ...names.values(),
      ...layers.flatMap(({ calls: own }) =>
        own.flatMap(({ call, name }) => [...tablesOf(call).map((table) => `${name}${table.name}`), name]),
      ),
    ].map((name, i, { length }) => ({ text: `sizeof ${name}${i + 1 < length ? "," : ""}` })),
    hasArena: memory.bytes > 0,
    kernels: headersOf(calls.flat()),
    constants: constants.map((tensor) => ({
      text: describeTensor(tensor),
      ...tableView({ name: "", type: "int8_t", values: tensor.constant! }, names.get(tensor.name)!),
    })),
    layers: layers.map(({ node, calls }, i) => ({
      ...comments[i]!,
      isView: node.op.view === true,
      tables: calls.flatMap(({ call, name }) =>
        tablesOf(call).map((table) => tableView(table, `${name}${table.name}`)),
      ),
      parameters: calls.map(({ call, name }) => ({
        type: parametersType(call),
        name,
        fields: fieldsOf(call, name),
      })),
      calls: calls.map(({ call, name }) => {
        const operands = [
          ...(call.scratch ?? []).map((scratch) => scratchAddress(scratch, memory)),
          ...call.inputs.map((k) => at(node.inputs[k]!)),
          ...call.outputs.map((k) => at(node.outputs[k]!)),
        ];
        return { text: `${functionOf(call)}(${[name, ...operands].join(", ")});` };
      }),
    })),
    // Where the output is the input or a constant under another shape, nothing has written it.
    copiesToOutput: end.kind !== "output",
    outputFrom: addressOf(end, names),
  };
}

interface Layer {
  readonly node: Node;
  readonly calls: readonly { readonly call: KernelCall; readonly name: string }[];
}

function compileLayer(node: Node, number: number, calls: readonly KernelCall[]): Layer {
  const { op } = node;
  if (op.view !== true && calls.length === 0) {
    throw new Error(`Bug in Bandsmith: ${op.name} has no kernel in C++`);
  }
  const suffix = (i: number): string => (calls.length === 1 ? "" : `Part${i + 1}`);
  return { node, calls: calls.map((call, i) => ({ call, name: `kLayer${number}${suffix(i)}` })) };
}

function addressOf(location: Location, constants: ReadonlyMap<string, string>): string {
  if (location.kind === "constant") return constants.get(location.tensor)!;
  if (location.kind === "arena") return `arena + ${location.offset}`;
  return location.kind;
}

/** int8 is what the arena is made of; other types begin to live there. */
function scratchAddress(scratch: KernelScratch | null, memory: CompiledMemory): string {
  if (scratch === null) return "nullptr";
  const at = `arena + ${memory.offsetOf(scratch)}`;
  return scratch.type === "int8_t" ? at : `bandsmith::scratchIn<${scratch.type}, ${scratch.length}>(${at})`;
}

/** Sorted, each once. */
function headersOf(calls: readonly KernelCall[]): string[] {
  const typed = calls.some(({ scratch }) => scratch?.some((own) => own !== null && own.type !== "int8_t"));
  return [...new Set([...calls.map(({ header }) => header), ...(typed ? ["scratch.h"] : [])])].sort();
}

function functionOf({ function: name, specialisedFor }: KernelCall): string {
  const specialisation =
    specialisedFor === undefined ? "" : `<${specialisedFor.map(int32Literal).join(", ")}>`;
  return `bandsmith::${identifier(name)}${specialisation}`;
}

function parametersType({ parameters, parametersOf }: KernelCall): string {
  return (
    identifier(parameters) + (parametersOf === undefined ? "" : `<bandsmith::${identifier(parametersOf)}>`)
  );
}

function tableView({ type, values, record }: KernelTable, name: string): View {
  if (record === undefined) {
    return { type, name: identifier(name), length: values.length, lines: numberLines(values) };
  }
  const records = Array.from({ length: values.length / record.members }, (_, i) =>
    Array.from({ length: record.members }, (_, k) => int32Literal(values[i * record.members + k]!)),
  );
  return {
    type: `bandsmith::${identifier(record.type)}`,
    name: identifier(name),
    length: records.length,
    lines: records.map((members) => `{${members.join(", ")}},`),
  };
}

function fieldsOf(call: KernelCall, name: string): View[] {
  return call.fields.map(([value, comment]) => ({ value: literal(value, name), comment }));
}

/** @param owner the name of the struct, of which its tables' names are made */
function literal(value: KernelValue, owner: string): string {
  if (typeof value === "number") return int32Literal(value);
  if (isKernelTable(value)) return `${owner}${value.name}`;
  return `{${value.map((item) => literal(item, owner)).join(", ")}}`;
}
