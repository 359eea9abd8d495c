// Mistakes of compare, which trains several models under one protocol.
import { writeFileSync } from "node:fs";
import { type CompareOptions, compareModels } from "../../../src/pipeline/model-comparison/compare-models.ts";
import { type BadInput, silent } from "./support.ts";

function compare(changes: Partial<CompareOptions>): Promise<unknown> {
  const defaults = { seeds: undefined, data: undefined, output: undefined, fresh: false, onEvent: silent };
  return compareModels({ bandFile: "band.yaml", models: "bandx-cnn", ...defaults, ...changes });
}

/** Compares a file of one's own with a model that ships. */
function compareOwn(text: string): Promise<unknown> {
  writeFileSync("mine.yaml", text);
  return compare({ models: "lstm,./mine.yaml" });
}

export const MODEL_COMPARISON: readonly BadInput[] = [
  { what: "no model", code: "compare/no-models", act: () => compare({ models: "," }) },
  { what: "an unknown model", code: "model/unknown", act: () => compare({ models: "bandx-cnn,lstn" }) },
  { what: "a model twice", code: "compare/model-twice", act: () => compare({ models: "lstm,lstm" }) },
  {
    what: "a model and all of them",
    code: "compare/model-twice",
    act: () => compare({ models: "all,lstm" }),
  },
  {
    what: "a file with the id of a model that ships",
    code: "compare/model-twice",
    act: () => compareOwn("id: lstm\ntitle: Mine\nsource: me\nlayers: [flatten, softmax]\n"),
  },
  {
    what: "a model file that is none",
    code: "model/bad-file",
    act: () => compareOwn("id: mine\ntitle: Mine\nsource: me\n"),
  },
  { what: "a seed that is a word", code: "compare/bad-seeds", act: () => compare({ seeds: "1,two" }) },
  { what: "a seed that is not whole", code: "compare/bad-seeds", act: () => compare({ seeds: "1.5" }) },
  { what: "a seed out of range", code: "compare/bad-seeds", act: () => compare({ seeds: "4294967296" }) },
  { what: "no seed", code: "compare/bad-seeds", act: () => compare({ seeds: "," }) },
  { what: "a seed twice", code: "compare/seed-twice", act: () => compare({ seeds: "1,2,1" }) },
  { what: "no band file", code: "file/not-found", act: () => compare({ bandFile: "bnad.yaml" }) },
  {
    what: "recordings that are not there",
    code: "file/not-found",
    act: () => compare({ data: "recodings" }),
  },
  { what: "comparing into a file", code: "file/unwritable", act: () => compare({ output: "band.yaml" }) },
];
