// A .tflite file as a graph. Nothing is believed: every index, size and shape is checked before it is used.
import { z } from "zod";
import type { Graph, GraphMetadata, Node } from "../ir/graph.ts";
import { type AnyOp, type OutputQuantization, ShapeError, type WeightQuantization } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { validateGraph } from "../ir/validate.ts";
import { OPERATORS } from "../ops/index.ts";
import { METADATA_NAME, metadataSchema } from "../signal/metadata.ts";
import { corruptTflite } from "../util/messages.ts";
import { readTensor } from "./read-tensor.ts";
import {
  FILE_IDENTIFIER,
  METADATA,
  MODEL,
  OPERATOR,
  OPERATOR_CODE,
  SCHEMA_VERSION,
  SUBGRAPH,
} from "./schema.ts";
import { Bytes, CorruptFile, Table } from "./table.ts";

const OPERATOR_OF_CODE = new Map(OPERATORS.map((op) => [op.tflite.opcode, op]));

/**
 * Reads a file into a validated graph.
 * @param source the file's name, for messages
 * @throws UserError tflite/corrupt where the bytes are not a model that we can run exactly
 */
export function readTflite(bytes: Uint8Array, source: string): Graph {
  try {
    const graph = readModel(new Bytes(bytes));
    validateGraph(graph);
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
  if (subgraphs.length !== 1)
    throw new CorruptFile(`${subgraphs.length} subgraphs, exactly one is supported`);
  const subgraph = subgraphs[0]!;
  const buffers = model.tables(MODEL.buffers, "buffer");
  const tensors = subgraph
    .tables(SUBGRAPH.tensors, "tensor")
    .map((table, i) => readTensor(table, i, buffers));
  const distinct = new Set(tensors.map((tensor) => tensor.name));
  if (distinct.size !== tensors.length) throw new CorruptFile("two tensors have the same name");

  const at = (index: number, what: string): Tensor => {
    const tensor = tensors[index];
    if (tensor === undefined)
      throw new CorruptFile(`${what} is tensor ${index}, there are ${tensors.length}`);
    return tensor;
  };
  const single = (slot: number, what: string): string => {
    const indices = subgraph.int32s(slot, what) ?? [];
    if (indices.length !== 1) throw new CorruptFile(`${indices.length} ${what}s, exactly one is supported`);
    return at(indices[0]!, what).name;
  };
  return {
    name: subgraph.string(SUBGRAPH.name, "subgraph name") ?? "",
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    nodes: subgraph
      .tables(SUBGRAPH.operators, "operator")
      .map((table, i) => readNode(table, `operator ${i}`, codes, at)),
    input: single(SUBGRAPH.inputs, "input"),
    output: single(SUBGRAPH.outputs, "output"),
    metadata: readMetadata(model, buffers),
  };
}

/** The larger of the two code fields, as TFLite's own readers take it. */
function readOperatorCode(table: Table): number {
  return Math.max(
    table.int8(OPERATOR_CODE.deprecatedBuiltinCode, 0),
    table.int32(OPERATOR_CODE.builtinCode, 0),
  );
}

function readNode(
  table: Table,
  where: string,
  codes: readonly number[],
  at: (index: number, what: string) => Tensor,
): Node {
  const codeIndex = table.uint32(OPERATOR.opcodeIndex, 0);
  const code = codes[codeIndex];
  if (code === undefined) throw new CorruptFile(`${where} has code index ${codeIndex} of ${codes.length}`);
  const op: AnyOp | undefined = OPERATOR_OF_CODE.get(code);
  if (op === undefined) {
    const known = OPERATORS.map((candidate) => candidate.name).join(", ");
    throw new CorruptFile(`${where} has builtin code ${code}, which is not supported (${known} are)`);
  }
  const named = `${where} (${op.name})`;
  const inputs = (table.int32s(OPERATOR.inputs, `${named}: inputs`) ?? []).map((i) =>
    at(i, `an input of ${named}`),
  );
  const outputs = (table.int32s(OPERATOR.outputs, `${named}: outputs`) ?? []).map((i) =>
    at(i, `the output of ${named}`),
  );
  if (inputs.length !== op.roles.length || outputs.length !== 1) {
    throw new CorruptFile(
      `${named} has ${inputs.length} inputs and ${outputs.length} outputs, ${op.roles.length} and 1 expected`,
    );
  }
  inputs.forEach((input, i) => {
    const role = op.roles[i]!;
    if (role !== "activation" && input.constant === null)
      throw new CorruptFile(`${named}: its ${role} has no data`);
    checkTypes(named, role, input, inputs[0]!);
  });
  const output = outputs[0]!;
  if (output.dtype !== inputs[0]!.dtype) {
    throw new CorruptFile(`${named} turns ${inputs[0]!.dtype} into ${output.dtype}`);
  }
  checkTypes(named, "activation", output, output);
  const type = table.uint8(OPERATOR.optionsType, 0);
  const options = table.table(OPERATOR.options, `${named}: options`);
  if (options !== null && type !== op.tflite.optionsType) {
    throw new CorruptFile(`${named} has options of type ${type}, ${op.tflite.optionsType} expected`);
  }
  const attrs = op.tflite.read(options ?? EMPTY_OPTIONS, inputs, output);
  checkQuantization(op.outputQuantization(attrs), named, inputs, output);
  inputs.forEach((input, i) => {
    if (op.roles[i] === "weight") checkWeights(op, op.weightQuantization(attrs), named, input);
  });
  return { op, attrs, inputs: inputs.map((tensor) => tensor.name), output: output.name };
}

/** A network is wholly int8 (int32 biases) or wholly float32. */
function checkTypes(where: string, role: string, tensor: Tensor, first: Tensor): void {
  const integer = first.dtype === "int8";
  const expected = integer ? (role === "bias" ? "int32" : "int8") : "float32";
  if (tensor.dtype !== expected) {
    throw new CorruptFile(`${where}: ${tensor.name} is ${tensor.dtype}, ${expected} expected as its ${role}`);
  }
  if (expected === "int8" && tensor.quant === null) {
    throw new CorruptFile(`${where}: ${tensor.name} has no quantisation`);
  }
  if (expected === "int8" && role === "activation" && tensor.quant?.kind !== "perTensor") {
    throw new CorruptFile(`${where}: activation ${tensor.name} is quantised per channel`);
  }
}

/** What the kernels assume and do not check themselves. */
function checkQuantization(
  rule: OutputQuantization,
  where: string,
  inputs: readonly Tensor[],
  output: Tensor,
): void {
  if (output.dtype !== "int8" || rule.kind === "calibrated") return;
  const expected = rule.kind === "fixed" ? rule : inputs[rule.input]!.quant;
  const found = output.quant;
  if (expected === null || !("scale" in expected) || found?.kind !== "perTensor") return;
  if (found.scale !== expected.scale || found.zeroPoint !== expected.zeroPoint) {
    throw new CorruptFile(
      `${where}: its output has scale ${found.scale}, zero point ${found.zeroPoint}; ` +
        `${expected.scale} and ${expected.zeroPoint} expected`,
    );
  }
}

/** Kernels take channel scales along one axis only, and weights of convolutions without a zero point. */
function checkWeights(op: AnyOp, rule: WeightQuantization, where: string, weights: Tensor): void {
  const { quant } = weights;
  if (quant === null) return;
  if (quant.kind === "perChannel") {
    const axis = op.affine?.channelAxis;
    if (quant.axis !== axis) {
      throw new CorruptFile(
        `${where}: its weights have scales along axis ${quant.axis}, ${axis ?? "none"} expected`,
      );
    }
  } else if (rule.kind === "perChannel" && quant.zeroPoint !== 0) {
    throw new CorruptFile(`${where}: its weights have zero point ${quant.zeroPoint}, 0 expected`);
  }
}

const EMPTY_OPTIONS = {
  int8: (_slot: number, fallback: number) => fallback,
  int32: (_slot: number, fallback: number) => fallback,
  float32: (_slot: number, fallback: number) => fallback,
  bool: (_slot: number, fallback: boolean) => fallback,
  int32Vector: () => null,
};

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
