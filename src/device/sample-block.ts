// A line of raw samples of the band's: firmware/bandsmith/app/sample_stream.cpp writes it and has the layout.
import { crc32 } from "../util/crc32.ts";

const HEADER_BYTES = 16;
const AXES = 6;
const SAMPLE_BYTES = 2 * AXES;

export interface SampleBlock {
  /** What the sender of the question named the run, 1 to 65535. */
  readonly run: number;
  /** Streams of the sensor's since the run began: samples of two of them do not follow each other. */
  readonly epoch: number;
  /** Samples of the run before this block. */
  readonly at: number;
  /** Presses of the band's button since the run began, modulo 256. */
  readonly marks: number;
  /** The gyroscope's bias in counts, which the network's samples are corrected by and these are not. */
  readonly bias: Int16Array;
  /** [samples, 6] as the chip gave them. */
  readonly counts: Int16Array;
}

/** @returns null where the line was damaged on its way */
export function decodeSampleBlock(json: Readonly<Record<string, unknown>>): SampleBlock | null {
  const { data, crc } = json;
  if (typeof data !== "string" || typeof crc !== "string") return null;
  const bytes = Buffer.from(data, "base64");
  // Buffer passes over what is no base64: the CRC is of what came out, and the length must be that of the text.
  if (bytes.toString("base64") !== data || !/^[0-9a-f]{8}$/.test(crc)) return null;
  if (crc32(bytes) !== Number.parseInt(crc, 16)) return null;
  const samples = (bytes.length - HEADER_BYTES) / SAMPLE_BYTES;
  if (!Number.isInteger(samples) || samples < 1) return null;
  const int16s = (from: number, count: number): Int16Array =>
    Int16Array.from({ length: count }, (_, i) => bytes.readInt16LE(from + 2 * i));
  return {
    run: bytes.readUInt16LE(0),
    epoch: bytes.readUInt16LE(2),
    at: bytes.readUInt32LE(4),
    marks: bytes[8]!,
    bias: int16s(10, 3),
    counts: int16s(HEADER_BYTES, samples * AXES),
  };
}
