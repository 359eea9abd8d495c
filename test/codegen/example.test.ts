// docs/bandx-cnn/: what `bandsmith compile` makes of bandx-cnn, for people to read. UPDATE_GOLDEN=1 renews it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { compileFile } from "../../src/pipeline/compile-file.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { bandxGraph } from "../support/bandx.ts";
import { PREPROCESSING } from "./small-project.ts";

const EXAMPLE = path.join(import.meta.dirname, "../../docs/bandx-cnn");
const FILES = ["bandx_cnn.h", "bandx_cnn.cpp"];

describe("the example of generated C++", () => {
  it.each(["portable", "esp32"] as const)("for %s is what is generated", async (target) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-example-"));
    try {
      const file = path.join(folder, "bandx-cnn.tflite");
      const labels = ["biking", "sitting", "stairs", "standing", "walking", "running", "lying"];
      writeFileSync(file, writeTflite(await bandxGraph({ ...PREPROCESSING, windowSamples: 60, labels })));
      const output = path.join(folder, "model");
      compileFile({ file, output, target, name: "bandx_cnn", seed: undefined, vectors: 1, force: false });
      for (const name of FILES) {
        const made = readFileSync(path.join(output, name), "utf8");
        const held = path.join(EXAMPLE, target, name);
        if (process.env["UPDATE_GOLDEN"] === "1") {
          mkdirSync(path.dirname(held), { recursive: true });
          writeFileSync(held, made);
        }
        expect(readFileSync(held, "utf8")).toBe(made);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
