// Bytes of a data file to text: gunzip and UTF-8, each failure with its own message.
import { gunzipSync } from "node:zlib";
import { dataBadGzip, dataEmptyFile, dataNotText, dataTruncatedGzip } from "../util/messages.ts";

/** @throws UserError data/empty-file, data/truncated-gzip, data/bad-gzip, data/not-text */
export function decodeFile(file: string, bytes: Uint8Array): string {
  if (bytes.length === 0) throw dataEmptyFile(file);
  const plain = file.endsWith(".gz") ? gunzip(file, bytes) : bytes;
  const nul = plain.indexOf(0);
  if (nul >= 0) throw dataNotText(file, lineAt(plain, nul));
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch {
    throw dataNotText(file, lineAt(plain, firstBadByte(plain)));
  }
  if (text.trim() === "") throw dataEmptyFile(file);
  return text;
}

function gunzip(file: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    throw code === "Z_BUF_ERROR" ? dataTruncatedGzip(file, cause) : dataBadGzip(file, cause);
  }
}

function lineAt(bytes: Uint8Array, end: number): number {
  let line = 1;
  for (let i = 0; i < end; i++) if (bytes[i] === 10) line++;
  return line;
}

/** Decodes line by line: only needed once a file is known to be broken. */
function firstBadByte(bytes: Uint8Array): number {
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return start;
    }
    start = end;
  }
  return bytes.length;
}
