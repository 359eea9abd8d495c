// C++ text from values: literals, arrays, strings, identifiers and comments, exact and impossible to break out of.
import { INT32_MAX, INT32_MIN } from "../util/fixedpoint.ts";

/** Keywords and alternative tokens of C++20, which no name may be. */
const RESERVED = new Set(
  `alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t class
  co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default
  delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long
  mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register
  reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch template this
  thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor
  xor_eq`.split(/\s+/),
);

/** Whether C++ takes that name as it stands. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !name.includes("__") && !RESERVED.has(name);
}

/** A name that C++ takes as it stands; anything else is a bug of the caller. */
export function identifier(name: string): string {
  if (!isIdentifier(name)) {
    throw new RangeError(`"${name}" cannot be a C++ identifier`);
  }
  return name;
}

/** An int32 literal. INT32_MIN has none of its own: its digits alone are no int32. */
export function int32Literal(value: number): string {
  if (!Number.isInteger(value) || value < INT32_MIN || value > INT32_MAX) {
    throw new RangeError(`${value} is not an int32`);
  }
  if (value === INT32_MIN) return "(-2147483647 - 1)";
  return String(value === 0 ? 0 : value);
}

/** 0x and two upper-case digits. */
export function byteLiteral(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 255) throw new RangeError(`${value} is not a byte`);
  return `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** A double literal: JavaScript prints as many digits as bring back the same double. */
export function doubleLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no double literal`);
  const digits = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/** A literal of type float; its digits are those of a double, and the nearest float to them is the value. */
export function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return '__builtin_nanf("")';
  if (!Number.isFinite(value)) return value < 0 ? "-__builtin_inff()" : "__builtin_inff()";
  if (Math.fround(value) !== value) throw new RangeError(`${value} is not a float32`);
  return `${doubleLiteral(value)}F`;
}

/**
 * A narrow string literal in ASCII: other characters as the octal escapes of their UTF-8 bytes (three digits, so that
 * a digit which follows is not taken in), and no "??" that a compiler could read as a trigraph.
 */
export function stringLiteral(text: string): string {
  let out = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === "\\") out += `\\${character}`;
    else if (character === "?" && out.endsWith("?")) out += "\\?";
    else if (byte >= 0x20 && byte < 0x7f) out += character;
    else out += `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return `"${out}"`;
}

/** Text that may stand after "//" : one line, and no backslash at its end to pull in the next. */
export function commentText(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, " ").replace(/[\\\s]+$/, "");
}

/** Lines of a brace-enclosed list. */
function listLines(items: readonly string[], perLine: number): string[] {
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) lines.push(`${items.slice(i, i + perLine).join(", ")},`);
  return lines;
}

/** Bytes as lines of twelve hexadecimal literals. */
export function byteLines(bytes: Uint8Array): string[] {
  return listLines(Array.from(bytes, byteLiteral), 12);
}

/** Numbers as lines of decimal literals, whole ones unless it is said otherwise. */
export function numberLines(values: ArrayLike<number>, literal = int32Literal): string[] {
  return listLines(Array.from(values, literal), 16);
}
