// Mistakes with `bandsmith compile`.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { buildGraph } from "../../../src/ir/builder.ts";
import { softmax } from "../../../src/ops/index.ts";
import { type CompileOptions, compileFile } from "../../../src/pipeline/compile-file.ts";
import { writeTflite } from "../../../src/tflite/write.ts";
import { randomNet } from "../../support/random-graph.ts";
import type { BadInput } from "./support.ts";

/** Compiles what these bytes are into the folder model, which must not be there afterwards. */
function compileBytes(bytes: Uint8Array, changes: Partial<CompileOptions> = {}): unknown {
  writeFileSync("model.tflite", bytes);
  const defaults = { target: "portable", name: "model", seed: undefined, vectors: 2, force: false } as const;
  try {
    return compileFile({ file: "model.tflite", output: "model", ...defaults, ...changes });
  } finally {
    if (existsSync("model")) throw new Error("something was written");
  }
}

function floatNet(): Uint8Array {
  const b = buildGraph("float", "input", [1, 4]);
  return writeTflite(b.build(b.node(softmax, { beta: 1 }, ["input"], "probabilities"), null));
}

/** A net whose softmax has the number of an operator that Bandsmith does not have. */
function foreignNet(): Uint8Array {
  const net = randomNet("bad input");
  const cosine = { ...softmax, tflite: { ...softmax.tflite, opcode: 108 } };
  return writeTflite({
    ...net,
    nodes: net.nodes.map((node) => (node.op === softmax ? { ...node, op: cosine } : node)),
  });
}

export const COMPILE: readonly BadInput[] = [
  {
    what: "compiling a model that is not there",
    code: "file/not-found",
    act: () => compileBytes(new Uint8Array(), { file: "modle.tflite" }),
  },
  {
    what: "compiling half a model",
    code: "tflite/corrupt",
    act: () => compileBytes(writeTflite(randomNet("bad input")).subarray(0, 900)),
  },
  {
    what: "compiling an operator that Bandsmith does not have",
    code: "tflite/corrupt",
    act: () => compileBytes(foreignNet()),
  },
  { what: "compiling a float model", code: "compile/no-kernel", act: () => compileBytes(floatNet()) },
  {
    what: "a namespace that is none",
    code: "compile/bad-name",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { name: "my-model" }),
  },
  {
    what: "a namespace that is taken",
    code: "compile/bad-name",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { name: "std" }),
  },
  {
    what: "a number of test inputs that is none",
    code: "cli/bad-count",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { vectors: 0 }),
  },
  {
    what: "compiling into a folder of other files",
    code: "compile/not-empty",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { output: "recordings" }),
  },
  {
    what: "compiling into the project of a band",
    code: "compile/is-project",
    act: () => {
      mkdirSync("project");
      const files = { "bandsmith.json": "0".repeat(64) };
      writeFileSync("project/.bandsmith-manifest.json", JSON.stringify({ format: 1, files }));
      compileBytes(writeTflite(randomNet("bad input")), { output: "project", force: true });
    },
  },
  {
    what: "compiling into a file",
    code: "file/unwritable",
    act: () => compileBytes(writeTflite(randomNet("bad input")), { output: "band.yaml" }),
  },
];
