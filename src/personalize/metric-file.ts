// A network's metric as a file of a project, beside the model that it belongs to.
//
//   0 "BSMT" | 4 version, uint16 | 6 features, uint16 | 8 SHA-256 of the .tflite file | 40 the factor, int16 each | CRC-32 of all before it
//
// Little-endian.
import { crc32 } from "../util/crc32.ts";
import { FACTOR_BITS, type HeadMetric, RIDGE, rowOf } from "./metric.ts";

const MAGIC = "BSMT";
const VERSION = 2;
const HASH_AT = 8;
const HASH_BYTES = 32;
const HEADER_BYTES = HASH_AT + HASH_BYTES;
const CRC_BYTES = 4;
/** Of a row's and a column's squares, with some room for what rounding adds. */
const MOST_SQUARES = 1.01 * RIDGE * 2 ** (2 * FACTOR_BITS);

/** @param modelHash of the .tflite file, 32 bytes */
export function encodeMetric({ features, factor }: HeadMetric, modelHash: Uint8Array): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + 2 * factor.length + CRC_BYTES);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode(MAGIC));
  view.setUint16(4, VERSION, true);
  view.setUint16(6, features, true);
  file.set(modelHash, HASH_AT);
  factor.forEach((value, i) => {
    view.setInt16(HEADER_BYTES + 2 * i, value, true);
  });
  const end = file.length - CRC_BYTES;
  view.setUint32(end, crc32(file.subarray(0, end)), true);
  return file;
}

/**
 * @param features that the network has
 * @returns the metric, or what is wrong with the file
 */
export function decodeMetric(file: Uint8Array, features: number, modelHash: Uint8Array): HeadMetric | string {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const values = rowOf(features);
  if (file.length < HEADER_BYTES || new TextDecoder().decode(file.subarray(0, 4)) !== MAGIC)
    return `it does not begin with ${MAGIC}`;
  const version = view.getUint16(4, true);
  if (version !== VERSION) return `it is of version ${version} of the format, and ${VERSION} is known`;
  const found = view.getUint16(6, true);
  if (found !== features) return `it is for ${found} features, and the model has ${features}`;
  const end = HEADER_BYTES + 2 * values;
  if (file.length !== end + CRC_BYTES)
    return `it has ${file.length} bytes, and ${end + CRC_BYTES} are expected`;
  if (modelHash.some((byte, i) => byte !== file[HASH_AT + i])) return "it belongs to another model";
  if (view.getUint32(end, true) !== crc32(file.subarray(0, end))) return "its checksum is wrong";
  const factor = Int16Array.from({ length: values }, (_, i) => view.getInt16(HEADER_BYTES + 2 * i, true));
  // Beyond these the solver's sums would leave 32 bits.
  if (squaresOf(factor, features).some((sum) => sum > MOST_SQUARES))
    return "it holds values that no metric has";
  return { features, factor };
}

/** Of every row, then of every column. */
function squaresOf(factor: Int16Array, width: number): Float64Array {
  const sums = new Float64Array(2 * width);
  for (let i = 0, at = 0; i < width; i++) {
    for (let j = 0; j <= i; j++, at++) {
      const square = factor[at]! ** 2;
      sums[i]! += square;
      sums[width + j]! += square;
    }
  }
  return sums;
}
