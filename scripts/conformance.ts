// Interpreter and compiled engine against the real runtimes on random graphs: every value must equal TFLite Micro's, and
// the interpreter's stay as near to LiteRT's as docs/numerics.md says.
// Usage: npm run conformance -- --python PYTHON [--operator-graphs N] [--nets N] [--seed S] [--only OP,OP] [--no-litert]
// [--no-compiled]. PYTHON is one with PyPI's tflite-micro and ai-edge-litert; the compiled engine needs g++ (or $CXX).
// Exit code 1 if a value differs, or a graph's C++ does not compile or run; a graph that differs in the interpreter is
// shrunk, and each is kept for a look.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { count, percent, table } from "../src/cli/output.ts";
import { bodiesOf, type Graph } from "../src/ir/graph.ts";
import { type KernelTarget, MAC16, PORTABLE } from "../src/ir/kernel.ts";
import { writeTflite } from "../src/tflite/write.ts";
import { frameBytes, randomFrames } from "../test/support/random-graph.ts";
import {
  type CompiledOutcome,
  compilerIsThere,
  judgeCompiled,
  laidOutOtherwise,
} from "./conformance/compiled.ts";
import { type Coverage, coverageRows, recordCoverage } from "./conformance/coverage.ts";
import { FAMILIES } from "./conformance/families.ts";
import { type Case, type Judge, judgeCases, type Outcome } from "./conformance/judge.ts";
import { litertBound } from "./conformance/litert-bounds.ts";
import { shrink } from "./conformance/shrink.ts";

/** Inputs a model: both extremes, then random ones. */
const FRAMES = 6;
const KEPT = "build/conformance";
/** Of the graphs that differ, so many are shrunk. */
const SHRUNK = 5;
/** Inlined, every layer would get a copy of its kernel, and the compiler minutes of work. */
const COMPILER_FLAGS = ["-O1", "-fno-inline"];

const options = await yargs(hideBin(process.argv))
  .option("python", { type: "string", demandOption: true, describe: "A Python that has the runtimes" })
  .option("operator-graphs", { type: "number", default: 150, describe: "Graphs of each operator alone" })
  .option("nets", { type: "number", default: 200, describe: "Nets of each family" })
  .option("seed", { type: "string", default: "1" })
  .option("only", { type: "string", describe: "Operators and families of nets, comma-separated" })
  .option("litert", { type: "boolean", default: true, describe: "Judge by LiteRT, too" })
  .option("compiled", { type: "boolean", default: true, describe: "Judge the compiled engine, too" })
  .strict()
  .parseAsync();

if (options.compiled && !(await compilerIsThere())) {
  console.error("there is no g++ (nor $CXX) for the compiled engine: install one, or say --no-compiled");
  process.exit(1);
}

interface FamilyCase extends Case {
  /** The operator or the family of nets. */
  readonly family: string;
}

