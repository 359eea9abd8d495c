// Models under one protocol: build's own figures, remembered run by run, told in four files.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import Papa from "papaparse";
import { afterAll, describe, expect, it } from "vitest";
import { buildBand } from "../../src/pipeline/build.ts";
import type { BuildEvent } from "../../src/pipeline/events.ts";
import { COLUMN_IDS } from "../../src/pipeline/model-comparison/columns.ts";
import { type CompareOptions, compareModels } from "../../src/pipeline/model-comparison/compare-models.ts";
import type { ComparedModel, ComparedResult } from "../../src/pipeline/model-comparison/comparison.ts";
import { sha256 } from "../../src/util/hash.ts";
import { snapshot, TINY_BAND, tinyBand } from "./support.ts";

const start = process.cwd();
afterAll(() => {
  process.chdir(start);
});

const DENSE = `id: dense
title: "<script>alert('title')</script>"
source: none
layers:
  - flatten
  - dense: { units: $classes }
  - softmax
`;
const TOO_LARGE = DENSE.replace("id: dense", "id: too-large").replace(
  "- flatten",
  "- flatten\n  - dense: { units: 6000 }",
);
const TOO_SHORT = DENSE.replace("id: dense", "id: too-short").replace(
  "- flatten",
  "- maxPool1d: { size: 99 }\n  - flatten",
);

interface Comparison extends Awaited<ReturnType<typeof compareModels>> {
  readonly events: readonly BuildEvent[];
}

/** Compares in the working directory. */
async function compare(changes: Partial<CompareOptions> = {}): Promise<Comparison> {
  const events: BuildEvent[] = [];
  const result = await compareModels({
    bandFile: "band.yaml",
    models: "bandx-cnn,dense.yaml",
    seeds: "1,2",
    data: undefined,
    output: "out",
    fresh: false,
    onEvent: (event) => events.push(event),
    ...changes,
  });
  return { ...result, events };
}

/** In a folder of its own with that band. */
function inBand(text = TINY_BAND): void {
  process.chdir(tinyBand(text.replace("epochs: 2", "epochs: 1")));
  writeFileSync("dense.yaml", DENSE);
}

function figuresOf(models: readonly ComparedModel[], id: string): ComparedResult {
  const { result } = models.find((model) => model.id === id)!;
  if (result.kind !== "compared") throw new Error(`${id} was refused`);
  return result;
}

const trainings = ({ events }: Comparison): number =>
  events.filter((one) => one.kind === "train" && one.event.kind === "epoch").length;

