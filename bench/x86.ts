// The compiled engine by this computer's g++ -O2 against the Python modules of TFLite Micro and LiteRT (XNNPACK) on the
// same files and windows, one thread, in turns. Usage: npm run bench:x86 -- --python PYTHON [--models DIR] [--rounds N]
// [--seconds S] [--update-docs]. PYTHON has PyPI's tflite-micro, ai-edge-litert and numpy; needs g++ (or $CXX).
// A call from Python costs time of its own: it is measured by a network of the same input and output that does nothing
// but copy (a SLICE), and shown apart. Exit code 1 if an output is not TFLite Micro's.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { networkFiles } from "../scripts/qemu/network-image.ts";
import { count, table } from "../src/cli/output.ts";
import { buildGraph } from "../src/ir/builder.ts";
import { countMacs, type Graph, tensorOf } from "../src/ir/graph.ts";
import { PORTABLE } from "../src/ir/kernel.ts";
import { elementCount } from "../src/ir/tensor.ts";
import { reshape, slice } from "../src/ops/index.ts";
import { writeTflite } from "../src/tflite/write.ts";
import { seededRandom } from "../src/util/random.ts";
import { REPOSITORY } from "../test/firmware/support/wasm.ts";
import { randomFrames } from "../test/support/random-graph.ts";
import { markdownTable, updateDocument } from "./chip/doc-tables.ts";
import { defaultModels, filesIn, modelOfFile } from "./chip/models.ts";
import { quantizedOnNoise } from "./described.ts";
import { median, type PythonRuntimes, RUNTIMES, startPython } from "./python-runtimes.ts";

const WINDOWS = 64;

const options = await yargs(hideBin(process.argv))
  .option("python", { type: "string", demandOption: true, describe: "A Python that has the runtimes" })
  .option("models", { type: "string", describe: "A folder of more .tflite files" })
  .option("rounds", { type: "number", default: 7 })
  .option("seconds", { type: "number", default: 0.3, describe: "Of each measurement" })
  .option("update-docs", { type: "boolean", default: false, describe: "Write into docs/performance.md" })
  .strict()
  .parseAsync();

interface Net {
  readonly name: string;
  readonly graph: Graph;
  /** Windows a second. */
  readonly measure: () => number;
}

const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-x86-"));
try {
  const files = options.models === undefined ? [] : filesIn(options.models);
  const models = [...(await defaultModels(1)), ...files.map((file) => modelOfFile(file, 1))];
  const python = startPython(options.python, directory);
  const rows: (string | number)[][] = [];
  for (const { name, graph } of models) {
    const net = contestant(name, graph);
    await check(net, python);
    rows.push(await row(net, python));
  }
  python.stop();
  report(rows);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Network, windows, and a network of the same size that does nothing, each as the others read them; and the program. */
function contestant(name: string, graph: Graph): Net {
  const windows = randomFrames(graph, WINDOWS, `x86/${name}`) as Int8Array[];
  const idle = idleGraph(graph);
  for (const [file, content] of [
    [name, graph],
    [`${name}-idle`, idle],
  ] as const) {
    writeFileSync(path.join(directory, `${file}.tflite`), writeTflite(content));
    writeFileSync(
      path.join(directory, `${file}.in.bin`),
      Buffer.concat(windows.map((one) => Buffer.from(one))),
    );
  }
  for (const [file, text] of networkFiles(graph, [], false, PORTABLE))
    writeFileSync(path.join(directory, file), text);
  const program = path.join(directory, `${name}.program`);
  run(process.env["CXX"] ?? "g++", [
    ..."-std=c++17 -O2".split(" "),
    ...[directory, path.join(REPOSITORY, "firmware")].map((include) => `-I${include}`),
    path.join(REPOSITORY, "bench/native/speed.cpp"),
    path.join(directory, "network.cpp"),
    "-o",
    program,
  ]);
  const measure = (): number => {
    const { stdout, stderr } = run(program, [
      path.join(directory, `${name}.in.bin`),
      String(options.seconds),
    ]);
    writeFileSync(path.join(directory, `${name}.ours.out.bin`), stdout);
    return Number(stderr.toString());
  };
  return { name, graph, measure };
}

/** The first values of the input as the output. */
function idleGraph(graph: Graph): Graph {
  const [input, output] = [tensorOf(graph, graph.input), tensorOf(graph, graph.output)];
  const size = elementCount(input.shape);
  const kept = Math.min(size, elementCount(output.shape));
  const b = buildGraph("idle", "input", input.shape);
  const flat = b.node(reshape, { newShape: [1, size] }, ["input"], "flat");
  const end = b.node(slice, { begin: [0, 0], size: [1, kept] }, [flat], "output");
  return quantizedOnNoise(b.build(end, null), seededRandom("idle"));
}

/** @throws Error where an output is not TFLite Micro's: the speed of wrong values is none */
async function check({ name, measure }: Net, python: PythonRuntimes): Promise<void> {
  measure();
  await python.ask(`outputs tflm ${name}`);
  const [ours, theirs] = ["ours", "tflm"].map((engine) =>
    readFileSync(path.join(directory, `${name}.${engine}.out.bin`)),
  );
  if (!ours!.equals(theirs!)) throw new Error(`${name}: our outputs are not TFLite Micro's`);
}

async function row({ name, graph, measure }: Net, python: PythonRuntimes): Promise<(string | number)[]> {
  const ours: number[] = [];
  const theirs = RUNTIMES.map(() => ({ whole: [] as number[], idle: [] as number[] }));
  for (let round = 0; round < options.rounds; round++) {
    ours.push(1e6 / measure());
    for (const [i, engine] of RUNTIMES.entries()) {
      const ask = async (file: string): Promise<number> =>
        1e6 / Number(await python.ask(`measure ${engine} ${file} ${options.seconds}`));
      theirs[i]!.whole.push(await ask(name));
      theirs[i]!.idle.push(await ask(`${name}-idle`));
    }
  }
  const own = median(ours);
  const others = theirs.flatMap(({ whole, idle }) => {
    const [all, call] = [median(whole), median(idle)];
    return [
      all.toFixed(1),
      call.toFixed(1),
      (all / own).toFixed(2),
      // Where most of the time is the call's, the difference is mostly noise.
      call > all / 2
        ? `${((all - call) / own).toFixed(2)} (mostly the call)`
        : ((all - call) / own).toFixed(2),
    ];
  });
  return [name, count(countMacs(graph)), own.toFixed(1), ...others];
}

function report(rows: readonly (string | number)[][]): void {
  const heads = RUNTIMES.flatMap((name) => [
    `${name}, µs`,
    "of it the call",
    "over ours",
    "over ours without the call",
  ]);
  const cells = [["network", "MACs", "ours, µs", ...heads], ...rows];
  const where = `${cpus()[0]?.model ?? "unknown processor"}, ${compilerOf()}`;
  console.log(`${where}; one window, median of ${options.rounds} rounds of ${options.seconds} s\n`);
  console.log(table(cells));
  console.log(`\nall outputs of ${WINDOWS} windows a network equal TFLite Micro's`);
  if (options.updateDocs) updateDocument({ x86: `${where}.\n\n${markdownTable(cells)}` });
}

function compilerOf(): string {
  return run(process.env["CXX"] ?? "g++", ["--version"])
    .stdout.toString()
    .split("\n")[0]!;
}

function run(program: string, args: readonly string[]): { stdout: Buffer; stderr: Buffer } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 1 << 26 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stderr.toString()}`);
  return { stdout, stderr };
}
