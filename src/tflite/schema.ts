// The parts of TensorFlow Lite's flatbuffer schema (version 3, schema.fbs) that we write and read, by field slot.
import type { DType } from "../ir/tensor.ts";

export const FILE_IDENTIFIER = "TFL3";
export const SCHEMA_VERSION = 3;

export const MODEL = {
  version: 0,
  operatorCodes: 1,
  subgraphs: 2,
  description: 3,
  buffers: 4,
  metadata: 6,
} as const;
export const OPERATOR_CODE = { deprecatedBuiltinCode: 0, customCode: 1, version: 2, builtinCode: 3 } as const;
export const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3, name: 4 } as const;
export const TENSOR = {
  shape: 0,
  type: 1,
  buffer: 2,
  name: 3,
  quantization: 4,
  isVariable: 5,
  sparsity: 6,
} as const;
export const QUANTIZATION = { scale: 2, zeroPoint: 3, detailsType: 4, quantizedDimension: 6 } as const;
export const OPERATOR = {
  opcodeIndex: 0,
  inputs: 1,
  outputs: 2,
  optionsType: 3,
  options: 4,
  intermediates: 8,
} as const;
export const BUFFER = { data: 0 } as const;
export const METADATA = { name: 0, buffer: 1 } as const;

/** TensorType. */
export const TENSOR_TYPES: Readonly<Record<DType, number>> = {
  float32: 0,
  int32: 2,
  bool: 6,
  int16: 7,
  int8: 9,
};

/** Codes above this no longer fit the deprecated 8-bit field, which then holds this placeholder. */
export const PLACEHOLDER_FOR_GREATER_OP_CODES = 127;
