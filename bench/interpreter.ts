// Windows a second of the int8 interpreter on one thread, against the Python modules of TFLite Micro and LiteRT on the
// same files and windows. Usage: npm run bench:interpreter -- [--python PYTHON] [--rounds N] [--seconds S] [--detached]
// PYTHON has PyPI's tflite-micro, ai-edge-litert and numpy; without it only our own figures are measured. The engines
// take turns, so that what else the machine does meets all of them, and the median of the rounds counts.
// --detached measures as in a process that has trained: once an ArrayBuffer was detached, as a WebAssembly memory's is
// when it grows, V8 checks every access to a typed array for that, for ever.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { table } from "../src/cli/output.ts";
import { int8Interpreter } from "../src/interpret/interpreter.ts";
import { countMacs } from "../src/ir/graph.ts";
import { readTflite } from "../src/tflite/read.ts";
import { seededRandom } from "../src/util/random.ts";
import { median, RUNTIMES, startPython } from "./python-runtimes.ts";

const WINDOWS = 64;

const { values: options } = parseArgs({
  options: {
    python: { type: "string" },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "0.5" },
    detached: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);

interface Contestant {
  readonly name: string;
  readonly macs: number;
  /** The outputs of all windows, one after another. */
  readonly outputs: Int8Array;
  /** Runs for about `seconds`; returns windows a second. */
  readonly measure: () => number;
}

if (options.detached) {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
}

const directory = mkdtempSync(path.join(tmpdir(), "bandsmith-bench-"));
try {
  const nets = path.join(import.meta.dirname, "nets.ts");
  execFileSync(process.execPath, [...process.execArgv, nets, directory], { stdio: "inherit" });
  await compare(readdirSync(directory).map((file) => contestant(path.basename(file, ".tflite"))));
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Reads the net's file, as the others do, and writes its windows for them. */
function contestant(name: string): Contestant {
  const file = path.join(directory, `${name}.tflite`);
  const graph = readTflite(readFileSync(file), file);
  const interpreter = int8Interpreter(graph);
  const { input, output } = interpreter;
  const random = seededRandom(`windows/${name}`);
  const values = Int8Array.from({ length: WINDOWS * input.length }, () => random.integer(256) - 128);
  writeFileSync(path.join(directory, `${name}.in.bin`), values);
  const windows = Array.from({ length: WINDOWS }, (_, i) =>
    values.subarray(i * input.length, (i + 1) * input.length),
  );
  const outputs = new Int8Array(WINDOWS * output.length);
  const runAll = (): void => {
    windows.forEach((window, i) => {
      input.set(window);
      interpreter.run();
      outputs.set(output, i * output.length);
    });
  };
  runAll();
  return {
    name,
    macs: countMacs(graph),
    outputs,
    measure() {
      const start = performance.now();
      let count = 0;
      for (; performance.now() - start < seconds * 1000; count += WINDOWS) runAll();
      return (1000 * count) / (performance.now() - start);
    },
  };
}

async function compare(contestants: readonly Contestant[]): Promise<void> {
  const python = options.python === undefined ? null : startPython(options.python, directory);
  const engines = python === null ? [] : RUNTIMES;
  for (const { name, outputs } of python === null ? [] : contestants) {
    await python!.ask(`outputs tflm ${name}`);
    const theirs = new Int8Array(readFileSync(path.join(directory, `${name}.tflm.out.bin`)));
    const equal = theirs.length === outputs.length && theirs.every((value, i) => value === outputs[i]);
    if (!equal)
      throw new Error(`${name}: our outputs are not TFLite Micro's; the speed of wrong values is none`);
  }
  for (const { measure } of contestants) measure(); // V8 optimises what has run for a while.

  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, one thread${options.detached ? ", after a detached ArrayBuffer" : ""}`,
  );
  const rows: (string | number)[][] = [
    ["net", "MACs", "ours", ...engines.flatMap((name) => [name, `ours / ${name}`])],
  ];
  for (const { name, macs, measure } of contestants) {
    const ours: number[] = [];
    const theirs = engines.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      ours.push(measure());
      for (const [i, engine] of engines.entries()) {
        theirs[i]!.push(Number(await python!.ask(`measure ${engine} ${name} ${seconds}`)));
      }
    }
    const own = median(ours);
    const others = theirs.map(median).flatMap((other) => [other.toFixed(0), (own / other).toFixed(2)]);
    rows.push([name, macs, own.toFixed(0), ...others]);
  }
  python?.stop();
  console.log(`windows/s, median of ${rounds} rounds of ${seconds} s`);
  console.log(table(rows));
  console.log(
    python === null
      ? "no --python: our own figures alone, compared with nothing"
      : `on ${WINDOWS} windows a net, all our outputs equal TFLite Micro's`,
  );
}
