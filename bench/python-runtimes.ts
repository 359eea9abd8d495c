// A Python process with TFLite Micro's and LiteRT's interpreters that answers one line to one line
// (bench/interpreter_python.py), for benches that let engines take turns.
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

export const RUNTIMES = ["tflm", "litert"] as const;

export interface PythonRuntimes {
  ask(line: string): Promise<string>;
  stop(): void;
}

/** @param directory with NAME.tflite and NAME.in.bin for each network that will be asked for */
export function startPython(python: string, directory: string): PythonRuntimes {
  const script = path.join(import.meta.dirname, "interpreter_python.py");
  const child = spawn(python, [script, directory], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const answer = await lines.next();
      if (answer.done === true) throw new Error(`${python} ended before it answered "${line}"`);
      return answer.value;
    },
    stop() {
      child.stdin.end();
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
