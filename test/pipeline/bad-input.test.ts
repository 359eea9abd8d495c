// Every mistake outside the recordings gets its message, leaves nothing half-written, and stands in docs/bad-input.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/util/errors.ts";
import { BAD_INPUTS, type DocumentedInput } from "./bad-inputs.ts";
import { snapshot, tinyBand } from "./support.ts";

const start = process.cwd();
const documentation = new URL("../../docs/bad-input.md", import.meta.url);

beforeEach(() => {
  process.chdir(tinyBand());
  return () => {
    process.chdir(start);
  };
});
afterAll(() => {
  process.chdir(start);
});

async function errorOf(input: DocumentedInput): Promise<UserError> {
  try {
    await input.act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${input.what} was accepted`);
}

describe("bad input outside the recordings", () => {
  it.each(BAD_INPUTS)("$what: $code", async (input) => {
    const error = await errorOf(input);
    expect(error.code).toBe(input.code);
    expect(error.message).not.toContain(process.cwd());
    const cells = [input.what, error.message, error.hint].map((cell) =>
      cell.replaceAll("|", "\\|").replaceAll("\n", "<br>"),
    );
    const row = `| ${cells.join(" | ")} |`;
    const text = readFileSync(documentation, "utf8");
    if (process.env["UPDATE_DOCS"] === "1" && !text.includes(row)) {
      const heading = `## ${input.section}\n\n| what | message | hint |\n| --- | --- | --- |\n`;
      const base = text.includes(heading) ? text : `${text.trimEnd()}\n\n${heading}`;
      const start = base.indexOf(heading) + heading.length;
      const end = base.indexOf("\n\n## ", start);
      const rest = end < 0 ? "" : base.slice(end + 1);
      const rows = base.slice(start, end < 0 ? undefined : end + 1).split("\n");
      const others = rows.filter((one) => one !== "" && !one.startsWith(`| ${cells[0]!} |`));
      writeFileSync(documentation, `${base.slice(0, start)}${[...others, row].join("\n")}\n${rest}`);
      return;
    }
    expect(text).toContain(row);
  });

  it("documents no mistake that is not made here", () => {
    for (const section of readFileSync(documentation, "utf8").split("\n## ").slice(2)) {
      const [title, ...lines] = section.split("\n");
      const rows = lines.filter((line) => line.startsWith("| ")).slice(2);
      const documented = rows.map((row) => row.split(" | ", 1)[0]!.slice(2));
      const made = BAD_INPUTS.filter((input) => input.section === title).map(({ what }) => what);
      expect(documented.length, title).toBeGreaterThan(0);
      expect(made, title).toEqual(expect.arrayContaining(documented));
    }
  });

  it("leaves no output folder where a build is refused before it is whole", async () => {
    for (const input of BAD_INPUTS.filter((one) => one.section === "band.yaml")) {
      await errorOf(input);
      expect(existsSync("build/model.tflite"), input.what).toBe(false);
      expect(Object.keys(snapshot(".")).filter((file) => file.endsWith(".tmp"))).toEqual([]);
    }
  });
});
