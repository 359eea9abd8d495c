// Runs cases in a runtime from PyPI through runtimes/run_model.py, all in one process.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { BYTES_PER_ELEMENT, type DType } from "../../src/ir/tensor.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { runFrames } from "../../test/support/frames.ts";

export interface Case {
  readonly name: string;
  /** The file's bytes; what is compared is the graph read from them. */
  readonly tflite: Uint8Array;
  /** Frames of the input's type, one after another. */
  readonly inputs: Uint8Array;
}

export interface Outcome {
  readonly case: Case;
  readonly graph: Graph;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  readonly values: number;
  readonly different: number;
  /** The largest difference in units of int8; 0 for outputs of other types. */
  readonly largest: number;
}

export interface Judge {
  readonly python: string;
  readonly runtime: "tflm" | "litert";
  /** Where models, inputs and outputs are put. */
  readonly directory: string;
  /** True where the runtime may refuse a model, or crash on it: such a case has no outcome. */
  readonly mayFail?: boolean;
}

/** The interpreter's outputs beside the runtime's, case by case. */
export async function judgeCases(judge: Judge, cases: readonly Case[]): Promise<Outcome[]> {
  const { directory, runtime } = judge;
  for (const { name, tflite, inputs } of cases) {
    writeFileSync(path.join(directory, `${name}.tflite`), tflite);
    writeFileSync(path.join(directory, `${name}.in.bin`), inputs);
  }
  const models = cases.map(({ name }) => ({
    model: `${name}.tflite`,
    inputs: `${name}.in.bin`,
    outputs: `${name}.${runtime}.bin`,
  }));
  writeFileSync(
    path.join(directory, "job.json"),
    JSON.stringify({ models, isolated: judge.mayFail === true }),
  );
  const script = path.join(import.meta.dirname, "../../runtimes/run_model.py");
  await execa(judge.python, [script, runtime, directory], {
    stdio: ["ignore", "ignore", judge.mayFail === true ? "ignore" : "inherit"],
  });
  return cases.flatMap((one) => {
    const outputs = path.join(directory, `${one.name}.${runtime}.bin`);
    return judge.mayFail === true && !existsSync(outputs) ? [] : [compare(one, readFileSync(outputs))];
  });
}

function compare(one: Case, theirs: Uint8Array): Outcome {
  const graph = readTflite(one.tflite, one.name);
  const ours = runFrames(graph, one.inputs);
  if (ours.length !== theirs.length)
    throw new Error(`${one.name}: the runtime gave ${theirs.length} bytes, ${ours.length} expected`);
  const { dtype } = tensorOf(graph, graph.output);
  return { case: one, graph, ours, theirs, ...differences(ours, theirs, dtype) };
}

function differences(
  ours: Uint8Array,
  theirs: Uint8Array,
  dtype: DType,
): Pick<Outcome, "values" | "different" | "largest"> {
  const width = BYTES_PER_ELEMENT[dtype];
  let [different, largest] = [0, 0];
  for (let i = 0; i < ours.length; i += width) {
    if (Buffer.compare(ours.subarray(i, i + width), theirs.subarray(i, i + width)) === 0) continue;
    different++;
    if (dtype === "int8")
      largest = Math.max(largest, Math.abs(((ours[i]! << 24) >> 24) - ((theirs[i]! << 24) >> 24)));
  }
  return { values: ours.length / width, different, largest };
}
