// docs/adding-a-model.md: its example is built as it stands there, and what the page says of it is so.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { countMacs, countParameters } from "../../src/ir/graph.ts";
import { buildBand } from "../../src/pipeline/build.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { parseModel, resolveModel } from "../../src/spec/model.ts";
import { LAYER_FIELDS } from "../../src/spec/model-layers.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { untrainedGraph } from "../../src/train/untrained.ts";
import { PREPROCESSING } from "../codegen/small-project.ts";
import { tinyBand } from "./support.ts";

const DOCS = path.join(import.meta.dirname, "../../docs");
const PAGE = readFileSync(path.join(DOCS, "adding-a-model.md"), "utf8");
const [modelText, bandText] = [...PAGE.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text]) => text!);
const LABELS = ["a", "b", "c", "d", "e", "f", "g"];

const resolved = resolveModel(
  parseModel(parse(modelText!), "strided-cnn.yaml"),
  {},
  { timeSteps: 60, channels: 6, classes: LABELS.length },
);

describe("docs/adding-a-model.md", () => {
  it("has an example that builds, parameters and all", async () => {
    const folder = tinyBand(
      `${bandText!}name: tiny
split: { by: subject, test: ["3"], validation: ["2"] }
train: { epochs: 1, batchSize: 16 }
`,
    );
    writeFileSync(path.join(folder, "strided-cnn.yaml"), modelText!);
    const bandFile = path.join(folder, "band.yaml");
    const { report, outDir } = await buildBand({
      bandFile,
      seed: undefined,
      fresh: false,
      force: false,
      onEvent: () => undefined,
    });
    expect(report.verification).toMatchObject({
      different: 0,
      windows: report.data.windows.test,
    });
    const int8 = readTflite(readFileSync(path.join(outDir, "model.tflite")), "model.tflite");
    // 8 filters instead of 16; of the norms nothing is left, for which a dense layer has become a convolution.
    expect(int8.tensors.get(int8.nodes[0]!.outputs[0])!.shape).toEqual([1, 1, 60, 8]);
    expect(int8.nodes.map(({ op }) => op.name)).toEqual([
      ...new Array<string>(4).fill("CONV_2D"),
      "RESHAPE",
      "CONV_2D",
      "RESHAPE",
      "FULLY_CONNECTED",
      "SOFTMAX",
    ]);
  });

  it("says which layers it becomes", () => {
    const rows = [...PAGE.matchAll(/^\| (\w+) \| (\[[\d, ]+\]) \|$/gm)].map(([, kind, shape]) => [
      kind,
      shape,
    ]);
    expect(rows).toEqual(resolved.layers.map(({ kind, output }) => [kind, `[${output.join(", ")}]`]));
  });

  it("says how large it is", async () => {
    const preprocessing = { ...PREPROCESSING, windowSamples: 60, labels: LABELS };
    const graph = foldGraph(await untrainedGraph(resolved, preprocessing, "cpu"));
    const [, parameters, macs] = /([\d,]+) parameters and ([\d,]+) multiply-accumulates/.exec(PAGE)!;
    expect(Number(parameters!.replaceAll(",", ""))).toBe(countParameters(graph));
    expect(Number(macs!.replaceAll(",", ""))).toBe(countMacs(graph));
  });

  it("has every kind of layer in the table that it points to", () => {
    const training = readFileSync(path.join(DOCS, "training.md"), "utf8");
    for (const kind of [...Object.keys(LAYER_FIELDS), "branches"]) expect(training).toContain(`\`${kind}\``);
  });
});
