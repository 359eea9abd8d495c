// Reading the published plain-text formats: lines with their numbers, and numbers that say where they went wrong.
import { dataNotANumber, dataNotFinite, dataWrongFieldCount } from "../../util/messages.ts";

/** Calls `visit` for each line that is not blank, with its number counted from 1. */
export function forEachLine(text: string, visit: (line: string, lineNumber: number) => void): void {
  let start = 0;
  for (let lineNumber = 1; start < text.length; lineNumber++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).trim();
    if (line !== "") visit(line, lineNumber);
    start = end + 1;
  }
}

/** @throws UserError data/not-a-number, data/not-finite */
export function parseNumber(text: string, file: string, line: number, column: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && (value !== 0 || text.trim() !== "")) return value;
  throw badNumber(text, file, line, column);
}

function badNumber(text: string, file: string, line: number, column: string): Error {
  const word = text.trim();
  return /^[+-]?(nan|inf(inity)?)$/i.test(word)
    ? dataNotFinite(file, line, column, word)
    : dataNotANumber(file, line, column, word);
}

/**
 * White-space separated numbers, one row a line.
 * @returns rows × `columns`, row by row
 * @throws UserError data/wrong-field-count, data/not-a-number, data/not-finite
 */
export function parseMatrix(text: string, file: string, columns: number): Float64Array {
  const values: number[] = [];
  forEachLine(text, (line, lineNumber) => {
    const fields = line.split(/\s+/);
    if (fields.length !== columns) throw dataWrongFieldCount(file, lineNumber, fields.length, columns);
    fields.forEach((field, c) => values.push(parseNumber(field, file, lineNumber, `column ${c + 1}`)));
  });
  return Float64Array.from(values);
}
