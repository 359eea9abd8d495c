// The kernels in C++ against the interpreter on many random graphs, natively under the address and undefined-behaviour
// sanitizers. Usage: npm run bench:kernels -- [--graphs N] [--seed S] [--mac16]. Needs g++ (or $CXX). Exit code 1 if a value
// differs or a sanitizer speaks.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { count, table } from "../src/cli/output.ts";
import { missingKernels } from "../src/codegen/compiled-engine.ts";
import type { Graph } from "../src/ir/graph.ts";
import { interpreted, networkSources } from "../test/firmware/support/networks.ts";
import { REPOSITORY, WARNINGS } from "../test/firmware/support/wasm.ts";
import { randomOverlapNet } from "../test/support/overlap-net.ts";
import {
  frameBytes,
  OPERATOR_CASES,
  RANDOM_NETS,
  randomFrames,
  randomOperatorGraph,
} from "../test/support/random-graph.ts";

const FRAMES = 6;
/** Networks in one program: a compiler's memory and patience. */
const BATCH = 150;

const options = await yargs(hideBin(process.argv))
  .option("graphs", { type: "number", default: 40, describe: "Graphs of each operator and family of nets" })
  .option("mac16", {
    type: "boolean",
    default: false,
    describe: "Layouts for a core with MAC16, in plain C++",
  })
  .option("seed", { type: "string", default: "1" })
  .strict()
  .parseAsync();

interface Case {
  readonly family: string;
  readonly graph: Graph;
  readonly frames: readonly Int8Array[];
}

const cases = makeCases();
const found = new Map<string, { graphs: number; values: number; different: number }>();
for (let from = 0; from < cases.length; from += BATCH) judge(cases.slice(from, from + BATCH));
const rows = [...found].map(([family, { graphs, values, different }]) => [
  family,
  graphs,
  count(values),
  different,
]);
console.log(table([["graphs of", "graphs", "values", "different"], ...rows]));
const sums = [...found.values()];
const total = (key: "values" | "different"): number => sums.reduce((sum, one) => sum + one[key], 0);
console.log(
  `\n${count(cases.length)} graphs of ${FRAMES} inputs, ${count(total("values"))} values: ${total("different")} different`,
);
process.exitCode = total("different") === 0 ? 0 : 1;

function makeCases(): Case[] {
  const families = [
    ...Object.keys(OPERATOR_CASES).map(
      (name) => [name, (seed: string) => randomOperatorGraph(name, seed)] as const,
    ),
    ...Object.entries(RANDOM_NETS),
    ["nets whose values die and live on", randomOverlapNet] as const,
  ];
  return families.flatMap(([family, make]) =>
    Array.from({ length: options.graphs }, (_, i) => {
      const seed = `${options.seed}/${family}/${i}`;
      return { family, graph: make(seed), seed };
    })
      .filter(({ graph }) => missingKernels(graph).length === 0)
      .map(({ graph, seed }) => ({
        family,
        graph,
        frames: randomFrames(graph, FRAMES, seed) as Int8Array[],
      })),
  );
}

/** Builds one program of the batch, runs it, and counts. @throws Error with what compiler or sanitizer said */
function judge(batch: readonly Case[]): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-kernels-"));
  try {
    const files = networkSources(
      batch.map(({ graph }) => graph),
      { mac16: options.mac16, highProduct: !options.mac16 },
    );
    for (const [file, text] of files) writeFileSync(path.join(folder, file), text);
    writeFileSync(path.join(folder, "frames.bin"), frameBytes(batch.flatMap(({ frames }) => frames)));
    const program = path.join(folder, "networks");
    const main = path.join(REPOSITORY, "test/firmware/native/networks.cpp");
    run(process.env["CXX"] ?? "g++", [
      ..."-std=c++17 -O2 -fno-inline -fsanitize=address,undefined -fno-sanitize-recover".split(" "),
      ...WARNINGS,
      ...[folder, path.join(REPOSITORY, "firmware")].map((include) => `-I${include}`),
      main,
      "-o",
      program,
    ]);
    const outputs = run(program, [path.join(folder, "frames.bin"), String(FRAMES)]);
    let at = 0;
    for (const { family, graph, frames } of batch) {
      const sum = found.get(family) ?? { graphs: 0, values: 0, different: 0 };
      sum.graphs++;
      for (const expected of interpreted(graph, frames) as Int8Array[]) {
        sum.values += expected.length;
        for (const value of expected) if (outputs.readInt8(at++) !== value) sum.different++;
      }
      found.set(family, sum);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 1 << 28 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stderr.toString()}`);
  return stdout;
}
