// Model files: what resolves to what, and what each mistake gets.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseModel, type ResolvedModel, resolveModel } from "../../src/spec/model.ts";
import { evaluateExpression } from "../../src/spec/model-expression.ts";
import { UserError } from "../../src/util/errors.ts";

const DIMENSIONS = { timeSteps: 60, channels: 6, classes: 7 };
const END = ["globalAveragePool1d", { dense: { units: "$classes" } }, "softmax"];

function resolve(
  layers: readonly unknown[],
  parameters: Readonly<Record<string, number>> = {},
  overrides: Readonly<Record<string, number>> = {},
): ResolvedModel {
  const spec = parseModel({ id: "m", title: "m", source: "here", parameters, layers }, "m.yaml");
  return resolveModel(spec, overrides, DIMENSIONS);
}

function failure(act: () => unknown): { readonly code: string; readonly message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return { code: "no error", message: "" };
}

describe("expressions", () => {
  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["2 ^ 3 ^ 2", 512],
    ["-2 ^ 2", -4],
    ["8 / 2 / 2", 2],
    ["10 - 3 - 2", 5],
    ["$filters * 1.5 ^ $i", 36],
    ["1e-3 * 2", 0.002],
  ])("%s is %d", (text, expected) => {
    expect(evaluateExpression(text, { filters: 16, i: 2 }, "here")).toBeCloseTo(expected, 12);
  });

  it.each(["", "1 +", "(1", "1 2", "$unknown", "2 % 3", "1 / 0", "filters"])("%s is refused", (text) => {
    expect(failure(() => evaluateExpression(text, { filters: 16 }, "here")).code).toBe(
      "model/bad-expression",
    );
  });
});

