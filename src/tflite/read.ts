// A .tflite file as a graph. Nothing is believed: every index, size and shape is checked before it is used.
import { z } from "zod";
import type { Body, Graph, GraphMetadata, Node, Subgraph } from "../ir/graph.ts";
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { validateGraph, validateSubgraph } from "../ir/validate.ts";
import { METADATA_NAME, metadataSchema } from "../signal/metadata.ts";
import { corruptTflite } from "../util/messages.ts";
import { checkSize } from "./limits.ts";
import { type FileContext, readNode } from "./read-node.ts";
import { type FileTensor, readTensor } from "./read-tensor.ts";
import {
  BUFFER,
  FILE_IDENTIFIER,
  METADATA,
  MODEL,
  OPERATOR_CODE,
  SCHEMA_VERSION,
  SUBGRAPH,
  TENSOR,
} from "./schema.ts";
import { Bytes, CorruptFile, Table } from "./table.ts";

/** A WHILE in a WHILE is plenty; deeper nesting is a file that means harm. */
const MAX_DEPTH = 4;

/**
 * Reads a file into a validated graph.
 * @param source the file's name, for messages
 * @throws UserError tflite/corrupt where the bytes are not a model that we can run exactly
 */
export function readTflite(bytes: Uint8Array, source: string): Graph {
  try {
    const graph = readModel(new Bytes(bytes));
    validateGraph(graph);
    checkSize(graph);
    return graph;
  } catch (error) {
    if (error instanceof CorruptFile || error instanceof ShapeError) {
      throw corruptTflite(source, error.message, error);
    }
    throw error;
  }
}

function readModel(bytes: Bytes): Graph {
  bytes.need(0, 8, "the file's header");
  const identifier = String.fromCharCode(...[4, 5, 6, 7].map((i) => bytes.uint8(i, "identifier")));
  if (identifier !== FILE_IDENTIFIER) {
    throw new CorruptFile(`its identifier is ${JSON.stringify(identifier)}, not "${FILE_IDENTIFIER}"`);
  }
  const model = Table.root(bytes, "model");
  const version = model.uint32(MODEL.version, 0);
  if (version !== SCHEMA_VERSION)
    throw new CorruptFile(`schema version ${version}, ${SCHEMA_VERSION} is supported`);

  const codes = model.tables(MODEL.operatorCodes, "operator code").map(readOperatorCode);
  const subgraphs = model.tables(MODEL.subgraphs, "subgraph");
  if (subgraphs.length === 0) throw new CorruptFile("it has no subgraph");
  const buffers = model.tables(MODEL.buffers, "buffer");
  // Runtimes follow every one, whether something uses it or not.
  buffers.forEach((buffer, i) => buffer.vector(BUFFER.data, 1, `the data of buffer ${i}`));

  const readBody = (index: number, depth: number): { body: Body; inputs: string[]; outputs: string[] } => {
    const table = subgraphs[index]!;
    const { at, used, count: tensorCount } = tensorsOf(table, buffers);
    const names = (slot: number, what: string): string[] =>
      (table.int32s(slot, what) ?? []).map((position) => at(position, what).tensor.name);
    const file = { codes, at, tensorCount, subgraph: (inner: number) => readInner(inner, depth + 1) };
    const nodes = table
      .tables(SUBGRAPH.operators, "operator")
      .map((operator, i) => readNode(operator, `operator ${i}`, file));
    const [inputs, outputs] = [names(SUBGRAPH.inputs, "an input"), names(SUBGRAPH.outputs, "an output")];
    return {
      body: {
        name: table.string(SUBGRAPH.name, "subgraph name") ?? "",
        tensors: tensorsInUse(used(), nodes, [...inputs, ...outputs]),
        nodes: nodes.map(({ node }) => node),
      },
      inputs,
      outputs,
    };
  };
  const readInner = (index: number, depth: number): Subgraph => {
    if (index < 1 || index >= subgraphs.length)
      throw new CorruptFile(`an operator runs subgraph ${index} of ${subgraphs.length}`);
    if (depth > MAX_DEPTH) throw new CorruptFile(`subgraphs run each other more than ${MAX_DEPTH} deep`);
    const { body, inputs, outputs } = readBody(index, depth);
    const subgraph = { ...body, inputs, outputs };
    validateSubgraph(subgraph);
    return subgraph;
  };
  const { body, inputs, outputs } = readBody(0, 0);
  return {
    ...body,
    input: only(inputs, "input"),
    output: only(outputs, "output"),
    metadata: readMetadata(model, buffers),
  };
}

