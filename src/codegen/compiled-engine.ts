// The network as C++: constant tables, a parameter struct a kernel, and a function that calls the kernels in order.
import { type Body, bodiesOf, type Graph, type Node, tensorOf } from "../ir/graph.ts";
import {
  isKernelFloat,
  isKernelTable,
  type KernelCall,
  type KernelTable,
  type KernelTarget,
  type KernelValue,
  PORTABLE,
  tablesOf,
} from "../ir/kernel.ts";
import { byteLength, type DType, type Tensor } from "../ir/tensor.ts";
import { callsOf, planCompiledMemory } from "../plan/compiled-memory.ts";
import { constantBytes } from "../plan/compiled-size.ts";
import { foldPads } from "../plan/fold-pads.ts";
import { headFeatures } from "../plan/head-features.ts";
import { floatLiteral, identifier, int32Literal, numberLines } from "./cpp.ts";
import { describeTensor } from "./layers.ts";
import { Addresses, networkSteps } from "./network-steps.ts";
import type { View } from "./template.ts";

/** Operators of the graph for which there is no kernel in C++, each once, sorted; for int8 unless it is said. */
export function missingKernels(graph: Graph): string[] {
  const names = bodiesOf(graph).flatMap(({ body }) =>
    body.nodes
      .filter((node) => !hasKernel(body, node))
      .map((node) => `${node.op.name}${ofType(tensorOf(body, node.inputs[0]!))}`),
  );
  return [...new Set(names)].sort();
}

function hasKernel(body: Body, { op, inputs }: Node): boolean {
  if (op.view === true || op.loop !== undefined) return true;
  return op.emit !== undefined && (op.emitTypes ?? ["int8"]).includes(tensorOf(body, inputs[0]!).dtype);
}

function ofType({ dtype }: Tensor): string {
  return dtype === "int8" ? "" : ` of ${dtype}`;
}

/** Where the generated function stands. */
export interface NetworkPlace {
  readonly namespace: string;
  /** The header that declares it, as the source includes it. */
  readonly header: string;
  /** What to do instead of changing what is generated. */
  readonly remake: string;
  /** Whether the header says where the features are, for a head of the wearer's. */
  readonly tellsFeatures?: true;
}

const PROJECT_NETWORK: NetworkPlace = {
  namespace: "compiled",
  header: "compiled/network.h",
  remake: "Change band.yaml and build again.",
  tellsFeatures: true,
};

/** What the templates of network.h and network.cpp print. Every node must have a kernel. */
export function networkView(
  whole: Graph,
  { namespace, header, remake, tellsFeatures }: NetworkPlace = PROJECT_NETWORK,
  target: KernelTarget = PORTABLE,
): View {
  const graph = foldPads(whole);
  const calls = callsOf(graph, target);
  const memory = planCompiledMemory(graph, calls);
  const addresses = new Addresses();
  const steps = networkSteps(graph, calls, memory, addresses);
  const end = memory.locationOf(graph.output);
  // Where the output is the input or a constant under another shape, nothing has written it.
  const copiesToOutput = end.kind !== "output";
  const outputFrom = addresses.of(end);
  const features = headFeatures(graph);
  const constantNames = [
    ...addresses.constants().map(([, name]) => name),
    ...steps
      .flatMap((step) => step.calls)
      .flatMap(({ call, name }) => [...tablesOf(call).map((table) => `${name}${table.name}`), name]),
  ];
  return {
    namespace: identifier(namespace),
    header,
    remake,
    input: describeTensor(tensorOf(graph, graph.input)),
    output: describeTensor(tensorOf(graph, graph.output)),
    inputBytes: byteLength(tensorOf(graph, graph.input)),
    outputBytes: byteLength(tensorOf(graph, graph.output)),
    arenaBytes: memory.bytes,
    memoryBytes: memory.bytes + byteLength(tensorOf(graph, graph.output)),
    constantBytes: constantBytes(graph, calls),
    constantNames: constantNames.map((name, i, { length }) => ({
      text: `sizeof ${name}${i + 1 < length ? "," : ""}`,
    })),
    hasArena: memory.bytes > 0,
    kernels: headersOf([...calls.values()].flat()),
    constants: addresses.constants().map(([tensor, name]) => ({
      text: describeTensor(tensor),
      type: OPERAND_TYPES[tensor.dtype],
      name,
      length: tensor.constant!.length,
      lines: numberLines(tensor.constant!, tensor.dtype === "float32" ? floatLiteral : int32Literal),
    })),
    layers: steps.map(({ comment, node, calls, lines, indent }) => ({
      ...comment,
      isView: node.op.view === true && comment["isIdle"] !== true,
      indent,
      tables: calls.flatMap(({ call, name }) =>
        tablesOf(call).map((table) => tableView(table, `${name}${table.name}`)),
      ),
      parameters: calls.map(({ call, name }) => ({
        type: parametersType(call),
        name,
        fields: fieldsOf(call, name),
      })),
      calls: lines.map((text) => ({ text })),
    })),
    usesInput: addresses.usesInput,
    usesMemcpy: copiesToOutput || steps.some(({ lines }) => lines.some((line) => line.includes("memcpy("))),
    copiesToOutput,
    outputFrom,
    tellsFeatures: tellsFeatures === true,
    features: features === null ? "nullptr" : addresses.of(memory.locationOf(features)),
  };
}

/** Of constants that a kernel is handed as it is handed what was computed. */
const OPERAND_TYPES: Readonly<Record<DType, string>> = {
  int8: "int8_t",
  int16: "int16_t",
  int32: "int32_t",
  float32: "float",
  bool: "uint8_t",
};

/** Sorted, each once. */
function headersOf(calls: readonly KernelCall[]): string[] {
  const typed = calls.some(({ scratch }) => scratch?.some((own) => own !== null && own.type !== "int8_t"));
  return [
    ...new Set(["whole_words.h", ...calls.map(({ header }) => header), ...(typed ? ["scratch.h"] : [])]),
  ].sort();
}

function parametersType({ parameters, parametersOf }: KernelCall): string {
  const types = parametersOf?.map((type) => `bandsmith::${identifier(type)}`);
  return identifier(parameters) + (types === undefined ? "" : `<${types.join(", ")}>`);
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
  if (isKernelFloat(value)) return floatLiteral(value.float32);
  if (isKernelTable(value)) return `${owner}${value.name}`;
  return `{${value.map((item) => literal(item, owner)).join(", ")}}`;
}