describe("resolveModel", () => {
  it("gives defaults and shapes", () => {
    const { layers } = resolve([{ conv1d: { filters: 8, stride: 2 } }, ...END]);
    expect(layers[0]).toEqual({
      kind: "conv1d",
      input: [60, 6],
      output: [30, 8],
      filters: 8,
      kernel: 3,
      stride: 2,
      dilation: 1,
      padding: "same",
      activation: "none",
      bias: true,
    });
    expect(layers.map(({ output }) => output)).toEqual([[30, 8], [8], [7], [7]]);
  });

  it("unrolls repetitions, with an index from 1, and rounds", () => {
    const { layers } = resolve(
      [
        {
          repeat: {
            times: "$blocks",
            index: "n",
            layers: ["maxPool1d", { separableConv1d: { filters: "$width * 1.5 ^ $n" } }],
          },
        },
        ...END,
      ],
      { blocks: 2, width: 5 },
      { blocks: 3 },
    );
    const widths = layers.flatMap((layer) => (layer.kind === "separableConv1d" ? [layer.filters] : []));
    expect(widths).toEqual([8, 11, 17]);
    expect(layers[4]!.output).toEqual([7, 11]);
  });

  it.each(["lstm", "gru", "rnn"])(
    "follows %s: all hidden states, the last one, or both directions'",
    (kind) => {
      const shapeAfter = (fields: object): unknown =>
        resolve([
          { conv1d: { filters: 8, stride: 2 } },
          { [kind]: { units: 5, ...fields } },
          ...("returnSequences" in fields ? END : END.slice(1)),
        ]).layers[1]!.output;
      expect(shapeAfter({})).toEqual([5]);
      expect(shapeAfter({ returnSequences: true })).toEqual([30, 5]);
      expect(shapeAfter({ bidirectional: true })).toEqual([10]);
      if (kind !== "lstm") {
        expect(shapeAfter({ bidirectional: true, returnSequences: true })).toEqual([30, 10]);
      }
    },
  );

  it("follows every path of branches, with repetitions and expressions inside", () => {
    const block = { separableConv1d: { filters: "$width * $i", stride: 2 } };
    const path = [{ repeat: { times: 2, layers: [block] } }, { batchNorm: {} }];
    const shortcut = [{ conv1d: { filters: "$width * 2", kernel: 1, stride: 4 } }];
    const { layers } = resolve(
      [
        { branches: { merge: "add", activation: "relu", paths: [path, shortcut] } },
        { branches: { merge: "add", paths: [[], []] } },
        { branches: { merge: "concat", paths: [[], ["relu"], [{ conv1d: { filters: 3 } }]] } },
        { branches: { merge: "concat", paths: [["globalAveragePool1d"], ["globalMaxPool1d"]] } },
        ...END.slice(1),
      ],
      { width: 5 },
    );
    expect(layers.map(({ output }) => output)).toEqual([[15, 10], [15, 10], [15, 23], [46], [7], [7]]);
    expect(layers[0]).toMatchObject({ kind: "branches", input: [60, 6], merge: "add", activation: "relu" });
    const [first] = layers;
    const kinds = first?.kind === "branches" ? first.paths.map((one) => one.map(({ kind }) => kind)) : [];
    expect(kinds).toEqual([["separableConv1d", "separableConv1d", "batchNorm"], ["conv1d"]]);
  });

  it("follows channels as streams, each through the same layers", () => {
    const { layers } = resolve([
      "splitChannels",
      { conv1d: { filters: 4, kernel: 5, stride: 2, padding: "valid" } },
      { branches: { merge: "concat", paths: [[], [{ separableConv1d: { filters: 3 } }]] } },
      "maxPool1d",
      "batchNorm",
      "channelAttention",
      "joinChannels",
      { lstm: { units: 5, returnSequences: true } },
      { attentionPool1d: { hidden: 8, residual: true } },
      ...END.slice(1),
    ]);
    expect(layers.map(({ output }) => output)).toEqual([
      [6, 60, 1],
      [6, 28, 4],
      [6, 28, 7],
      [6, 14, 7],
      [6, 14, 7],
      [6, 14, 7],
      [14, 42],
      [14, 5],
      [5],
      [7],
      [7],
    ]);
  });

  const both = (merge: string, ...paths: readonly unknown[]): unknown => ({ branches: { merge, paths } });

  it.each<[string, readonly unknown[], string, RegExp]>([
    [
      "paths of unlike lengths to add",
      [both("add", [], ["maxPool1d"]), ...END],
      "model/does-not-fit",
      /layers\[0\]\.branches\.paths\[1\] gives \[30, 6\] and paths\[0\] gives \[60, 6\]: add needs equal shapes/,
    ],
    [
      "paths of unlike lengths side by side",
      [both("concat", ["maxPool1d"], ["relu"], []), ...END],
      "model/does-not-fit",
      /paths\[1\] gives \[60, 6\] and paths\[0\] gives \[30, 6\]: concat needs the same time steps/,
    ],
    [
      "features beside steps",
      [both("concat", [], ["globalMaxPool1d"]), ...END],
      "model/does-not-fit",
      /paths\[1\] gives \[6\]/,
    ],
    [
      "a mistake in a path of a path",
      [both("add", [], [both("add", ["relu"], [{ maxPool1d: { size: 61 } }])]), ...END],
      "model/does-not-fit",
      /layers\[0\]\.branches\.paths\[1\]\[0\]\.branches\.paths\[1\]\[0\]\.maxPool1d leaves no time step/,
    ],
    [
      "eleven paths side by side",
      [both("concat", ...new Array<unknown[]>(11).fill([])), ...END],
      "model/does-not-fit",
      /branches joins 11 paths: concat takes at most 10/,
    ],
    ["a merge that is none", [both("multiply", [], []), ...END], "model/bad-field", /branches\.merge/],
    ["one path", [both("add", ["relu"]), ...END], "model/bad-field", /branches\.paths/],
    [
      "an unknown layer in a path",
      [both("add", [], ["conv9d"]), ...END],
      "model/unknown-layer",
      /layers\[0\]\.branches\.paths\[1\]\[0\]\.conv9d/,
    ],
    [
      "a softmax in a path",
      ["globalMaxPool1d", both("add", [], ["softmax"]), { dense: { units: 7 } }, "softmax"],
      "model/does-not-fit",
      /only softmax/,
    ],
    ["streams of streams", ["splitChannels", "splitChannels"], "model/does-not-fit", /streams already/],
    ["streams of features", ["flatten", "splitChannels"], "model/does-not-fit", /time/],
    ["what joins no streams", ["joinChannels"], "model/does-not-fit", /put splitChannels before it/],
    ["attention without streams", ["channelAttention"], "model/does-not-fit", /put splitChannels before it/],
    ...["flatten", "globalMaxPool1d", "attentionPool1d", { lstm: { units: 5 } }].map(
      (layer): [string, readonly unknown[], string, RegExp] => [
        `streams in ${typeof layer === "string" ? layer : "lstm"}`,
        ["splitChannels", layer],
        "model/does-not-fit",
        /layers\[1\].* put joinChannels before it/,
      ],
    ),
    [
      "every step of both directions",
      [{ lstm: { units: 5, bidirectional: true, returnSequences: true } }, ...END],
      "model/does-not-fit",
      /returnSequences/,
    ],
    ["an LSTM after flatten", ["flatten", { lstm: { units: 5 } }, ...END], "model/does-not-fit", /time/],
    ["an unknown layer", [{ conv9d: {} }, ...END], "model/unknown-layer", /conv9d/],
    ["an unknown field", [{ conv1d: { filters: 8, width: 3 } }, ...END], "model/bad-field", /width/],
    ["a missing field", [{ conv1d: {} }, ...END], "model/bad-field", /filters/],
    ["a width of nothing", [{ conv1d: { filters: "0.2" } }, ...END], "model/bad-field", /filters/],
    [
      "an unknown parameter in an expression",
      [{ conv1d: { filters: "$wide" } }, ...END],
      "model/bad-expression",
      /\$wide/,
    ],
    ["a pool that leaves nothing", [{ maxPool1d: { size: 61 } }, ...END], "model/does-not-fit", /61 and 60/],
    ["dense before flatten", [{ dense: { units: 3 } }], "model/does-not-fit", /flatten/],
    ["a pool after flatten", ["flatten", "maxPool1d", ...END], "model/does-not-fit", /time/],
    ["no softmax", ["globalAveragePool1d", { dense: { units: 7 } }], "model/does-not-fit", /softmax/],
    [
      "two softmaxes",
      ["flatten", "softmax", { dense: { units: 7 } }, "softmax"],
      "model/does-not-fit",
      /softmax/,
    ],
    [
      "the wrong number of outputs",
      ["flatten", { dense: { units: 5 } }, "softmax"],
      "model/does-not-fit",
      /5 outputs for 7/,
    ],
    ["two layers in one", [{ flatten: {}, softmax: {} }], "model/bad-file", /2 keys/],
    ["a repetition without layers", [{ repeat: { times: 2 } }, ...END], "model/bad-file", /layers/],
    ["fields that are a list", [{ conv1d: [8] }, ...END], "model/bad-file", /mapping/],
  ])("refuses %s", (_, layers, code, message) => {
    const got = failure(() => resolve(layers));
    expect(got.code).toBe(code);
    expect(got.message).toMatch(message);
  });

  it("refuses a parameter that the model does not have", () => {
    const got = failure(() =>
      resolve(["flatten", { dense: { units: 7 } }, "softmax"], { width: 1 }, { depth: 2 }),
    );
    expect(got).toMatchObject({ code: "model/unknown-parameter", hint: "It has width." });
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", null, /object/],
    ["no layers", { id: "m", title: "m", source: "x" }, /layers/],
    ["an unknown key", { id: "m", title: "m", source: "x", layers: ["softmax"], depth: 1 }, /depth/],
    ["a bad id", { id: "a b", title: "m", source: "x", layers: ["softmax"] }, /id/],
  ])("parseModel refuses %s", (_, value, message) => {
    const got = failure(() => parseModel(value, "m.yaml"));
    expect(got.code).toBe("model/bad-file");
    expect(got.message).toMatch(message);
  });
});

