// The kernels in C++ against the interpreter on many random graphs, natively under the address and undefined-behaviour
// sanitizers. Usage: npm run bench:kernels -- [--graphs N] [--seed S] [--mac16]. Needs g++ (or $CXX). Exit code 1 if a value
// differs, a compiler refuses, a program crashes, or a sanitizer speaks.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { type CompiledOutcome, judgeCompiled } from "../scripts/conformance/compiled.ts";
import { FAMILIES } from "../scripts/conformance/families.ts";
import { count, table } from "../src/cli/output.ts";
import { PORTABLE } from "../src/ir/kernel.ts";
import { runFrames } from "../test/support/frames.ts";
import { frameBytes, randomFrames } from "../test/support/random-graph.ts";

const FRAMES = 6;
const SANITIZERS = "-O2 -fno-inline -fsanitize=address,undefined -fno-sanitize-recover".split(" ");

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

const cases = FAMILIES.flatMap(({ name, make }) =>
  Array.from({ length: options.graphs }, (_, i) => {
    const seed = `${options.seed}/${name}/${i}`;
    const graph = make(seed);
    const inputs = frameBytes(randomFrames(graph, FRAMES, seed));
    return { family: name, graph, inputs, expected: runFrames(graph, inputs) };
  }),
);
const directory = mkdtempSync(path.join(os.tmpdir(), "bandsmith-kernels-"));
try {
  const target = { ...PORTABLE, mac16: options.mac16 };
  const outcomes = await judgeCompiled({ directory, target, flags: SANITIZERS }, cases);
  type Outcome = CompiledOutcome<(typeof cases)[number]>;
  const sum = (list: readonly Outcome[], key: "values" | "different"): number =>
    list.reduce((total, outcome) => total + outcome[key], 0);
  const rows = FAMILIES.map(({ name }) => {
    const own = outcomes.filter((outcome) => outcome.case.family === name);
    const failed = own.filter(({ failure }) => failure !== null).length;
    return [name, own.length, count(sum(own, "values")), sum(own, "different"), failed];
  });
  console.log(table([["graphs of", "graphs", "values", "different", "failed"], ...rows]));
  const failures = outcomes.flatMap(({ failure }) => failure ?? []);
  for (const failure of failures.slice(0, 3)) console.log(`\n${failure}`);
  const different = sum(outcomes, "different");
  console.log(
    `\n${count(cases.length)} graphs of ${FRAMES} inputs, ${count(sum(outcomes, "values"))} values: ` +
      `${different} different, ${failures.length} graphs failed`,
  );
  process.exitCode = different + failures.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
