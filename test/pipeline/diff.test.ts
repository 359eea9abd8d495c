// Two files on the same real inputs, random or recorded.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { buildBand } from "../../src/pipeline/build.ts";
import { diffModels } from "../../src/pipeline/diff.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { withChangedWeight } from "../evaluate/support.ts";
import { tinyBand } from "./support.ts";

const options = { data: null, windows: 50, seed: undefined, onEvent: (): void => undefined };

describe("diffModels", () => {
  it("tells equal, changed and unquantised models apart", async () => {
    const band = tinyBand();
    const bandFile = path.join(band, "band.yaml");
    const { outDir } = await buildBand({ ...options, bandFile, fresh: false, force: false });
    const model = path.join(outDir, "model.tflite");
    const graph = readTflite(readFileSync(model), model);

    const same = await diffModels(model, model, options);
    expect(same).toMatchObject({ equal: true, structure: [], values: { windows: 50, sameClass: 50 } });

    const layer = graph.nodes.findIndex((node) => node.op.name === "CONV_2D");
    const changed = path.join(band, "changed.tflite");
    writeFileSync(changed, writeTflite(withChangedWeight(graph, layer)));
    const other = await diffModels(model, changed, options);
    expect(other.equal).toBe(false);
    expect(other.structure).toMatchObject([{ where: `layer ${layer} CONV_2D`, what: "weight values" }]);
    // Entry 0 is the input.
    expect(other.values.layers.findIndex(({ equal, values }) => equal !== values)).toBe(layer + 1);

    const data = {
      path: path.join(band, "recordings"),
      format: "recordings",
      accel: undefined,
      gyro: undefined,
      repeatedStamps: "error",
    } as const;
    const float = path.join(outDir, "trained.float.tflite");
    const cost = await diffModels(float, model, { ...options, data });
    expect(cost.values.windows).toBe(50);
    expect(cost.equal).toBe(false);
    expect(cost.values.unmatched.right).toEqual([]);
    expect(cost.values.layers[0]!.sqnrDb).toBeGreaterThan(20);
    expect(cost.values.layers.every(({ steps, equal }) => steps === null && equal === null)).toBe(true);
  });
});