const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-conformance-"));
try {
  const { cases, coverage } = makeCases();
  const families = new Map(cases.map(({ name, family }) => [name, family]));
  const familyOf: FamilyOf = (one) => families.get(one.name)!;
  const judge: Judge = { python: options.python, runtime: "tflm", directory };
  const outcomes = await judgeCases(judge, cases);
  const litert = options.litert
    ? await judgeCases({ ...judge, runtime: "litert", mayFail: true }, cases)
    : [];
  const compiled = options.compiled ? await judgeEngines(outcomes) : [];
  console.log(table([["operator", "attribute", "distinct", "values"], ...coverageRows(coverage)]));
  console.log();
  console.log(table(familyRows(outcomes, litert, familyOf)));
  const values = outcomes.reduce((sum, outcome) => sum + outcome.values, 0);
  const wrong = outcomes.filter(({ different }) => different > 0);
  const far = tooFar(litert, familyOf);
  const different = wrong.reduce((sum, outcome) => sum + outcome.different, 0);
  console.log(
    `\n${count(outcomes.length)} graphs of ${FRAMES} inputs, ${count(values)} values against TFLite Micro: ${different} different` +
      (options.litert ? `\nfurther from LiteRT than documented: ${far.join(", ") || "none"}` : ""),
  );
  for (const engine of compiled) reportEngine(engine, familyOf);
  for (const outcome of wrong.slice(0, SHRUNK)) keep(await shrink(judge, outcome));
  const broken = compiled.flatMap(({ outcomes: own }) => own.filter(isWrong));
  for (const { case: one, failure } of broken.slice(0, SHRUNK)) {
    keep(one.outcome);
    if (failure !== null) console.log(failure);
  }
  process.exitCode = wrong.length + far.length + broken.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function makeCases(): { readonly cases: FamilyCase[]; readonly coverage: Coverage } {
  const coverage: Coverage = new Map();
  const wanted = options.only?.split(",");
  const families = FAMILIES.filter(({ name }) => wanted?.includes(name) ?? true);
  const cases = families.flatMap(({ name, isOperator, make }) =>
    Array.from({ length: isOperator ? options.operatorGraphs : options.nets }, (_, i) => {
      const seed = `${options.seed}/${name}/${i}`;
      const graph = make(seed);
      recordCoverage(coverage, graph);
      return toCase(name, i, graph, seed);
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

interface EngineCase {
  readonly outcome: Outcome;
  readonly graph: Graph;
  readonly inputs: Uint8Array;
  readonly expected: Uint8Array;
}

interface Engine {
  readonly title: string;
  readonly outcomes: readonly CompiledOutcome<EngineCase>[];
}

/** The compiled engine's outputs beside TFLite Micro's; for MAC16 those graphs alone that are laid out otherwise. */
async function judgeEngines(judged: readonly Outcome[]): Promise<Engine[]> {
  const engineCases = judged.map((outcome) => {
    const { graph, theirs } = outcome;
    return { outcome, graph, inputs: outcome.case.inputs, expected: theirs };
  });
  const judgeFor = (target: KernelTarget): Parameters<typeof judgeCompiled>[0] => ({
    directory: path.join(directory, "compiled"),
    target,
    flags: COMPILER_FLAGS,
  });
  return [
    { title: "in C++", outcomes: await judgeCompiled(judgeFor(PORTABLE), engineCases) },
    {
      title: "laid out otherwise for MAC16, in plain C++",
      outcomes: await judgeCompiled(judgeFor(MAC16), laidOutOtherwise(MAC16, engineCases)),
    },
  ];
}

function isWrong({ different, failure }: CompiledOutcome<EngineCase>): boolean {
  return different > 0 || failure !== null;
}

function reportEngine({ title, outcomes }: Engine, familyOf: FamilyOf): void {
  const wrong = outcomes.filter(isWrong);
  const values = outcomes.reduce((sum, outcome) => sum + outcome.values, 0);
  const different = outcomes.reduce((sum, outcome) => sum + outcome.different, 0);
  const failed = outcomes.filter(({ failure }) => failure !== null).length;
  const families = [...new Set(wrong.map((outcome) => familyOf(outcome.case.outcome.case)))].sort();
  console.log(
    `${title}: ${count(outcomes.length)} graphs, ${count(values)} values against TFLite Micro: ${different} different, ` +
      `${failed} graphs failed${families.length === 0 ? "" : ` (${families.join(", ")})`}`,
  );
}

type FamilyOf = (one: Case) => string;

/** Families in which LiteRT is further off than its bounds, or runs too few graphs to say. */
function tooFar(litert: readonly Outcome[], familyOf: FamilyOf): string[] {
  const families = [...new Set(litert.map((outcome) => familyOf(outcome.case)))];
  return families.filter((family) => {
    const own = litert.filter((outcome) => familyOf(outcome.case) === family);
    const bound = litertBound(family);
    const values = own.reduce((sum, outcome) => sum + outcome.values, 0);
    const different = own.reduce((sum, outcome) => sum + outcome.different, 0);
    return different > bound.share * values || own.some((outcome) => outcome.largest > bound.largest);
  });
}

function familyRows(
  outcomes: readonly Outcome[],
  litert: readonly Outcome[],
  familyOf: FamilyOf,
): (string | number)[][] {
  const header = ["graphs of", "graphs", "uses", "values", "differ from TFLite Micro"];
  const judged = litert.length > 0;
  const families = [...new Set(outcomes.map((outcome) => familyOf(outcome.case)))].sort();
  return [
    judged ? [...header, "run by LiteRT", "differ from it", "largest", "at most"] : header,
    ...families.map((family) => {
      const own = outcomes.filter((outcome) => familyOf(outcome.case) === family);
      const theirs = litert.filter((outcome) => familyOf(outcome.case) === family);
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
  return FAMILIES.some(({ name, isOperator }) => isOperator && name === family)
    ? names.filter((name) => name === family).length
    : names.length;
}

function keep({ case: { name, tflite, inputs }, ours, theirs, graph }: Outcome): void {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(path.join(KEPT, `${name}.tflite`), tflite);
  writeFileSync(path.join(KEPT, `${name}.in.bin`), inputs);
  writeFileSync(path.join(KEPT, `${name}.ours.bin`), ours);
  writeFileSync(path.join(KEPT, `${name}.theirs.bin`), theirs);
  console.log(`${name} differs: ${graph.nodes.map((node) => node.op.name).join(", ")}; kept in ${KEPT}`);
}
