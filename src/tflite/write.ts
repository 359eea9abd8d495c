// A graph as the bytes of a .tflite file. Field by field what TFLite's own converter writes, smallest first.
import { Builder } from "flatbuffers";
import { type Graph, inputsOf, tensorOf } from "../ir/graph.ts";
import type { Tensor } from "../ir/tensor.ts";
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

/** TFLite wants weights where SIMD loads can reach them. */
const BUFFER_ALIGNMENT = 16;

/** Encodes a graph (int8 or float) as a schema version 3 file. The same graph gives the same bytes. */
export function writeTflite(graph: Graph): Uint8Array {
  const builder = new Builder(4096);
  const vectors = createVectorPool(builder);
  // Buffer 0 is empty by convention: every computed tensor points at it.
  const buffers: Uint8Array[] = [new Uint8Array(0)];
  const addBuffer = (data: Uint8Array): number => buffers.push(data) - 1;

  const names = [...graph.tensors.keys()];
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const tensors = names.map((name) => {
    const tensor = tensorOf(graph, name);
    return writeTensor(
      builder,
      vectors,
      tensor,
      tensor.constant === null ? 0 : addBuffer(bytesOf(tensor.constant)),
    );
  });

  const codes: { opcode: number; version: number }[] = [];
  const operators = graph.nodes.map((node) => {
    const { tflite } = node.op;
    const version = tflite.version(inputsOf(graph, node), tensorOf(graph, node.output));
    let code = codes.findIndex((known) => known.opcode === tflite.opcode && known.version === version);
    if (code < 0) code = codes.push({ opcode: tflite.opcode, version }) - 1;
    const inputs = vectors.int32(node.inputs.map((name) => indexOf.get(name)!));
    const outputs = vectors.int32([indexOf.get(node.output)!]);
    const options = tflite.write(builder, node.attrs);
    builder.startObject(5);
    builder.addFieldInt32(OPERATOR.opcodeIndex, code, 0);
    builder.addFieldOffset(OPERATOR.inputs, inputs, 0);
    builder.addFieldOffset(OPERATOR.outputs, outputs, 0);
    if (options !== 0) {
      builder.addFieldInt8(OPERATOR.optionsType, tflite.optionsType, 0);
      builder.addFieldOffset(OPERATOR.options, options, 0);
    }
    return builder.endObject();
  });

  const subgraph = writeSubgraph(builder, vectors, graph, tensors, operators, indexOf);
  const metadata = graph.metadata === null ? null : writeMetadata(builder, graph.metadata, addBuffer);
  const operatorCodes = offsetVector(
    builder,
    codes.map((code) => writeOperatorCode(builder, code)),
  );
  const subgraphs = offsetVector(builder, [subgraph]);
  const description = builder.createString("Bandsmith");
  const bufferOffsets = offsetVector(
    builder,
    buffers.map((data) => writeBuffer(builder, data)),
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

function writeTensor(builder: Builder, vectors: VectorPool, tensor: Tensor, buffer: number): number {
  const shape = vectors.int32(tensor.shape);
  const name = builder.createString(tensor.name);
  const quantization = writeQuantization(builder, vectors, tensor);
  builder.startObject(5);
  builder.addFieldOffset(TENSOR.shape, shape, 0);
  builder.addFieldInt8(TENSOR.type, TENSOR_TYPES[tensor.dtype], 0);
  builder.addFieldInt32(TENSOR.buffer, buffer, 0);
  builder.addFieldOffset(TENSOR.name, name, 0);
  if (quantization !== 0) builder.addFieldOffset(TENSOR.quantization, quantization, 0);
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

function writeSubgraph(
  builder: Builder,
  vectors: VectorPool,
  graph: Graph,
  tensors: readonly number[],
  operators: readonly number[],
  indexOf: ReadonlyMap<string, number>,
): number {
  const tensorVector = offsetVector(builder, tensors);
  const operatorVector = offsetVector(builder, operators);
  const inputs = vectors.int32([indexOf.get(graph.input)!]);
  const outputs = vectors.int32([indexOf.get(graph.output)!]);
  const name = builder.createString(graph.name);
  builder.startObject(5);
  builder.addFieldOffset(SUBGRAPH.tensors, tensorVector, 0);
  builder.addFieldOffset(SUBGRAPH.inputs, inputs, 0);
  builder.addFieldOffset(SUBGRAPH.outputs, outputs, 0);
  builder.addFieldOffset(SUBGRAPH.operators, operatorVector, 0);
  builder.addFieldOffset(SUBGRAPH.name, name, 0);
  return builder.endObject();
}

function writeMetadata(
  builder: Builder,
  metadata: NonNullable<Graph["metadata"]>,
  addBuffer: (data: Uint8Array) => number,
): number {
  const json = canonicalJson({ format: METADATA_FORMAT, channels: CHANNELS, ...metadata });
  const buffer = addBuffer(new TextEncoder().encode(json));
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
