// A head as a file: the bytes that lie in the band's flash. docs/update.md has the layout; the firmware's reader is
// firmware/bandsmith/app/head_file.cpp.
import { int8Interpreter } from "../interpret/interpreter.ts";
import { crc32 } from "../util/crc32.ts";
import { invariant } from "../util/errors.ts";
import { headFileBad, headLabelTooLong } from "../util/messages.ts";
import { HEAD_LIMITS, type Head, headGraph } from "./head.ts";

/** 0 as the band was built; 1 mirrored (the other wrist), 2 turned by 180 degrees, 3 both. */
export type Orientation = 0 | 1 | 2 | 3;

export interface HeadFile {
  readonly head: Head;
  /** A band takes only what is higher than all that it has ever taken. */
  readonly sequence: number;
  /** SHA-256 of the general network's .tflite file, 32 bytes. */
  readonly modelHash: Uint8Array;
  readonly orientation: Orientation;
  /** CRC-32 of the head's outputs for the model's golden features. */
  readonly outputsCrc: number;
  /** Made on the band itself, and not signed. */
  readonly madeHere: boolean;
}

export interface DecodedHeadFile extends HeadFile {
  /** All that is signed. */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** Names the file: the last word of what is signed. */
  readonly crc: number;
}

export const SIGNATURE_BYTES = 64;
/** Room for an activity's name in UTF-8. */
export const LABEL_BYTES = 24;
const MAGIC = 0x44485342; // "BSHD", little endian
const VERSION = 1;
const MADE_HERE = 1;
export const HEADER_BYTES = 80;
const HASH_BYTES = 32;

/** Where fields begin. */
const AT = {
  version: 4,
  flags: 6,
  bytes: 8,
  sequence: 12,
  model: 16,
  features: 48,
  classes: 50,
  inputScale: 52,
  inputZeroPoint: 56,
  weightScale: 60,
  outputScale: 64,
  outputZeroPoint: 68,
  orientation: 72,
  outputs: 76,
} as const;

interface Places {
  readonly weights: number;
  readonly biases: number;
  readonly crc: number;
  readonly bytes: number;
}

function placesOf(features: number, classes: number): Places {
  const weights = HEADER_BYTES + classes * LABEL_BYTES;
  const biases = weights + Math.ceil((features * classes) / 4) * 4;
  const crc = biases + classes * 4;
  return { weights, biases, crc, bytes: crc + 4 + SIGNATURE_BYTES };
}

/** @param golden the model's golden features, in their order */
export function outputsCrcOf(head: Head, golden: readonly Int8Array[]): number {
  const interpreter = int8Interpreter(headGraph(head));
  const outputs = golden.flatMap((features) => {
    invariant(features.length === head.features, "golden features are of the model that the head is for");
    interpreter.input.set(features);
    interpreter.run();
    return [...interpreter.output];
  });
  return crc32(outputs);
}

