// A graph as the bytes of a .tflite file. Field by field what TFLite's own converter writes, smallest first.
import { Builder } from "flatbuffers";
import { type Body, type Graph, inputsOf, type Node, outputsOf } from "../ir/graph.ts";
import type { Tensor } from "../ir/tensor.ts";
import { depthwiseConv2d } from "../ops/index.ts";
import { METADATA_FORMAT, METADATA_NAME } from "../signal/metadata.ts";
import { CHANNELS } from "../signal/preprocessing.ts";
import { canonicalJson } from "../util/hash.ts";
import {
  BUFFER,
  FILE_IDENTIFIER,
  METADATA,
  MODEL,
  OPERATOR,
  OPERATOR_CODE,
  PLACEHOLDER_FOR_GREATER_OP_CODES,
  QUANTIZATION,
  SCHEMA_VERSION,
  SUBGRAPH,
  TENSOR,
  TENSOR_TYPES,
} from "./schema.ts";
import { createVectorPool, type VectorPool } from "./vector-pool.ts";

/** Stands among the inputs for one that is left out. */
const ABSENT = -1;
/** TFLite wants weights where SIMD loads can reach them. */
const BUFFER_ALIGNMENT = 16;

/** What the subgraphs of one file share. */
interface FileParts {
  readonly builder: Builder;
  readonly vectors: VectorPool;
  readonly buffers: Uint8Array[];
  /** By their lengths, the buffers of zeros that tensors share. */
  readonly zeros: Map<number, number>;
  readonly codes: { readonly opcode: number; readonly version: number }[];
  /** Offsets by index; subgraph 0 is the network. */
  readonly subgraphs: number[];
}

/** Encodes a graph (int8 or float) as a schema version 3 file. The same graph gives the same bytes. */
export function writeTflite(graph: Graph): Uint8Array {
  const builder = new Builder(4096);
  const parts: FileParts = {
    builder,
    vectors: createVectorPool(builder),
    // Buffer 0 is empty by convention: every computed tensor points at it.
    buffers: [new Uint8Array(0)],
    zeros: new Map(),
    codes: [],
    subgraphs: [],
  };
  writeBody(parts, graph, [graph.input], [graph.output]);
  const metadata = graph.metadata === null ? null : writeMetadata(parts, graph.metadata);
  const operatorCodes = offsetVector(
    builder,
    parts.codes.map((code) => writeOperatorCode(builder, code)),
  );
  const subgraphs = offsetVector(builder, parts.subgraphs);
  const description = builder.createString("Bandsmith");
  const bufferOffsets = offsetVector(
    builder,
    parts.buffers.map((data) => writeBuffer(builder, data)),
  );

  builder.startObject(7);
  builder.addFieldInt32(MODEL.version, SCHEMA_VERSION, 0);
  builder.addFieldOffset(MODEL.operatorCodes, operatorCodes, 0);
  builder.addFieldOffset(MODEL.subgraphs, subgraphs, 0);
  builder.addFieldOffset(MODEL.description, description, 0);
  builder.addFieldOffset(MODEL.buffers, bufferOffsets, 0);
  if (metadata !== null) builder.addFieldOffset(MODEL.metadata, metadata, 0);
  builder.finish(builder.endObject(), FILE_IDENTIFIER);
  return builder.asUint8Array().slice();
}

