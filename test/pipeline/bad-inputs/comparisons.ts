// Mistakes of verify and diff, and what a Python may do to them.
import { writeFileSync } from "node:fs";
import { type DiffOptions, diffModels } from "../../../src/pipeline/diff.ts";
import { readModelFile } from "../../../src/pipeline/inspect.ts";
import { runtimeIds } from "../../../src/pipeline/runtimes/index.ts";
import { type VerifyOptions, verifyBand, verifyFile } from "../../../src/pipeline/verify.ts";
import type { Preprocessing } from "../../../src/signal/preprocessing.ts";
import { writeTflite } from "../../../src/tflite/write.ts";
import { randomNet } from "../../support/random-graph.ts";
import { TINY_BAND } from "../support.ts";
import { type BadInput, build, RECORDINGS, silent } from "./support.ts";

function settings(changes: Partial<VerifyOptions> = {}): VerifyOptions {
  const defaults = { seed: undefined, against: [], windows: undefined, layers: false, onEvent: silent };
  return { ...defaults, python: "./python", timeoutSeconds: 60, ...changes };
}

/** Verifies a random net, which has no pre-processing, against TFLite Micro in a Python that is this shell script. */
function verifyWith(script: string, changes: Partial<VerifyOptions> = {}): Promise<unknown> {
  writeFileSync("python", `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync("model.tflite", writeTflite(randomNet("bad input")));
  return verifyFile("model.tflite", null, settings({ against: ["tflm"], ...changes }));
}
const ANSWERS = 'test -n "$3" || { echo \'{"runtime": "tflm", "version": "1"}\'; exit 0; }';

function diffNets(a: string, b: string, changes: Partial<DiffOptions> = {}): Promise<unknown> {
  writeFileSync("a.tflite", writeTflite(randomNet(a)));
  writeFileSync("b.tflite", writeTflite(randomNet(b)));
  const defaults = { data: null, windows: undefined, seed: undefined, onEvent: silent };
  return diffModels("a.tflite", "b.tflite", { ...defaults, ...changes });
}

/** A built model against a copy that says something else about its recordings. */
async function diffChanged(change: (one: Preprocessing) => Preprocessing): Promise<unknown> {
  await build(TINY_BAND);
  const { graph } = readModelFile("build/tiny/model.tflite");
  const metadata = { ...graph.metadata!, preprocessing: change(graph.metadata!.preprocessing) };
  writeFileSync("other.tflite", writeTflite({ ...graph, metadata }));
  const options = { data: RECORDINGS, windows: undefined, seed: undefined, onEvent: silent };
  return diffModels("build/tiny/model.tflite", "other.tflite", options);
}

export const COMPARISONS: readonly BadInput[] = [
  {
    what: "a seed that is none",
    code: "cli/bad-seed",
    act: () => verifyBand("band.yaml", settings({ seed: Number("one") })),
  },
  {
    what: "verifying before building",
    code: "build/not-built",
    act: () => verifyBand("band.yaml", settings()),
  },
  {
    what: "verifying with another seed",
    code: "build/stale",
    act: async () => {
      await build(TINY_BAND);
      await verifyBand("band.yaml", settings({ seed: 9 }));
    },
  },
  {
    what: "a window count that is none",
    code: "cli/bad-count",
    act: () => verifyBand("band.yaml", settings({ windows: 0 })),
  },
  {
    what: "verifying a float model",
    code: "run/not-int8",
    act: async () => {
      await build(TINY_BAND);
      await verifyFile("build/tiny/trained.float.tflite", null, settings({ against: ["tflm"] }));
    },
  },
  {
    what: "verifying a model against nothing",
    code: "verify/nothing-to-compare",
    act: () => verifyWith("exit 0", { against: [] }),
  },
  {
    what: "recordings for a model that cannot read them",
    code: "verify/no-preprocessing",
    act: async () => {
      await verifyWith(ANSWERS).catch(() => undefined);
      await verifyFile("model.tflite", RECORDINGS, settings({ against: ["tflm"] }));
    },
  },
  { what: "a runtime that nobody knows", code: "runtime/unknown", act: () => runtimeIds("tflm,tfjs") },
  {
    what: "a Python that is not there",
    code: "runtime/no-python",
    act: () => verifyWith("", { python: "./python4" }),
  },
  {
    what: "a Python without the module",
    code: "runtime/no-module",
    act: () => verifyWith("echo \"No module named 'tflite_micro'\" >&2; exit 3"),
  },
  {
    what: "a Python that fails",
    code: "runtime/failed",
    act: () => verifyWith(`${ANSWERS}; echo "RuntimeError: Didn't find op for builtin opcode" >&2; exit 1`),
  },
  {
    what: "a Python that crashes",
    code: "runtime/failed",
    act: () => verifyWith(`${ANSWERS}; kill -SEGV $$`),
  },
  {
    what: "a Python that does not come back",
    code: "runtime/timed-out",
    act: () => verifyWith(`${ANSWERS}; exec sleep 60`, { timeoutSeconds: 1 }),
  },
  {
    what: "a Python that says something else",
    code: "runtime/bad-answer",
    act: () => verifyWith("echo Python 2.7.18"),
  },
  {
    what: "a Python that leaves too few outputs",
    code: "runtime/bad-answer",
    act: () => verifyWith(`${ANSWERS}; printf abc > "$3/0.out.bin"`),
  },
  { what: "models of other inputs", code: "diff/input-shape", act: () => diffNets("bad input", "other") },
  {
    what: "models of other classes",
    code: "diff/classes",
    act: () => diffChanged((one) => ({ ...one, labels: one.labels.toReversed() })),
  },
  {
    what: "recordings for models that filter them differently",
    code: "diff/preprocessing",
    act: () => diffChanged((one) => ({ ...one, sampleRateHz: 25 })),
  },
  {
    what: "recordings for models that cannot read them",
    code: "verify/no-preprocessing",
    act: () => diffNets("bad input", "bad input", { data: RECORDINGS }),
  },
];