describe("compareModels", () => {
  it("gives the very networks and scores that build gives", async () => {
    inBand();
    const { comparison } = await compare();
    const { runs } = figuresOf(comparison.models, "bandx-cnn");
    for (const seed of [1, 2]) {
      const options = { bandFile: "band.yaml", seed, fresh: false, force: false, onEvent: () => undefined };
      const { report } = await buildBand(options);
      const run = runs.find((one) => one.seed === seed)!;
      expect(run.model.sha256).toBe(report.model.sha256);
      expect(sha256(readFileSync(`out/runs/bandx-cnn/seed-${seed}/model.tflite`))).toBe(report.model.sha256);
      expect(run.accuracy.int8).toEqual(report.accuracy.int8);
      // build scores the folded network in memory; the file that is read again must say the same.
      expect(run.accuracy.floatFile).toEqual(report.accuracy.float);
      expect(run.model.macs).toBe(report.model.macs);
      expect(run.engines.tflmArenaBytes).toBe(report.arena.total);
    }
    const { figures, confusion } = figuresOf(comparison.models, "bandx-cnn");
    const [a, b] = runs.map(({ accuracy }) => accuracy.int8.accuracy) as [number, number];
    expect(figures.int8Accuracy!.mean).toBeCloseTo((a + b) / 2, 12);
    expect(figures.int8Accuracy!.deviation).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
    expect(confusion.flat().reduce((sum, count) => sum + count)).toBe(2 * runs[0]!.accuracy.int8.windows);
    const scores = comparison.models.map(({ id }) => figuresOf(comparison.models, id).figures.int8F1!.mean);
    expect(scores).toEqual(scores.toSorted((x, y) => y - x));
  });

  it("remembers each run, and goes on where it was interrupted", async () => {
    inBand();
    const first = await compare();
    expect(trainings(first)).toBe(4);
    const before = snapshot("out");
    const again = await compare();
    expect(trainings(again)).toBe(0);
    expect(snapshot("out")).toEqual(before);
    expect(again.comparison).toEqual(first.comparison);
    // What it takes of a chip is estimated anew, whatever an earlier version thought.
    const remembered = "out/runs/dense/seed-1/run.json";
    writeFileSync(
      remembered,
      readFileSync(remembered, "utf8").replaceAll(/"instructions": \d+/gu, '"instructions": 1'),
    );
    const estimated = await compare();
    expect(trainings(estimated)).toBe(0);
    expect(estimated.comparison).toEqual(first.comparison);

    // Ended while it trained: that run alone is made again.
    rmSync("out/runs/dense/seed-2", { recursive: true });
    rmSync("out/compare.json");
    expect(trainings(await compare())).toBe(1);
    expect(Object.keys(snapshot("out"))).toEqual(Object.keys(before));
    // Ended after training: the network is there, how long it took is not.
    rmSync("out/runs/dense/seed-2/run.json");
    const timeless = await compare();
    expect(trainings(timeless)).toBe(0);
    expect(figuresOf(timeless.comparison.models, "dense").figures.seconds).toBeNull();
    // A model that was touched is not believed.
    writeFileSync("out/runs/bandx-cnn/seed-1/model.tflite", "touched");
    expect(trainings(await compare())).toBe(0);
    expect(snapshot("out")["runs/bandx-cnn/seed-1/model.tflite"]).toBe(
      before["runs/bandx-cnn/seed-1/model.tflite"],
    );
    expect(trainings(await compare({ fresh: true, seeds: "2" }))).toBe(2);
  });

  it("scores anew for another board without training, and keeps the time", async () => {
    inBand();
    const first = await compare({ models: "dense.yaml", seeds: "1" });
    const band = readFileSync("band.yaml", "utf8");
    writeFileSync("band.yaml", band.replace("esp32-devkit", "esp32-s3-devkit"));
    const other = await compare({ models: "dense.yaml", seeds: "1" });
    expect(trainings(other)).toBe(0);
    const [a, b] = [first, other].map(({ comparison }) => figuresOf(comparison.models, "dense"));
    expect(b!.figures.seconds).toEqual(a!.figures.seconds);
    // ESP-NN keeps copies of input and weights there.
    expect(b!.figures.tflmRam!.mean).toBeGreaterThan(a!.figures.tflmRam!.mean);
  });

  it("makes a row of a model that does not fit, and goes on", async () => {
    inBand();
    writeFileSync("large.yaml", TOO_LARGE);
    writeFileSync("short.yaml", TOO_SHORT);
    const compared = await compare({ models: "large.yaml,short.yaml,dense.yaml", seeds: "1" });
    const { models } = compared.comparison;
    expect(models.map(({ id }) => id)).toEqual(["dense", "too-large", "too-short"]);
    expect(models[1]!.result).toMatchObject({ kind: "refused", code: "board/too-small", seed: 1 });
    expect(models[2]!.result).toMatchObject({ kind: "refused", code: "model/does-not-fit" });
    expect(trainings(compared)).toBe(1);
    for (const name of ["compare.md", "report.html"]) {
      expect(readFileSync(`out/${name}`, "utf8"), name).toContain("leaves no time step");
    }
  });

  it("counts the rounds of a loop, and says that nobody validates", async () => {
    inBand(TINY_BAND.replace('["2"]', "none").replace("batchSize", "schedule: one-cycle, batchSize"));
    const { comparison } = await compare({ models: "gru,dense.yaml", seeds: "1" });
    const gru = figuresOf(comparison.models, "gru");
    expect(gru.figures.lx6Ram!.mean).toBeGreaterThan(0);
    expect(gru.figures.lx6Instructions!.mean).toBeGreaterThan(100_000);
    expect(gru.figures.validationAccuracy).toBeNull();
    // A loop has what is in it.
    for (const { id } of comparison.models) {
      const [{ engines, model }] = figuresOf(comparison.models, id).runs as [ComparedResult["runs"][number]];
      for (const of of ["parameters", "macs"] as const) {
        expect(
          engines.operators.reduce((sum, one) => sum + one[of], 0),
          `${id} ${of}`,
        ).toBe(model[of]);
      }
    }
  });

  it("prunes every model as the band says, and refuses one that has nothing to prune", async () => {
    inBand(`${TINY_BAND}prune: { share: 0.3, epochs: 1 }\n`);
    const { comparison } = await compare({ seeds: "1" });
    const [{ training, model }] = figuresOf(comparison.models, "bandx-cnn").runs as [
      ComparedResult["runs"][number],
    ];
    expect(training.pruning!.parameters.after).toBeLessThan(training.pruning!.parameters.before);
    expect(model.parameters).toBe(training.pruning!.parameters.after);
    expect(comparison.models[1]!.result).toMatchObject({ kind: "refused", code: "model/nothing-to-prune" });
    expect(readFileSync("out/report.html", "utf8")).toContain("pruned, then epoch ");
    expect(readFileSync("out/compare.md", "utf8")).toContain(
      "| pruning | a share of 0.3, fine-tuned for at most 1 epochs |",
    );
  });

  it("trains every model for int8 as the band says", async () => {
    inBand(`${TINY_BAND}quantize: { aware: { epochs: 1 } }\n`);
    const { comparison } = await compare({ seeds: "1", models: "bandx-cnn,gru" });
    for (const model of ["bandx-cnn", "gru"]) {
      const [{ training }] = figuresOf(comparison.models, model).runs as [ComparedResult["runs"][number]];
      expect(training.aware!.history.length).toBe(1);
    }
    expect(readFileSync("out/report.html", "utf8")).toContain("for int8 epoch ");
    expect(readFileSync("out/compare.md", "utf8")).toContain(
      "| training for int8 | 1 epochs at most, rate 0.0003 |",
    );
  });

  it("takes other recordings from the working directory", async () => {
    inBand(TINY_BAND.replace("./recordings", "./elsewhere"));
    await expect(compare({ seeds: "1" })).rejects.toMatchObject({ code: "file/not-found" });
    const { comparison } = await compare({ seeds: "1", models: "dense.yaml", data: "recordings" });
    expect(comparison.protocol.draws[0]!.windows.test).toBeGreaterThan(20);
  });
});