describe("models/bandx-cnn.yaml", () => {
  const spec = parseModel(parse(readFileSync("models/bandx-cnn.yaml", "utf8")), "models/bandx-cnn.yaml");

  it("is the family's list of layers", () => {
    const { layers } = resolveModel(spec, {}, DIMENSIONS);
    const block = ["maxPool1d", "separableConv1d", "batchNorm"];
    expect(layers.map(({ kind }) => kind)).toEqual([
      "separableConv1d",
      "batchNorm",
      ...block,
      ...block,
      "globalAveragePool1d",
      "dense",
      "dropout",
      "dense",
      "softmax",
    ]);
  });

  it("widens by half and halves time in every block", () => {
    const { layers } = resolveModel(spec, { filters: 16, blocks: 3 }, DIMENSIONS);
    const outputs = layers.flatMap((layer) => (layer.kind === "separableConv1d" ? [layer.output] : []));
    expect(outputs).toEqual([
      [60, 16],
      [30, 24],
      [15, 36],
      [7, 54],
    ]);
  });

  it("says so when the window is too short for its pools", () => {
    expect(failure(() => resolveModel(spec, { blocks: 4 }, { ...DIMENSIONS, timeSteps: 12 })).code).toBe(
      "model/does-not-fit",
    );
  });
});
