// A model against runtimes: a right one, one that is wrong in one layer, and the real ones where a Python has them.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildBand } from "../../src/pipeline/build.ts";
import type { RuntimeId } from "../../src/pipeline/runtimes/index.ts";
import type { Verification } from "../../src/pipeline/verification.ts";
import { type VerifyOptions, verifyBand, verifyFile } from "../../src/pipeline/verify.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { randomNet } from "../support/random-graph.ts";
import { tinyBand } from "./support.ts";

/** What the folders for runtimes begin with. */
const JOB = "bandsmith-verify-";
const ROOT = path.resolve(import.meta.dirname, "../..");
const silent = (): void => undefined;

let folder = "";
const outside = process.env["TMPDIR"];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "bandsmith-verify-test-"));
  mkdirSync(path.join(folder, "tmp"));
  process.env["TMPDIR"] = path.join(folder, "tmp");
});
afterEach(() => {
  // What is written for a runtime is gone, whatever became of it.
  expect(readdirSync(path.join(folder, "tmp")).filter((name) => name.startsWith(JOB))).toEqual([]);
  if (outside === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = outside;
  rmSync(folder, { recursive: true, force: true });
});

/** A "Python" that answers as fake-runtime.ts does: right, or wrong in one layer (of truncated models alone). */
function fakePython(mode: "right" | number | `inner-${number}`): string {
  const file = path.join(folder, "python");
  const loader = path.join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const script = path.join(import.meta.dirname, "fake-runtime.ts");
  writeFileSync(file, `#!/bin/sh\nexec node --import "${loader}" "${script}" ${mode} "$@"\n`, {
    mode: 0o755,
  });
  return file;
}

function settings(python: string, changes: Partial<VerifyOptions> = {}): VerifyOptions {
  const against: RuntimeId[] = ["tflm"];
  const defaults = { seed: undefined, against, windows: 20, layers: false, timeoutSeconds: 60 };
  return { ...defaults, python, onEvent: silent, ...changes };
}

const graph = randomNet("agreement");
const convolution = graph.nodes.findIndex((node) => node.op.name === "CONV_2D");

function verifyNet(python: string, changes: Partial<VerifyOptions> = {}): Promise<Verification> {
  const file = path.join(folder, "net.tflite");
  writeFileSync(file, writeTflite(graph));
  return verifyFile(file, null, settings(python, changes));
}

describe("a file against a runtime", () => {
  it("is equal to one that computes the same, and says what was compared", async () => {
    const result = await verifyNet(fakePython("right"));
    const [comparison] = result.comparisons;
    expect(result).toMatchObject({ passed: true, windows: 20 });
    expect(result.inputs).toContain("no recordings");
    expect(comparison).toMatchObject({
      left: "file",
      right: "TFLite Micro",
      software: "tflite-micro 0.fake",
      different: 0,
      largest: 0,
      sameClass: 20,
      first: null,
      layers: null,
    });
    expect(comparison!.values).toBeGreaterThan(20);
  });

  it("shows every layer where asked to", async () => {
    const { comparisons } = await verifyNet(fakePython("right"), { layers: true });
    const { layers } = comparisons[0]!;
    expect(layers!.map(({ operator }) => operator)).toEqual(graph.nodes.map((node) => node.op.name));
    expect(layers!.every(({ values, different }) => values > 0 && different === 0)).toBe(true);
  });

  it("differs from one that is wrong in one layer, and names that layer", async () => {
    const { passed, comparisons } = await verifyNet(fakePython(convolution));
    const [{ first, layers }] = comparisons as [Verification["comparisons"][0]];
    expect(passed).toBe(false);
    expect(first).toMatchObject({ layer: convolution, operator: "CONV_2D" });
    expect(first!.left).not.toBe(first!.right);
    expect(layers!.slice(0, convolution).every(({ different }) => different === 0)).toBe(true);
    expect(layers![convolution]!.different).toBeGreaterThan(0);
  });

  it("finds a layer that differs behind an equal output", async () => {
    const python = fakePython(`inner-${convolution}`);
    expect((await verifyNet(python)).passed).toBe(true);
    const { passed, comparisons } = await verifyNet(python, { layers: true });
    expect(passed).toBe(false);
    expect(comparisons[0]).toMatchObject({ different: 0, passed: false, first: { layer: convolution } });
  });

  it("judges LiteRT by its classes", async () => {
    const right = await verifyNet(fakePython("right"), { against: ["litert"] });
    expect(right.comparisons[0]).toMatchObject({ passed: true, rule: { kind: "agreement" } });
    // One weight of a convolution moves values, and hardly a class; one of the last layer moves many.
    const near = await verifyNet(fakePython(convolution), { against: ["litert"], windows: 200 });
    expect(near.comparisons[0]).toMatchObject({ passed: true, sameClass: 199, layers: null });
    expect(near.comparisons[0]!.different).toBeGreaterThan(0);
    const dense = graph.nodes.findIndex((node) => node.op.name === "FULLY_CONNECTED");
    const far = await verifyNet(fakePython(dense), { against: ["litert"], windows: 200 });
    expect(far.comparisons[0]).toMatchObject({ passed: false, sameClass: 145 });
  });
});

describe("a band against a runtime", () => {
  it("compares its test windows, whose classes are known; its file alone reads the same recordings", async () => {
    const band = tinyBand();
    const bandFile = path.join(band, "band.yaml");
    const { outDir } = await buildBand({
      bandFile,
      seed: undefined,
      fresh: false,
      force: false,
      onEvent: silent,
    });
    const python = fakePython("right");
    const options = settings(python, { against: ["tflm", "litert"], windows: undefined });
    const built = await verifyBand(bandFile, options);
    expect(built.passed).toBe(true);
    expect(built.comparisons.map(({ left, right }) => `${left}, ${right}`)).toEqual([
      "graph, file",
      "file, TFLite Micro",
      "file, LiteRT",
    ]);
    for (const { windows, accuracy } of built.comparisons) expect(accuracy!.known).toBe(windows);

    const few = await verifyBand(bandFile, { ...options, against: [], windows: 7 });
    expect(few.comparisons).toMatchObject([{ windows: 7, passed: true }]);

    const model = path.join(outDir, "model.tflite");
    const data = {
      path: path.join(band, "recordings"),
      format: "recordings",
      accel: undefined,
      gyro: undefined,
      repeatedStamps: "error",
    } as const;
    const everyone = (await verifyFile(model, data, { ...options, against: ["tflm"] })).comparisons[0]!;
    expect(everyone).toMatchObject({ passed: true, accuracy: { known: everyone.windows } });
    // Three people alike, one of whom is the test.
    expect(everyone.windows).toBe(3 * built.windows);

    // A file from elsewhere with other shapes does not come from this band.
    writeFileSync(model, writeTflite({ ...readTflite(readFileSync(model), model), metadata: null }));
    await expect(verifyBand(bandFile, options)).rejects.toMatchObject({ code: "build/stale" });
  });
});

const PYTHON = process.env["BANDSMITH_PYTHON"] ?? "";

describe.skipIf(PYTHON === "")(
  `the real runtimes${PYTHON === "" ? ": NOT RUN, BANDSMITH_PYTHON names no Python that has them" : ""}`,
  () => {
    it("TFLite Micro gives every value of every layer, LiteRT the classes", async () => {
      const result = await verifyNet(PYTHON, { against: ["tflm", "litert"], windows: 100, layers: true });
      expect(result.passed).toBe(true);
      const [tflm, litert] = result.comparisons;
      expect(tflm).toMatchObject({ different: 0, first: null });
      expect(tflm!.layers).toHaveLength(graph.nodes.length);
      expect(litert!.software).toMatch(/^ai-edge-litert \d/);
    });
  },
);
