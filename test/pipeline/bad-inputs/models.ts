// Mistakes in models and boards.
import { TINY_BAND } from "../support.ts";
import { type BadInput, build } from "./support.ts";

const model = (layers: string): Readonly<Record<string, string>> => ({
  "mine.yaml": `id: mine\ntitle: Mine\nsource: me\nlayers:\n${layers}`,
});
const OWN_MODEL = TINY_BAND.replace(/model:.*/, "model: mine.yaml");

export const MODELS: readonly BadInput[] = [
  {
    what: "an unknown board",
    code: "board/unknown",
    act: () => build(TINY_BAND.replace("esp32-devkit", "esp64")),
  },
  {
    what: "an unknown model",
    code: "model/unknown",
    act: () => build(TINY_BAND.replace(/model:.*/, "model: bandx-rnn")),
  },
  {
    what: "an unknown parameter",
    code: "model/unknown-parameter",
    act: () => build(TINY_BAND.replace("filters: 4", "filtres: 4")),
  },
  {
    what: "a model too large for the board",
    code: "board/too-small",
    act: () =>
      build(TINY_BAND.replace("filters: 4", "filters: 420, blocks: 3").replace("epochs: 2", "epochs: 1")),
  },
  {
    what: "an unknown layer",
    code: "model/unknown-layer",
    act: () => build(OWN_MODEL, model("  - conv2d: {filters: 4}\n")),
  },
  {
    what: "a model without an end",
    code: "model/does-not-fit",
    act: () => build(OWN_MODEL, model("  - conv1d: {filters: 4, kernel: 3}\n")),
  },
  {
    what: "an expression that is none",
    code: "model/bad-expression",
    act: () => build(OWN_MODEL, model('  - conv1d: {filters: "4 +", kernel: 3}\n')),
  },
  {
    what: "a pool that leaves nothing",
    code: "model/does-not-fit",
    act: () =>
      build(
        OWN_MODEL,
        model("  - maxPool1d: {size: 100}\n  - flatten\n  - dense: {units: $classes}\n  - softmax\n"),
      ),
  },
  {
    what: "paths that do not meet",
    code: "model/does-not-fit",
    act: () =>
      build(
        OWN_MODEL,
        model(
          "  - branches: {merge: add, paths: [[], [maxPool1d]]}\n  - flatten\n  - dense: {units: $classes}\n  - softmax\n",
        ),
      ),
  },
  {
    what: "a merge that is none",
    code: "model/bad-field",
    act: () => build(OWN_MODEL, model("  - branches: {merge: multiply, paths: [[], [relu]]}\n")),
  },
  {
    what: "pruning where no layer has channels of its own",
    code: "model/nothing-to-prune",
    act: () =>
      build(`${OWN_MODEL}prune: 0.3\n`, model("  - flatten\n  - dense: {units: $classes}\n  - softmax\n")),
  },
];