/** All that is signed. @throws UserError head-file/long-label */
export function encodeMessage(file: HeadFile): Uint8Array {
  const { head } = file;
  const places = placesOf(head.features, head.labels.length);
  const bytes = new Uint8Array(places.bytes - SIGNATURE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(AT.version, VERSION, true);
  view.setUint16(AT.flags, file.madeHere ? MADE_HERE : 0, true);
  view.setUint32(AT.bytes, places.bytes, true);
  view.setUint32(AT.sequence, file.sequence, true);
  bytes.set(file.modelHash, AT.model);
  view.setUint16(AT.features, head.features, true);
  view.setUint16(AT.classes, head.labels.length, true);
  view.setFloat32(AT.inputScale, head.inputScale, true);
  view.setInt32(AT.inputZeroPoint, head.inputZeroPoint, true);
  view.setFloat32(AT.weightScale, head.weightScale, true);
  view.setFloat32(AT.outputScale, head.outputScale, true);
  view.setInt32(AT.outputZeroPoint, head.outputZeroPoint, true);
  view.setUint8(AT.orientation, file.orientation);
  view.setUint32(AT.outputs, file.outputsCrc, true);
  head.labels.forEach((label, i) => {
    bytes.set(labelBytes(label), HEADER_BYTES + i * LABEL_BYTES);
  });
  bytes.set(new Uint8Array(Int8Array.from(head.weights).buffer), places.weights);
  head.biases.forEach((bias, i) => {
    view.setInt32(places.biases + 4 * i, bias, true);
  });
  view.setUint32(places.crc, crc32(bytes.subarray(0, places.crc)), true);
  return bytes;
}

function labelBytes(label: string): Uint8Array {
  const bytes = new TextEncoder().encode(label);
  if (bytes.length > LABEL_BYTES) throw headLabelTooLong(label, LABEL_BYTES);
  return bytes;
}

/** @param signature of the message; absent for a head that was made on the band */
export function withSignature(message: Uint8Array, signature?: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(message.length + SIGNATURE_BYTES);
  bytes.set(message);
  if (signature !== undefined) bytes.set(signature, message.length);
  return bytes;
}

/**
 * Reads a file and checks all that needs neither key nor model: the form, the CRC, the labels, the scales.
 * @param source its name, for messages
 * @throws UserError head-file/bad
 */
export function decodeHeadFile(bytes: Uint8Array, source: string): DecodedHeadFile {
  const bad = (found: string): never => {
    throw headFileBad(source, found);
  };
  if (bytes.length < HEADER_BYTES) return bad(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC) return bad("it does not begin with BSHD");
  const version = view.getUint16(AT.version, true);
  if (version !== VERSION) return bad(`it has version ${version}, and ${VERSION} is known`);
  const features = view.getUint16(AT.features, true);
  const classes = view.getUint16(AT.classes, true);
  const { fewestClasses, mostClasses } = HEAD_LIMITS;
  if (features < 1 || features > HEAD_LIMITS.features || classes < fewestClasses || classes > mostClasses)
    return bad(`it has ${features} features and ${classes} classes`);
  const places = placesOf(features, classes);
  if (view.getUint32(AT.bytes, true) !== bytes.length || places.bytes !== bytes.length)
    return bad(`it has ${bytes.length} bytes where ${places.bytes} belong`);
  const crc = view.getUint32(places.crc, true);
  if (crc32(bytes.subarray(0, places.crc)) !== crc) return bad("its checksum is wrong");
  const flags = view.getUint16(AT.flags, true);
  const [orientation, ...zeros] = bytes.subarray(AT.orientation, AT.orientation + 4) as Iterable<number>;
  const filler = bytes.subarray(places.weights + features * classes, places.biases);
  if ((flags & ~MADE_HERE) !== 0 || orientation! > 3 || [...zeros, ...filler].some((byte) => byte !== 0))
    return bad("it has fields of a later version");
  const scales = [AT.inputScale, AT.weightScale, AT.outputScale].map((at) => view.getFloat32(at, true));
  const zeroPoints = [AT.inputZeroPoint, AT.outputZeroPoint].map((at) => view.getInt32(at, true));
  if (!scales.every((scale) => scale > 0 && Number.isFinite(scale)) || !zeroPoints.every(isInt8))
    return bad("its scales are none");
  const labels = Array.from({ length: classes }, (_, i) => {
    const at = HEADER_BYTES + i * LABEL_BYTES;
    return labelOf(bytes.subarray(at, at + LABEL_BYTES)) ?? bad(`the name of class ${i + 1} is none`);
  });
  if (new Set(labels).size < classes) return bad("two of its classes have one name");
  return {
    head: {
      features,
      labels,
      inputScale: scales[0]!,
      inputZeroPoint: zeroPoints[0]!,
      weightScale: scales[1]!,
      outputScale: scales[2]!,
      outputZeroPoint: zeroPoints[1]!,
      weights: Int8Array.from(bytes.subarray(places.weights, places.weights + features * classes)),
      biases: Int32Array.from({ length: classes }, (_, i) => view.getInt32(places.biases + 4 * i, true)),
    },
    sequence: view.getUint32(AT.sequence, true),
    modelHash: bytes.slice(AT.model, AT.model + HASH_BYTES),
    orientation: orientation as Orientation,
    outputsCrc: view.getUint32(AT.outputs, true),
    madeHere: (flags & MADE_HERE) !== 0,
    message: bytes.slice(0, bytes.length - SIGNATURE_BYTES),
    signature: bytes.slice(bytes.length - SIGNATURE_BYTES),
    crc,
  };
}

function isInt8(value: number): boolean {
  return value >= -128 && value <= 127;
}

/** UTF-8 without control characters, then zeros; null where it is otherwise. */
function labelOf(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length : end;
  if (length === 0 || bytes.subarray(length).some((byte) => byte !== 0)) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return /[\u0000-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