/** Writes a subgraph, and after it those that its operators run; returns its index in the file. */
function writeBody(
  parts: FileParts,
  body: Body,
  inputs: readonly string[],
  outputs: readonly string[],
): number {
  const { builder, vectors } = parts;
  const index = parts.subgraphs.push(0) - 1;
  const nodes = body.nodes.map((node) => ({ node, ...fileOperands(body, node) }));
  const entries: FileTensor[] = [
    ...[...body.tensors.values()].map((tensor) => ({ tensor, variable: false })),
    ...nodes.flatMap((node) => node.own),
  ];
  const indexOf = new Map(entries.map(({ tensor }, i) => [tensor.name, i]));
  if (indexOf.size !== entries.length)
    throw new Error(`Bug in Bandsmith: two tensors of one name in ${body.name}`);
  const positions = (names: readonly (string | null)[]): number =>
    vectors.int32(names.map((name) => (name === null ? ABSENT : indexOf.get(name)!)));
  const shared = new Set(
    body.nodes.filter(({ op }) => op === depthwiseConv2d).map(({ inputs }) => inputs[2]),
  );
  const tensors = entries.map((entry) => writeTensor(parts, entry, shared.has(entry.tensor.name)));
  const operators = nodes.map(({ node, slots, intermediates }) => {
    const { tflite } = node.op;
    const inner = (node.op.subgraphs?.(node.attrs) ?? []).map((subgraph) =>
      writeBody(parts, subgraph, subgraph.inputs, subgraph.outputs),
    );
    const code = codeIndex(parts, tflite.opcode, tflite.version(inputsOf(body, node), outputsOf(body, node)));
    const inputVector = positions(slots);
    const outputVector = positions(node.outputs);
    const intermediateVector = intermediates.length === 0 ? 0 : positions(intermediates);
    const options = tflite.write(builder, node.attrs, inner);
    builder.startObject(9);
    builder.addFieldInt32(OPERATOR.opcodeIndex, code, 0);
    builder.addFieldOffset(OPERATOR.inputs, inputVector, 0);
    builder.addFieldOffset(OPERATOR.outputs, outputVector, 0);
    if (options !== 0) {
      builder.addFieldInt8(OPERATOR.optionsType, tflite.optionsType, 0);
      builder.addFieldOffset(OPERATOR.options, options, 0);
    }
    if (intermediateVector !== 0) builder.addFieldOffset(OPERATOR.intermediates, intermediateVector, 0);
    return builder.endObject();
  });

  const tensorVector = offsetVector(builder, tensors);
  const operatorVector = offsetVector(builder, operators);
  const inputVector = positions(inputs);
  const outputVector = positions(outputs);
  const name = builder.createString(body.name);
  builder.startObject(5);
  builder.addFieldOffset(SUBGRAPH.tensors, tensorVector, 0);
  builder.addFieldOffset(SUBGRAPH.inputs, inputVector, 0);
  builder.addFieldOffset(SUBGRAPH.outputs, outputVector, 0);
  builder.addFieldOffset(SUBGRAPH.operators, operatorVector, 0);
  builder.addFieldOffset(SUBGRAPH.name, name, 0);
  parts.subgraphs[index] = builder.endObject();
  return index;
}

interface FileTensor {
  readonly tensor: Tensor;
  readonly variable: boolean;
}

/** A node's inputs as the file lists them, and the tensors that exist in the file alone. */
function fileOperands(
  body: Body,
  node: Node,
): {
  readonly slots: readonly (string | null)[];
  readonly intermediates: readonly string[];
  readonly own: readonly FileTensor[];
} {
  const { tflite } = node.op;
  const named = (tensor: Tensor): Tensor => ({ ...tensor, name: `${node.outputs[0]}/${tensor.name}` });
  const [inputs, outputs] = [inputsOf(body, node), outputsOf(body, node)];
  const extras = (tflite.extraInputs?.(node.attrs, inputs, outputs) ?? []).map((extra) => ({
    ...extra,
    tensor: named(extra.tensor),
  }));
  const intermediates = (tflite.intermediates?.(node.attrs, inputs, outputs) ?? []).map(named);
  const bySlot = new Map<number, string>(extras.map(({ slot, tensor }) => [slot, tensor.name]));
  node.inputs.forEach((name, i) => bySlot.set(tflite.slots?.[i] ?? i, name));
  const last = Math.max(...bySlot.keys(), (tflite.inputs ?? 0) - 1);
  return {
    slots: Array.from({ length: last + 1 }, (_, slot) => bySlot.get(slot) ?? null),
    intermediates: intermediates.map((tensor) => tensor.name),
    own: [...extras, ...intermediates.map((tensor) => ({ tensor, variable: false }))],
  };
}

function codeIndex(parts: FileParts, opcode: number, version: number): number {
  const found = parts.codes.findIndex((known) => known.opcode === opcode && known.version === version);
  return found < 0 ? parts.codes.push({ opcode, version }) - 1 : found;
}

