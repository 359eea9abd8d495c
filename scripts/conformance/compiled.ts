// Graphs as the C++ that the compiled engine makes of them: many in one program, programs side by side, their outputs
// compared byte by byte. A program that a compiler refuses, or that crashes, is taken apart until the graph is found.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import type { KernelTarget } from "../../src/ir/kernel.ts";
import { BYTES_PER_ELEMENT, byteLength } from "../../src/ir/tensor.ts";
import { networkSources, networkTexts } from "../../test/firmware/support/networks.ts";
import { REPOSITORY, WARNINGS } from "../../test/firmware/support/wasm.ts";

/** Graphs in one program: a compiler's memory, and how little is lost where a program has to be taken apart. */
const BATCH = 150;
/** One inference takes microseconds: a program that runs longer hangs. */
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 1 << 28;
const COMPILER = process.env["CXX"] ?? "g++";

export interface CompiledCase {
  readonly graph: Graph;
  /** Frames of the input's type, one after another. */
  readonly inputs: Uint8Array;
  /** What the runtime gave for them. */
  readonly expected: Uint8Array;
}

export interface CompiledOutcome<C extends CompiledCase> {
  readonly case: C;
  readonly values: number;
  /** All of them where there are no outputs. */
  readonly different: number;
  /** What the compiler or the program said, where it failed. */
  readonly failure: string | null;
}

export interface CompiledJudge {
  /** Where programs are put. */
  readonly directory: string;
  readonly target: KernelTarget;
  /** How to compile, beside language and warnings. */
  readonly flags: readonly string[];
}

export async function compilerIsThere(): Promise<boolean> {
  return !(await execa(COMPILER, ["--version"], { reject: false })).failed;
}

/** Builds and runs them all, as many programs at a time as there are processors. */
export async function judgeCompiled<C extends CompiledCase>(
  judge: CompiledJudge,
  cases: readonly C[],
): Promise<CompiledOutcome<C>[]> {
  const batches = Array.from({ length: Math.ceil(cases.length / BATCH) }, (_, i) =>
    cases.slice(i * BATCH, (i + 1) * BATCH),
  );
  const outcomes: CompiledOutcome<C>[][] = [];
  const queue = [...batches.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, batch] = next;
      const folder = path.join(judge.directory, `${judge.target.mac16 ? "mac16" : "portable"}-${index}`);
      outcomes[index] = await judgeBatch({ ...judge, directory: folder }, batch);
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
  return outcomes.flat();
}

/** Those for which the layouts of that target make another program. */
export function laidOutOtherwise<C extends CompiledCase>(target: KernelTarget, cases: readonly C[]): C[] {
  return cases.filter(({ graph }) => networkTexts(graph, "n").cpp !== networkTexts(graph, "n", target).cpp);
}

async function judgeBatch<C extends CompiledCase>(
  judge: CompiledJudge,
  batch: readonly C[],
): Promise<CompiledOutcome<C>[]> {
  const outputs = await outputsOf(judge, batch);
  if (outputs instanceof Uint8Array) {
    let at = 0;
    return batch.map((one) => {
      const own = outputs.subarray(at, (at += one.expected.length));
      return compare(one, own, null);
    });
  }
  if (batch.length === 1) return batch.map((one) => compare(one, new Uint8Array(), outputs.failure));
  const half = Math.ceil(batch.length / 2);
  return [
    ...(await judgeBatch(judge, batch.slice(0, half))),
    ...(await judgeBatch(judge, batch.slice(half))),
  ];
}

/** All outputs of the batch, one after another. */
async function outputsOf(
  { directory, target, flags }: CompiledJudge,
  batch: readonly CompiledCase[],
): Promise<Uint8Array | { readonly failure: string }> {
  const graphs = batch.map(({ graph }) => graph);
  const program = path.join(directory, "networks");
  const frames = path.join(directory, "frames.bin");
  mkdirSync(directory, { recursive: true });
  try {
    for (const [file, text] of networkSources(graphs, target))
      writeFileSync(path.join(directory, file), text);
    writeFileSync(frames, Buffer.concat(batch.map(({ inputs }) => inputs)));
    await execa(COMPILER, [
      "-std=c++17",
      ...flags,
      ...WARNINGS,
      ...[directory, path.join(REPOSITORY, "firmware")].map((include) => `-I${include}`),
      path.join(REPOSITORY, "test/firmware/native/networks.cpp"),
      "-o",
      program,
    ]);
    const [{ graph, inputs }] = batch as [CompiledCase];
    const count = inputs.length / byteLength(tensorOf(graph, graph.input));
    const { stdout } = await execa(program, [frames, String(count)], {
      encoding: "buffer",
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT,
    });
    const expected = batch.reduce((sum, one) => sum + one.expected.length, 0);
    if (stdout.length === expected) return stdout;
    return { failure: `the program gave ${stdout.length} bytes, ${expected} expected` };
  } catch (error) {
    // What is missing is no finding about a graph.
    if ((error as { code?: string }).code === "ENOENT") throw error;
    return { failure: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function compare<C extends CompiledCase>(
  one: C,
  outputs: Uint8Array,
  failure: string | null,
): CompiledOutcome<C> {
  const { expected, graph } = one;
  const width = BYTES_PER_ELEMENT[tensorOf(graph, graph.output).dtype];
  let different = 0;
  for (let i = 0; i < expected.length; i += width) {
    const [ours, theirs] = [outputs.subarray(i, i + width), expected.subarray(i, i + width)];
    if (Buffer.compare(ours, theirs) !== 0) different++;
  }
  return { case: one, values: expected.length / width, different, failure };
}