describe("the files of a comparison", () => {
  it("hold every figure once, in numbers and in words", async () => {
    inBand();
    const { comparison, outDir, files } = await compare();
    expect(files).toEqual(["compare.json", "compare.csv", "compare.md", "report.html"]);
    expect(JSON.parse(readFileSync(path.join(outDir, "compare.json"), "utf8"))).toEqual(comparison);
    const csv = Papa.parse<Record<string, string>>(readFileSync("out/compare.csv", "utf8").trim(), {
      header: true,
    });
    expect(csv.meta.fields).toEqual(["model", "seed", ...COLUMN_IDS]);
    expect(csv.data.map(({ model, seed }) => `${model} ${seed}`).sort()).toEqual([
      "bandx-cnn 1",
      "bandx-cnn 2",
      "dense 1",
      "dense 2",
    ]);
    const { figures } = figuresOf(comparison.models, "dense");
    const bytes = csv.data.filter(({ model }) => model === "dense").map((row) => Number(row["bytes"]));
    expect(bytes).toEqual(figures.bytes!.values);
    const markdown = readFileSync("out/compare.md", "utf8");
    expect(markdown).toMatch(/^\| `dense`( †)? \| (1|\.\d{4}|1\.0000) ± \.\d{4} \|/m);
    expect(markdown).toContain("instructions, estimated");
  });

  it("make a page that needs no network, escapes names, and whose places can be reached", async () => {
    inBand();
    for (const subject of [1, 2, 3]) {
      const file = `recordings/subject_${subject}.csv`;
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("shake,shake", "<i>&shake</i>,shake"));
    }
    await compare({ models: "dense.yaml", seeds: "1" });
    const page = readFileSync("out/report.html", "utf8");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\ssrc=/);
    // Names of XML's languages are the only addresses.
    const addresses = [...page.matchAll(/https?:[^"\s<]*/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(
      new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]),
    );
    expect(page).not.toContain("<i>");
    expect(page).toContain("&lt;i&gt;&amp;shake&lt;/i&gt;");
    expect(page).toContain("&lt;script&gt;alert(&#x27;title&#x27;)&lt;/script&gt;");
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(8);
    for (const target of targets) expect(ids).toContain(target);
    // Two prices of accuracy, the curves and the confusion; each with words in its place.
    expect(page.match(/<svg /g)).toHaveLength(4);
    expect(page.match(/role="img" aria-label="[^"]{20,}"/g)).toHaveLength(4);
    expect(page.match(/<(table|section|figure|details|tr|div)\b/g)).toHaveLength(
      page.match(/<\/(table|section|figure|details|tr|div)>/g)!.length,
    );
  });
});