/** @param shared zeros may be others' zeros, too: nothing writes them, as it does those of a last layer */
function writeTensor(parts: FileParts, { tensor, variable }: FileTensor, shared: boolean): number {
  const { builder, vectors } = parts;
  const data = tensor.constant === null ? null : bytesOf(tensor.constant);
  const buffer = data === null ? 0 : shared ? addShared(parts, data) : addBuffer(parts, data);
  const shape = vectors.int32(tensor.shape);
  const name = builder.createString(tensor.name);
  const quantization = writeQuantization(builder, vectors, tensor);
  builder.startObject(6);
  builder.addFieldOffset(TENSOR.shape, shape, 0);
  builder.addFieldInt8(TENSOR.type, TENSOR_TYPES[tensor.dtype], 0);
  builder.addFieldInt32(TENSOR.buffer, buffer, 0);
  builder.addFieldOffset(TENSOR.name, name, 0);
  if (quantization !== 0) builder.addFieldOffset(TENSOR.quantization, quantization, 0);
  if (variable) builder.addFieldInt8(TENSOR.isVariable, 1, 0);
  return builder.endObject();
}

function writeQuantization(builder: Builder, vectors: VectorPool, { quant }: Tensor): number {
  if (quant === null) return 0;
  const scales = quant.kind === "perTensor" ? [quant.scale] : quant.scales;
  const zeroPoints = quant.kind === "perTensor" ? [quant.zeroPoint] : quant.scales.map(() => 0);
  const scaleVector = vectors.float32(scales);
  const zeroPointVector = vectors.int64(zeroPoints);
  builder.startObject(7);
  builder.addFieldOffset(QUANTIZATION.scale, scaleVector, 0);
  builder.addFieldOffset(QUANTIZATION.zeroPoint, zeroPointVector, 0);
  builder.addFieldInt32(QUANTIZATION.quantizedDimension, quant.kind === "perChannel" ? quant.axis : 0, 0);
  return builder.endObject();
}

/** Both code fields: old readers know only the 8-bit one, new ones take the larger of the two. */
function writeOperatorCode(
  builder: Builder,
  { opcode, version }: { opcode: number; version: number },
): number {
  builder.startObject(4);
  const deprecated = Math.min(opcode, PLACEHOLDER_FOR_GREATER_OP_CODES);
  builder.addFieldInt8(OPERATOR_CODE.deprecatedBuiltinCode, deprecated, 0);
  builder.addFieldInt32(OPERATOR_CODE.version, version, 1);
  builder.addFieldInt32(OPERATOR_CODE.builtinCode, opcode, 0);
  return builder.endObject();
}

function addBuffer({ buffers }: FileParts, data: Uint8Array): number {
  return buffers.push(data) - 1;
}

/**
 * The half of a separable convolution that is depthwise has a bias of zeros, which TFLite's kernels for speed want all the
 * same: LiteRT crashes where it is left out.
 */
function addShared(parts: FileParts, data: Uint8Array): number {
  if (data.some((byte) => byte !== 0)) return addBuffer(parts, data);
  const index = parts.zeros.get(data.length) ?? addBuffer(parts, data);
  parts.zeros.set(data.length, index);
  return index;
}

function writeMetadata(parts: FileParts, metadata: NonNullable<Graph["metadata"]>): number {
  const { builder } = parts;
  const json = canonicalJson({ format: METADATA_FORMAT, channels: CHANNELS, ...metadata });
  const buffer = addBuffer(parts, new TextEncoder().encode(json));
  const name = builder.createString(METADATA_NAME);
  builder.startObject(2);
  builder.addFieldOffset(METADATA.name, name, 0);
  builder.addFieldInt32(METADATA.buffer, buffer, 0);
  return offsetVector(builder, [builder.endObject()]);
}

function writeBuffer(builder: Builder, data: Uint8Array): number {
  if (data.length === 0) {
    builder.startObject(1);
    return builder.endObject();
  }
  builder.startVector(1, data.length, BUFFER_ALIGNMENT);
  for (let i = data.length - 1; i >= 0; i--) builder.addInt8(data[i]!);
  const vector = builder.endVector();
  builder.startObject(1);
  builder.addFieldOffset(BUFFER.data, vector, 0);
  return builder.endObject();
}

/** Little-endian bytes, whatever the host's order (every platform that Node runs on is little-endian). */
function bytesOf(data: NonNullable<Tensor["constant"]>): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

function offsetVector(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}
