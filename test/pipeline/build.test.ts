// The whole way on a tiny band: same seed, same bytes; unchanged, nothing done; edits kept; failures leave nothing.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { countMacs, countParameters } from "../../src/ir/graph.ts";
import { type BuildResult, buildBand } from "../../src/pipeline/build.ts";
import type { Comparison } from "../../src/pipeline/verification.ts";
import { verifyBand } from "../../src/pipeline/verify.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { snapshot, TINY_BAND, tinyBand } from "./support.ts";

const silent = (): void => undefined;

function build(
  folder: string,
  options: { fresh?: boolean; force?: boolean; seed?: number } = {},
): Promise<BuildResult> {
  const { fresh = false, force = false, seed } = options;
  return buildBand({ bandFile: path.join(folder, "band.yaml"), seed, fresh, force, onEvent: silent });
}

describe("buildBand", () => {
  it("gives the same bytes twice with one seed, and other bytes with another", async () => {
    const [a, b, c] = [tinyBand(), tinyBand(), tinyBand()];
    const first = await build(a);
    await build(b);
    await build(c, { seed: 2 });
    const files = snapshot(path.join(a, "build"));
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        "tiny/model.tflite",
        "tiny/report.json",
        "tiny/firmware/platformio.ini",
        "tiny/charts/confusion-int8.svg",
      ]),
    );
    expect(snapshot(path.join(b, "build"))).toEqual(files);
    expect(snapshot(path.join(c, "build"))["tiny/model.tflite"]).not.toBe(files["tiny/model.tflite"]);
    expect(first.report.verification).toMatchObject({
      different: 0,
      windows: first.report.data.windows.test,
    });
    expect(first.report.verification.windows).toBeGreaterThan(20);
    expect(first.upToDate).toBe(false);
  });

  it("does nothing where nothing has changed, and trains only where it must", async () => {
    const folder = tinyBand();
    await build(folder);
    const before = snapshot(folder);
    const again = await build(folder);
    expect(again.upToDate).toBe(true);
    expect(snapshot(folder)).toEqual(before);

    // Another board: a new project, the same network.
    writeFileSync(path.join(folder, "band.yaml"), TINY_BAND.replace("esp32-devkit", "bandx-esp32"));
    const other = await build(folder);
    expect(other).toMatchObject({ upToDate: false, pace: null });
    expect(other.report.board).toBe("bandx-esp32");

    // Another recording: everything again.
    appendFileSync(path.join(folder, "recordings/subject_1.csv"), "40000,0,0,1,0,0,0,shake,shake\n");
    const changed = await build(folder);
    expect(changed.pace).not.toBeNull();
  });

  it("changes the engine without training, and takes the files of the other one away", async () => {
    const folder = tinyBand();
    const firmware = path.join(folder, "build/tiny/firmware/src");
    const first = await build(folder);
    writeFileSync(path.join(folder, "band.yaml"), `${TINY_BAND}engine: compiled\n`);
    const second = await build(folder);
    expect(second).toMatchObject({ upToDate: false, pace: null, report: { engine: "compiled" } });
    expect(second.report.model).toEqual(first.report.model);
    expect(second.report.arena.total).toBeLessThan(first.report.arena.total);
    expect(first.report.compiled).toBeNull();
    // The arena and an output a label.
    expect(second.report.compiled!.ramBytes).toBe(
      second.report.arena.total + second.report.data.labels.length,
    );
    const network = readFileSync(path.join(firmware, "compiled/network.h"), "utf8");
    expect(network).toContain(`kConstantBytes = ${second.report.compiled!.constantBytes};`);
    expect(network).toContain(`kMemoryBytes = ${second.report.compiled!.ramBytes};`);
    expect(existsSync(path.join(firmware, "compiled/network.cpp"))).toBe(true);
    expect(existsSync(path.join(firmware, "model.cpp"))).toBe(false);
    expect(existsSync(path.join(firmware, "idf_component.yml"))).toBe(false);
    // Another layout of the same weights, without MAC16.
    writeFileSync(path.join(folder, "band.yaml"), `${TINY_BAND}engine: compiled\noptimize: size\n`);
    const third = await build(folder);
    expect(third).toMatchObject({ upToDate: false, pace: null });
    expect(third.report.compiled!.constantBytes).toBeLessThan(second.report.compiled!.constantBytes);
    const source = path.join(firmware, "compiled/network.cpp");
    expect(readFileSync(source, "utf8")).not.toContain("mac16");
  });

  it("prunes, says by how much, and remembers it", async () => {
    const folder = tinyBand(`${TINY_BAND}prune: {share: 0.5, epochs: 2}\n`);
    const { report, outDir, pace } = await build(folder);
    expect(pace).not.toBeNull();
    const { parameters, macs, layers, validation, history } = report.training.pruning!;
    // 4, 6 and 9 filters and a dense layer of 14 by default.
    expect(layers.map(({ before, after }) => [before, after])).toEqual([
      [4, 2],
      [6, 3],
      [9, 4],
      [14, 7],
    ]);
    expect(history.length).toBe(2);
    const shipped = readTflite(readFileSync(path.join(outDir, "model.tflite")), "model.tflite");
    expect(parameters.after).toBe(countParameters(shipped));
    expect(macs.after).toBe(countMacs(shipped));
    expect(parameters.before).toBeGreaterThan(2 * parameters.after);
    expect(validation.after!.loss).toBeLessThanOrEqual(validation.cut!.loss);

    writeFileSync(
      path.join(folder, "band.yaml"),
      `${TINY_BAND}prune: {share: 0.5, epochs: 2}\noptimize: size\n`,
    );
    const again = await build(folder);
    expect(again).toMatchObject({ pace: null, upToDate: false });
    expect(again.report.training).toEqual(report.training);
    writeFileSync(path.join(folder, "band.yaml"), TINY_BAND);
    expect((await build(folder)).report.training.pruning).toBeNull();
  });

  it("trains for int8, and remembers it as long as int8 is made alike", async () => {
    const quantize = "quantize: {aware: {epochs: 2}, windows: 100}\n";
    const folder = tinyBand(TINY_BAND + quantize);
    const first = await build(folder);
    const { history, validation } = first.report.training.aware!;
    expect(history.length).toBe(2);
    expect(validation.after!.loss).toBeLessThanOrEqual(validation.before!.loss);
    expect(first.report.verification.different).toBe(0);

    writeFileSync(path.join(folder, "band.yaml"), `${TINY_BAND + quantize}engine: compiled\n`);
    const again = await build(folder);
    expect(again).toMatchObject({ pace: null, upToDate: false });
    expect(again.report.model.sha256).toBe(first.report.model.sha256);
    expect(await verify(path.join(folder, "band.yaml"))).toMatchObject({ different: 0, passed: true });
    writeFileSync(path.join(folder, "band.yaml"), TINY_BAND + quantize.replace("100", "90"));
    expect((await build(folder)).pace).not.toBeNull();
  });

  it("keeps a file that a person has edited, unless forced", async () => {
    const folder = tinyBand();
    const { outDir } = await build(folder);
    const edited = path.join(outDir, "firmware/platformio.ini");
    const original = readFileSync(edited, "utf8");
    appendFileSync(edited, "; mine\n");
    const kept = await build(folder);
    expect(kept.project?.kept).toEqual(["platformio.ini"]);
    expect(readFileSync(edited, "utf8")).toBe(`${original}; mine\n`);
    const forced = await build(folder, { force: true });
    expect(forced.project?.kept).toEqual([]);
    expect(readFileSync(edited, "utf8")).toBe(original);
  });

  it("rebuilds what was damaged since", async () => {
    const folder = tinyBand();
    const { outDir } = await build(folder);
    const model = path.join(outDir, "model.tflite");
    const good = readFileSync(model);
    writeFileSync(model, good.subarray(0, 100));
    await build(folder);
    expect(readFileSync(model)).toEqual(good);
  });

  it("leaves nothing behind where it refuses", async () => {
    const folder = tinyBand(TINY_BAND.replace("esp32-devkit", "esp64"));
    const before = snapshot(folder);
    await expect(build(folder)).rejects.toMatchObject({ code: "board/unknown" });
    writeFileSync(path.join(folder, "recordings/subject_2.csv"), "t_ms,ax\n");
    writeFileSync(path.join(folder, "band.yaml"), TINY_BAND);
    await expect(build(folder)).rejects.toMatchObject({ code: "data/wrong-header" });
    expect(existsSync(path.join(folder, "build"))).toBe(false);
    expect(Object.keys(snapshot(folder))).toEqual(Object.keys(before));
  });
});

