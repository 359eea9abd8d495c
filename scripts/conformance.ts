// The interpreter against the real TFLite Micro on random graphs: every int8 value must be equal.
// Usage: npx tsx scripts/conformance.ts --python PYTHON [--operator-graphs N] [--nets N] [--seed S]
// PYTHON is one with PyPI's tflite-micro. Exit code 1 if any value differs; the model is then kept for a look.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { table } from "../src/cli/output.ts";
import { type Graph, tensorOf } from "../src/ir/graph.ts";
import { BYTES_PER_ELEMENT } from "../src/ir/tensor.ts";
import { readTflite } from "../src/tflite/read.ts";
import { writeTflite } from "../src/tflite/write.ts";
import { runFrames } from "../test/support/frames.ts";
import {
  frameBytes,
  OPERATOR_CASES,
  randomFrames,
  randomNet,
  randomOperatorGraph,
} from "../test/support/random-graph.ts";

/** Inputs a model: both extremes, then random ones. */
const FRAMES = 6;
const KEPT = "build/conformance";

const options = await yargs(hideBin(process.argv))
  .option("python", { type: "string", demandOption: true, describe: "A Python that has tflite-micro" })
  .option("operator-graphs", {
    type: "number",
    default: 400,
    describe: "Random graphs of each operator alone",
  })
  .option("nets", { type: "number", default: 1000, describe: "Random nets of several layers" })
  .option("seed", { type: "number", default: 1 })
  .strict()
  .parseAsync();

interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: Uint8Array;
}

const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-conformance-"));
try {
  const cases = makeCases();
  for (const { name, graph, inputs } of cases) {
    writeFileSync(path.join(directory, `${name}.tflite`), writeTflite(graph));
    writeFileSync(path.join(directory, `${name}.in.bin`), inputs);
  }
  const script = path.join(import.meta.dirname, "make_tflm_golden.py");
  await execa(options.python, [script, directory], { stdio: ["ignore", "ignore", "inherit"] });
  process.exitCode = report(cases);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function makeCases(): Case[] {
  const graphs = Object.keys(OPERATOR_CASES).flatMap((operator) =>
    Array.from({ length: options.operatorGraphs }, (_, i) => ({
      name: `${operator.toLowerCase()}-${i}`,
      graph: randomOperatorGraph(operator, `${options.seed}/${operator}/${i}`),
    })),
  );
  const nets = Array.from({ length: options.nets }, (_, i) => ({
    name: `net-${i}`,
    graph: randomNet(`${options.seed}/net/${i}`),
  }));
  return [...graphs, ...nets].map(({ name, graph }) => ({
    name,
    graph,
    inputs: frameBytes(randomFrames(graph, FRAMES, `${options.seed}/${name}`)),
  }));
}

/** Values that differ in one model: ours from the file's bytes against TFLite Micro's. */
function compare({ name, inputs, graph }: Case): { readonly values: number; readonly different: number } {
  const file = path.join(directory, `${name}.tflite`);
  const actual = runFrames(readTflite(readFileSync(file), file), inputs);
  const expected = readFileSync(path.join(directory, `${name}.out.bin`));
  if (expected.length !== actual.length)
    throw new Error(`${name}: TFLite Micro gave ${expected.length} bytes, ${actual.length} expected`);
  const width = BYTES_PER_ELEMENT[tensorOf(graph, graph.output).dtype];
  let different = 0;
  for (let i = 0; i < actual.length; i += width) {
    if (!expected.subarray(i, i + width).equals(actual.subarray(i, i + width))) different++;
  }
  return { values: expected.length / width, different };
}

function report(cases: readonly Case[]): number {
  const rows = new Map<
    string,
    { graphs: number; attributes: Set<string>; values: number; different: number }
  >();
  let total = { graphs: 0, values: 0, different: 0 };
  for (const one of cases) {
    const { values, different } = compare(one);
    total = {
      graphs: total.graphs + 1,
      values: total.values + values,
      different: total.different + different,
    };
    if (different > 0) keep(one.name);
    for (const node of one.graph.nodes) {
      const row = rows.get(node.op.name) ?? {
        graphs: 0,
        attributes: new Set<string>(),
        values: 0,
        different: 0,
      };
      row.attributes.add(node.op.describe(node.attrs));
      rows.set(node.op.name, {
        ...row,
        graphs: row.graphs + 1,
        values: row.values + values,
        different: row.different + different,
      });
    }
  }
  const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(
    table([
      ["operator", "uses", "distinct attributes", "output values of its graphs", "different"],
      ...lines.map(([name, row]) => [name, row.graphs, row.attributes.size, row.values, row.different]),
    ]),
  );
  console.log(
    `${total.graphs} graphs, ${total.values} values against TFLite Micro: ${total.different} different`,
  );
  return total.different === 0 ? 0 : 1;
}

function keep(name: string): void {
  mkdirSync(KEPT, { recursive: true });
  for (const suffix of [".tflite", ".in.bin", ".out.bin"]) {
    copyFileSync(path.join(directory, name + suffix), path.join(KEPT, name + suffix));
  }
  console.log(`${name} differs: kept in ${KEPT}`);
}
