// A network's population metric as a file of a project, beside the model that it belongs to.
//
//   0 "BSMT" | 4 version, uint16 | 6 features, uint16 | 8 SHA-256 of the .tflite file | 40 the inverse, int32 each | CRC-32 of all before it
//
// Little-endian.
import { crc32 } from "../util/crc32.ts";
import { rowOf } from "./metric.ts";
import { POPULATION_BITS, type PopulationMetric, RIDGE } from "./population-metric.ts";

const MAGIC = "BSMT";
const VERSION = 1;
const HASH_AT = 8;
const HASH_BYTES = 32;
const HEADER_BYTES = HASH_AT + HASH_BYTES;
const CRC_BYTES = 4;
const LARGEST = RIDGE * 2 ** POPULATION_BITS;

/** @param modelHash of the .tflite file, 32 bytes */
export function encodeMetric({ features, inverse }: PopulationMetric, modelHash: Uint8Array): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + 4 * inverse.length + CRC_BYTES);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode(MAGIC));
  view.setUint16(4, VERSION, true);
  view.setUint16(6, features, true);
  file.set(modelHash, HASH_AT);
  inverse.forEach((value, i) => {
    view.setInt32(HEADER_BYTES + 4 * i, value, true);
  });
  const end = file.length - CRC_BYTES;
  view.setUint32(end, crc32(file.subarray(0, end)), true);
  return file;
}

/**
 * @param features that the network has
 * @returns the metric, or what is wrong with the file
 */
export function decodeMetric(
  file: Uint8Array,
  features: number,
  modelHash: Uint8Array,
): PopulationMetric | string {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const values = rowOf(features);
  if (file.length < HEADER_BYTES || new TextDecoder().decode(file.subarray(0, 4)) !== MAGIC)
    return `it does not begin with ${MAGIC}`;
  const version = view.getUint16(4, true);
  if (version !== VERSION) return `it is of version ${version}, and ${VERSION} is known`;
  const found = view.getUint16(6, true);
  if (found !== features) return `it is for ${found} features, and the model has ${features}`;
  const end = HEADER_BYTES + 4 * values;
  if (file.length !== end + CRC_BYTES)
    return `it has ${file.length} bytes, and ${end + CRC_BYTES} are expected`;
  if (modelHash.some((byte, i) => byte !== file[HASH_AT + i])) return "it belongs to another model";
  if (view.getUint32(end, true) !== crc32(file.subarray(0, end))) return "its checksum is wrong";
  const inverse = Int32Array.from({ length: values }, (_, i) => view.getInt32(HEADER_BYTES + 4 * i, true));
  // Beyond these the solver's sums would leave 53 bits.
  if (inverse.some((value) => Math.abs(value) > LARGEST)) return "it holds values that no metric has";
  return { features, inverse };
}