/** The graph in memory against the file. */
async function verify(bandFile: string, seed?: number): Promise<Comparison> {
  const runtimes = { against: [], python: "python3", timeoutSeconds: 60 };
  const { comparisons } = await verifyBand(bandFile, {
    ...runtimes,
    seed,
    windows: undefined,
    layers: false,
    onEvent: silent,
  });
  return comparisons[0]!;
}

describe("verifyBand", () => {
  it("agrees on what was built, and finds a changed byte of a weight", async () => {
    const folder = tinyBand();
    const bandFile = path.join(folder, "band.yaml");
    await expect(verify(bandFile)).rejects.toMatchObject({ code: "build/not-built" });
    const { outDir } = await build(folder);
    expect(await verify(bandFile)).toMatchObject({ different: 0, first: null, passed: true });

    const model = path.join(outDir, "model.tflite");
    const graph = readTflite(readFileSync(model), model);
    const name = graph.nodes[1]!.inputs[1]!;
    const weights = graph.tensors.get(name)!;
    const constant = Int8Array.from(weights.constant!, (w) => -w);
    const tensors = new Map(graph.tensors).set(name, { ...weights, constant });
    writeFileSync(model, writeTflite({ ...graph, tensors }));
    const found = await verify(bandFile);
    // The damage begins in the second layer.
    expect(found).toMatchObject({ passed: false, first: { layer: 1, tensor: graph.nodes[1]!.outputs[0] } });
  });

  it("refuses a file that comes from another seed", async () => {
    const folder = tinyBand();
    await build(folder);
    await expect(verify(path.join(folder, "band.yaml"), 9)).rejects.toMatchObject({
      code: "build/stale",
    });
  });
});
