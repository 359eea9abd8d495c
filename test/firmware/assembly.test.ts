// Inline assembly: what a statement writes before it has read all of its inputs must share no register with one of them.
// GCC gives an operand that is read and written the register of an input of the same value, unless it has a "&".
import { describe, expect, it } from "vitest";
import { textsBelow } from "./support/wasm.ts";

const STATEMENT = /__asm__(?: volatile)?\(([\s\S]*?)\);/g;

const statements = [...textsBelow("firmware")].flatMap(([file, text]) =>
  [...text.matchAll(STATEMENT)].map(([, body]) => ({
    file,
    operands: body!.replaceAll(/"[^"]*\\n[^"]*"/g, ""),
  })),
);

describe("inline assembly", () => {
  it("is where it was looked for", () => {
    expect(new Set(statements.map(({ file }) => file)).size).toBeGreaterThanOrEqual(6);
  });

  it("keeps operands that are read and written apart from inputs", () => {
    const shared = statements.filter(({ operands }) => /"\+r"/.test(operands) && /"r"\(/.test(operands));
    expect(shared).toEqual([]);
  });
});
