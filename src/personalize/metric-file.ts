// A network's population metric as a file of a project, beside the model that it belongs to.
//
//   0 "BSMT" | 4 version, uint16 | 6 features, uint16 | 8 SHA-256 of the .tflite file | 40 the inverse, int32 each
//
// Little-endian.
import { POPULATION_BITS, type PopulationMetric, RIDGE, triangleValues } from "./population-metric.ts";

const MAGIC = "BSMT";
const VERSION = 1;
const HASH_AT = 8;
const HASH_BYTES = 32;
const HEADER_BYTES = HASH_AT + HASH_BYTES;
const LARGEST = RIDGE * 2 ** POPULATION_BITS;

/** @param modelHash of the .tflite file, 32 bytes */
export function encodeMetric({ features, inverse }: PopulationMetric, modelHash: Uint8Array): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + 4 * inverse.length);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode(MAGIC));
  view.setUint16(4, VERSION, true);
  view.setUint16(6, features, true);
  file.set(modelHash, HASH_AT);
  inverse.forEach((value, i) => {
    view.setInt32(HEADER_BYTES + 4 * i, value, true);
  });
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
  const values = triangleValues(features);
  if (file.length < HEADER_BYTES || new TextDecoder().decode(file.subarray(0, 4)) !== MAGIC)
    return `it does not begin with ${MAGIC}`;
  const version = view.getUint16(4, true);
  if (version !== VERSION) return `it is of version ${version}, and ${VERSION} is known`;
  const found = view.getUint16(6, true);
  if (found !== features) return `it is for ${found} features, and the model has ${features}`;
  if (file.length !== HEADER_BYTES + 4 * values)
    return `it has ${file.length} bytes, and ${HEADER_BYTES + 4 * values} are expected`;
  if (modelHash.some((byte, i) => byte !== file[HASH_AT + i])) return "it belongs to another model";
  const inverse = Int32Array.from({ length: values }, (_, i) => view.getInt32(HEADER_BYTES + 4 * i, true));
  // Beyond these the solver's sums would leave 53 bits.
  if (inverse.some((value) => Math.abs(value) > LARGEST)) return "it holds values that no metric has";
  return { features, inverse };
}
