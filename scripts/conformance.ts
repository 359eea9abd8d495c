// The interpreter against the real runtimes on random graphs: every value must equal TFLite Micro's, and stay as near
// to LiteRT's as docs/numerics.md says.
// Usage: npm run conformance -- --python PYTHON [--operator-graphs N] [--nets N] [--seed S] [--only OP,OP] [--no-litert]
// PYTHON is one with PyPI's tflite-micro and ai-edge-litert. Exit code 1 if a value differs; the graph is then shrunk
// and kept for a look.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { count, percent, table } from "../src/cli/output.ts";
import { bodiesOf, type Graph } from "../src/ir/graph.ts";
import { writeTflite } from "../src/tflite/write.ts";
import {
  frameBytes,
  OPERATOR_CASES,
  RANDOM_NETS,
  randomFrames,
  randomOperatorGraph,
} from "../test/support/random-graph.ts";
import { type Coverage, coverageRows, recordCoverage } from "./conformance/coverage.ts";
import { type Case, type Judge, judgeCases, type Outcome } from "./conformance/judge.ts";
import { litertBound } from "./conformance/litert-bounds.ts";
import { shrink } from "./conformance/shrink.ts";

/** Inputs a model: both extremes, then random ones. */
const FRAMES = 6;
const KEPT = "build/conformance";
/** Of the graphs that differ, so many are shrunk. */
const SHRUNK = 5;

const options = await yargs(hideBin(process.argv))
  .option("python", { type: "string", demandOption: true, describe: "A Python that has the runtimes" })
  .option("operator-graphs", { type: "number", default: 150, describe: "Graphs of each operator alone" })
  .option("nets", { type: "number", default: 200, describe: "Nets of each family" })
  .option("seed", { type: "string", default: "1" })
  .option("only", { type: "string", describe: "Operators and families of nets, comma-separated" })
  .option("litert", { type: "boolean", default: true, describe: "Judge by LiteRT, too" })
  .strict()
  .parseAsync();

interface FamilyCase extends Case {
  /** The operator or the family of nets. */
  readonly family: string;
}

const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-conformance-"));
try {
  const { cases, coverage } = makeCases();
  const familyOf = new Map(cases.map(({ name, family }) => [name, family]));
  const judge: Judge = { python: options.python, runtime: "tflm", directory };
  const outcomes = await judgeCases(judge, cases);
  const litert = options.litert
    ? await judgeCases({ ...judge, runtime: "litert", mayFail: true }, cases)
    : [];
  console.log(table([["operator", "attribute", "distinct", "values"], ...coverageRows(coverage)]));
  console.log();
  console.log(table(familyRows(outcomes, litert, (outcome) => familyOf.get(outcome.case.name)!)));
  const values = outcomes.reduce((sum, outcome) => sum + outcome.values, 0);
  const wrong = outcomes.filter(({ different }) => different > 0);
  const far = tooFar(litert, (outcome) => familyOf.get(outcome.case.name)!);
  const different = wrong.reduce((sum, outcome) => sum + outcome.different, 0);
  console.log(
    `\n${count(outcomes.length)} graphs of ${FRAMES} inputs, ${count(values)} values against TFLite Micro: ${different} different` +
      (options.litert ? `\nfurther from LiteRT than documented: ${far.join(", ") || "none"}` : ""),
  );
  for (const outcome of wrong.slice(0, SHRUNK)) keep(await shrink(judge, outcome));
  process.exitCode = wrong.length + far.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function makeCases(): { readonly cases: FamilyCase[]; readonly coverage: Coverage } {
  const coverage: Coverage = new Map();
  const wanted = options.only?.split(",");
  const families = [
    ...Object.keys(OPERATOR_CASES).map((operator) => ({
      family: operator,
      graphs: options.operatorGraphs,
      make: (seed: string) => randomOperatorGraph(operator, seed),
    })),
    ...Object.entries(RANDOM_NETS).map(([family, make]) => ({ family, graphs: options.nets, make })),
  ].filter(({ family }) => wanted?.includes(family) ?? true);
  const cases = families.flatMap(({ family, graphs, make }) =>
    Array.from({ length: graphs }, (_, i) => {
      const seed = `${options.seed}/${family}/${i}`;
      const graph = make(seed);
      recordCoverage(coverage, graph);
      return toCase(family, i, graph, seed);
    }),
  );
  return { cases, coverage };
}

function toCase(family: string, index: number, graph: Graph, seed: string): FamilyCase {
  return {
    family,
    name: `${family.toLowerCase().replaceAll(" ", "-")}-${index}`,
    tflite: writeTflite(graph),
    inputs: frameBytes(randomFrames(graph, FRAMES, seed)),
  };
}

/** Families in which LiteRT is further off than its bounds, or runs too few graphs to say. */
function tooFar(litert: readonly Outcome[], familyOf: (outcome: Outcome) => string): string[] {
  const families = [...new Set(litert.map(familyOf))];
  return families.filter((family) => {
    const own = litert.filter((outcome) => familyOf(outcome) === family);
    const bound = litertBound(family);
    const values = own.reduce((sum, outcome) => sum + outcome.values, 0);
    const different = own.reduce((sum, outcome) => sum + outcome.different, 0);
    return different > bound.share * values || own.some((outcome) => outcome.largest > bound.largest);
  });
}

function familyRows(
  outcomes: readonly Outcome[],
  litert: readonly Outcome[],
  familyOf: (outcome: Outcome) => string,
): (string | number)[][] {
  const header = ["graphs of", "graphs", "uses", "values", "differ from TFLite Micro"];
  const judged = litert.length > 0;
  const families = [...new Set(outcomes.map(familyOf))].sort();
  return [
    judged ? [...header, "run by LiteRT", "differ from it", "largest", "at most"] : header,
    ...families.map((family) => {
      const own = outcomes.filter((outcome) => familyOf(outcome) === family);
      const theirs = litert.filter((outcome) => familyOf(outcome) === family);
      const sum = (list: readonly Outcome[], key: "values" | "different"): number =>
        list.reduce((total, outcome) => total + outcome[key], 0);
      const uses = own.reduce((total, { graph }) => total + countUses(graph, family), 0);
      const row = [family, own.length, uses, sum(own, "values"), sum(own, "different")];
      const bound = litertBound(family);
      const limits = `${bound.largest}, ${percent(bound.share)}`;
      return judged
        ? [
            ...row,
            theirs.length,
            sum(theirs, "different"),
            Math.max(0, ...theirs.map((outcome) => outcome.largest)),
            limits,
          ]
        : row;
    }),
  ];
}

/** How often an operator occurs in a graph of its own family; the operators of a net. */
function countUses(graph: Graph, family: string): number {
  const names = bodiesOf(graph).flatMap(({ body }) => body.nodes.map((node) => node.op.name));
  return family in OPERATOR_CASES ? names.filter((name) => name === family).length : names.length;
}

function keep({ case: { name, tflite, inputs }, ours, theirs, graph }: Outcome): void {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(path.join(KEPT, `${name}.tflite`), tflite);
  writeFileSync(path.join(KEPT, `${name}.in.bin`), inputs);
  writeFileSync(path.join(KEPT, `${name}.ours.bin`), ours);
  writeFileSync(path.join(KEPT, `${name}.theirs.bin`), theirs);
  console.log(`${name} differs: ${graph.nodes.map((node) => node.op.name).join(", ")}; kept in ${KEPT}`);
}
