// One tensor of a .tflite file: shape, type, quantisation and data, each checked against the others.
import {
  BYTES_PER_ELEMENT,
  type DType,
  elementCount,
  type QuantizationParams,
  type Tensor,
  type TensorData,
} from "../ir/tensor.ts";
import { BUFFER, QUANTIZATION, TENSOR, TENSOR_TYPES } from "./schema.ts";
import { CorruptFile, type Table } from "./table.ts";

const DTYPE_OF_CODE = new Map(Object.entries(TENSOR_TYPES).map(([dtype, code]) => [code, dtype as DType]));
/** More elements than any wrist model's tensor, few enough that hostile dimensions cannot exhaust the memory. */
const MAX_ELEMENTS = 1 << 24;

/** A tensor as it stands in the file. */
export interface FileTensor {
  readonly tensor: Tensor;
  /** A state that an operator keeps from one inference to the next. */
  readonly variable: boolean;
}

export function readTensor(table: Table, index: number, buffers: readonly Table[]): FileTensor {
  const name = table.string(TENSOR.name, `tensor ${index}: name`) ?? `tensor${index}`;
  const where = `tensor ${index} (${name})`;
  const type = table.int8(TENSOR.type, 0);
  const dtype = DTYPE_OF_CODE.get(type);
  if (dtype === undefined) {
    throw new CorruptFile(
      `${where} has type code ${type}; float32, int8, int16, int32 and bool are supported`,
    );
  }
  if (table.has(TENSOR.sparsity)) throw new CorruptFile(`${where} is sparse, which is not supported`);
  const shape = table.int32s(TENSOR.shape, `${where}: shape`) ?? [];
  if (shape.some((dimension) => dimension < 1) || elementCount(shape) > MAX_ELEMENTS) {
    throw new CorruptFile(
      `${where} has shape [${shape.join(", ")}]; positive dimensions, at most 2^24 elements`,
    );
  }
  const bufferIndex = table.uint32(TENSOR.buffer, 0);
  const buffer = buffers[bufferIndex];
  if (buffer === undefined)
    throw new CorruptFile(`${where} is in buffer ${bufferIndex} of ${buffers.length}`);
  const data = buffer.bytes(BUFFER.data, `${where}: data`);
  const quantization = table.table(TENSOR.quantization, `${where}: quantisation`);
  const tensor: Tensor = {
    name,
    dtype,
    shape,
    quant: quantization && readQuantization(quantization, where, shape, dtype),
    constant: data === null || data.length === 0 ? null : toTyped(data, dtype, shape, where),
  };
  const variable = table.bool(TENSOR.isVariable, false);
  if (variable && tensor.constant !== null) throw new CorruptFile(`${where} is variable and has data`);
  return { tensor, variable };
}

function readQuantization(
  table: Table,
  where: string,
  shape: readonly number[],
  dtype: DType,
): QuantizationParams | null {
  const scales = table.float32s(QUANTIZATION.scale, `${where}: scales`) ?? [];
  const zeroPoints = (table.int64s(QUANTIZATION.zeroPoint, `${where}: zero points`) ?? []).map(Number);
  if (scales.length === 0) return null;
  if (scales.some((scale) => !(scale > 0 && Number.isFinite(scale)))) {
    throw new CorruptFile(`${where} has a scale that is not a positive number`);
  }
  // Runtimes take a tensor with scales alone for one that is not quantised at all.
  if (zeroPoints.length !== scales.length) {
    throw new CorruptFile(`${where} has ${scales.length} scales and ${zeroPoints.length} zero points`);
  }
  if (scales.length === 1) {
    const zeroPoint = zeroPoints[0]!;
    const limit = dtype === "int8" ? { low: -128, high: 127 } : { low: 0, high: 0 };
    if (dtype !== "float32" && (zeroPoint < limit.low || zeroPoint > limit.high)) {
      throw new CorruptFile(`${where} has zero point ${zeroPoint}; ${limit.low} to ${limit.high} expected`);
    }
    return { kind: "perTensor", scale: scales[0]!, zeroPoint };
  }
  const axis = table.int32(QUANTIZATION.quantizedDimension, 0);
  if (shape[axis] !== scales.length) {
    throw new CorruptFile(`${where} has ${scales.length} scales along axis ${axis} of [${shape.join(", ")}]`);
  }
  if (zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    throw new CorruptFile(`${where} is quantised per channel with a zero point other than 0`);
  }
  return { kind: "perChannel", axis, scales };
}

function toTyped(data: Uint8Array, dtype: DType, shape: readonly number[], where: string): TensorData {
  const expected = elementCount(shape) * BYTES_PER_ELEMENT[dtype];
  if (data.length !== expected) {
    throw new CorruptFile(`${where} has ${data.length} bytes of data, ${expected} expected`);
  }
  const make: Readonly<Record<DType, (buffer: ArrayBufferLike) => TensorData>> = {
    float32: (buffer) => new Float32Array(buffer),
    int8: (buffer) => new Int8Array(buffer),
    int16: (buffer) => new Int16Array(buffer),
    int32: (buffer) => new Int32Array(buffer),
    bool: (buffer) => new Uint8Array(buffer),
  };
  return make[dtype](data.buffer);
}
