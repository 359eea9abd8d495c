// What bad recordings get: one clear message each, with file and line, through the door that everyone uses.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { prepareData } from "../../src/data/prepare.ts";
import { UserError } from "../../src/util/errors.ts";
import { BAD_INPUTS, type BadInput } from "./bad-inputs.ts";
import { band, CARD, failure, people, temporaryFolder } from "./support.ts";

describe("bad input", () => {
  it.each(BAD_INPUTS)("$what: $code", async (input) => {
    const { error, folder } = await errorOf(input);
    expect(error.code).toBe(input.code);
    for (const words of input.says) expect(error.message).toContain(words);
    expect(error.hint).not.toBe("");
    // Where files lie on this machine is nobody's business.
    expect(error.message).not.toContain(folder);
  });

  it("stands in docs/bad-input.md as it is", async () => {
    const documentation = readFileSync(new URL("../../docs/bad-input.md", import.meta.url), "utf8");
    for (const input of BAD_INPUTS) {
      const { error } = await errorOf(input);
      const cells = [input.what, error.message, error.hint].map((cell) => cell.replaceAll("|", "\\|"));
      expect(documentation).toContain(`| ${cells.join(" | ")} |`);
    }
  });

  it("gives no message to the good files that the bad ones are made of", async () => {
    const prepared = await prepareData(band(), temporaryFolder(people(3)));
    expect(prepared.labels).toEqual(["sit", "walk"]);
  });

  it("lists the recorded labels, and the recorded subjects, in the hint", async () => {
    const unknownLabel = await failure(() =>
      prepareData(band({ activities: ["walk", "runn"] }), temporaryFolder(people(3))),
    );
    expect(unknownLabel).toMatchObject({ hint: "Recorded are sit, walk." });
    const unknownSubject = await failure(() =>
      prepareData(band({ split: { by: "subject", test: ["x"] } }), temporaryFolder(people(3))),
    );
    expect(unknownSubject).toMatchObject({ hint: "Recorded are 01, 02, 03." });
  });

  it("skips the unit check when told so", async () => {
    const files = { ...people(3), "dataset.yaml": CARD.replace("accel: g", "accel: m/s^2") };
    const spec = band({ data: { path: ".", gravityCheck: false } });
    await expect(prepareData(spec, temporaryFolder(files))).resolves.toBeDefined();
  });
});

/** What preparing the bad input throws. */
async function errorOf(input: BadInput): Promise<{ error: UserError; folder: string }> {
  const folder = temporaryFolder(input.files);
  const spec = band({ ...input.band, data: { path: ".", ...input.data } });
  const error = await failure(() => prepareData(spec, folder));
  if (!(error instanceof UserError)) throw new Error(`expected ${input.code}, got`, { cause: error });
  return { error, folder };
}