function only(names: readonly string[], what: string): string {
  if (names.length !== 1) throw new CorruptFile(`${names.length} ${what}s, exactly one is supported`);
  return names[0]!;
}

/** Tensors are read when something refers to them: what nothing uses may have any type and shape. */
function tensorsOf(
  subgraph: Table,
  buffers: readonly Table[],
): { readonly at: FileContext["at"]; readonly used: () => readonly FileTensor[]; readonly count: number } {
  const tables = subgraph.tables(SUBGRAPH.tensors, "tensor");
  tables.forEach((table, i) => {
    const index = table.uint32(TENSOR.buffer, 0);
    if (index >= buffers.length)
      throw new CorruptFile(`tensor ${i} is in buffer ${index} of ${buffers.length}`);
  });
  const read = new Map<number, FileTensor>();
  const names = new Set<string>();
  return {
    count: tables.length,
    at(index, what) {
      const known = read.get(index);
      if (known !== undefined) return known;
      const table = tables[index];
      if (table === undefined)
        throw new CorruptFile(`${what} is tensor ${index}, there are ${tables.length}`);
      const tensor = readTensor(table, index, buffers);
      if (names.has(tensor.tensor.name)) throw new CorruptFile(`two tensors are named ${tensor.tensor.name}`);
      names.add(tensor.tensor.name);
      read.set(index, tensor);
      return tensor;
    },
    used: () => [...read].sort(([a], [b]) => a - b).map(([, tensor]) => tensor),
  };
}

/** What became an attribute, or a state inside an operator, is no longer a tensor of the graph. */
function tensorsInUse(
  tensors: readonly FileTensor[],
  nodes: readonly { readonly node: Node; readonly added: readonly Tensor[] }[],
  ends: readonly string[],
): Map<string, Tensor> {
  const used = new Set([...ends, ...nodes.flatMap(({ node }) => [...node.inputs, ...node.outputs])]);
  const own = tensors.map(({ tensor }) => tensor);
  const added = nodes.flatMap((entry) => entry.added);
  const all = [...own, ...added].filter(({ name }) => used.has(name));
  return new Map(all.map((tensor) => [tensor.name, tensor]));
}

/** The larger of the two code fields, as TFLite's own readers take it. */
function readOperatorCode(table: Table): number {
  return Math.max(
    table.int8(OPERATOR_CODE.deprecatedBuiltinCode, 0),
    table.int32(OPERATOR_CODE.builtinCode, 0),
  );
}

function readMetadata(model: Table, buffers: readonly Table[]): GraphMetadata | null {
  const entry = model
    .tables(MODEL.metadata, "metadata")
    .find((table) => table.string(METADATA.name, "metadata name") === METADATA_NAME);
  if (entry === undefined) return null;
  const index = entry.uint32(METADATA.buffer, 0);
  const bytes = buffers[index]?.bytes(0, "metadata") ?? null;
  if (bytes === null)
    throw new CorruptFile(`its metadata is in buffer ${index}, there are ${buffers.length}`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new CorruptFile("its Bandsmith metadata is not JSON", { cause: error });
  }
  const parsed = metadataSchema.safeParse(json);
  if (!parsed.success)
    throw new CorruptFile(`its Bandsmith metadata is not valid: ${z.prettifyError(parsed.error)}`);
  return { preprocessing: parsed.data.preprocessing, inputQuantizer: parsed.data.inputQuantizer };
}
