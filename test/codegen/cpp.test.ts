// C++ text from values: exact, and nothing breaks out of it.
import { describe, expect, it } from "vitest";
import {
  byteLines,
  byteLiteral,
  commentText,
  doubleLiteral,
  identifier,
  int32Literal,
  stringLiteral,
} from "../../src/codegen/cpp.ts";
import { seededRandom } from "../../src/util/random.ts";

describe("cpp", () => {
  it.each(["class", "and_eq", "co_await", "a-b", "1st", "a__b", "_A", "", "größe", "a b"])(
    "takes no identifier %j",
    (name) => {
      expect(() => identifier(name)).toThrow(RangeError);
    },
  );

  it("takes plain identifiers", () => {
    expect(identifier("AddConv2D")).toBe("AddConv2D");
  });

  it("prints int32 with its limits", () => {
    expect(int32Literal(-2147483648)).toBe("(-2147483647 - 1)");
    expect(int32Literal(2147483647)).toBe("2147483647");
    expect(int32Literal(-0)).toBe("0");
    for (const bad of [2147483648, -2147483649, 0.5, Number.NaN]) {
      expect(() => int32Literal(bad)).toThrow(RangeError);
    }
  });

  it("prints doubles that read back the same", () => {
    const random = seededRandom("doubles");
    for (let i = 0; i < 1000; i++) {
      const value = random.normal() * 10 ** (random.integer(600) - 300);
      expect(Number(doubleLiteral(value))).toBe(value);
      expect(doubleLiteral(value)).toMatch(/[.e]/);
    }
    expect(doubleLiteral(20)).toBe("20.0");
    expect(doubleLiteral(-0)).toBe("-0.0");
    expect(() => doubleLiteral(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  it.each([
    ["plain", '"plain"'],
    ['say "hi"\\', '"say \\"hi\\"\\\\"'],
    ["??/", '"?\\?/"'],
    ["???", '"?\\?\\?"'],
    ["Ü1", '"\\303\\2341"'],
    ["a\nb\0c", '"a\\012b\\000c"'],
    ["", '""'],
  ])("prints the string %j", (text, literal) => {
    expect(stringLiteral(text)).toBe(literal);
  });

  it("keeps comments on their line", () => {
    expect(commentText("a\r\nb\u2028c")).toBe("a b c");
    expect(commentText("ends with \\ \\")).toBe("ends with");
  });

  it("prints bytes in lines of twelve", () => {
    expect(byteLines(Uint8Array.from({ length: 13 }, (_, i) => i * 19))).toEqual([
      "0x00, 0x13, 0x26, 0x39, 0x4C, 0x5F, 0x72, 0x85, 0x98, 0xAB, 0xBE, 0xD1,",
      "0xE4,",
    ]);
    expect(() => byteLiteral(256)).toThrow(RangeError);
  });
});
