// Looks at the machine: nothing is installed and nothing is sent.
import { execa } from "execa";
import { openBackend } from "../train/backend.ts";
import { UserError } from "../util/errors.ts";
import { idsIn, PACKAGE_ROOT } from "./resources.ts";

export interface Finding {
  /** `optional` things are needed for what the advice says and for nothing else. */
  readonly state: "ok" | "optional" | "missing";
  readonly what: string;
  readonly found: string;
  readonly advice: string;
}

const MINIMUM_NODE = [20, 19] as const;

export async function examine(): Promise<Finding[]> {
  return [
    examineNode(),
    await examineBackend("wasm", "missing", "training"),
    await examineBackend(
      "node",
      "optional",
      "training on native TensorFlow: npm install @tensorflow/tfjs-node",
    ),
    examineResources(),
    await examineProgram("pio", ["--version"], "building and flashing firmware: pip install platformio"),
    await examineProgram("g++", ["--version"], "compiling firmware on this machine with a system compiler"),
    await examineProgram(
      "python3",
      ["--version"],
      "verify --against: pip install tflite-micro ai-edge-litert",
    ),
  ];
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const enough = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const advice = enough ? "" : `install Node.js ${MINIMUM_NODE.join(".")} or later`;
  return { state: enough ? "ok" : "missing", what: "Node.js", found: process.versions.node, advice };
}

async function examineBackend(
  name: "wasm" | "node",
  otherwise: Finding["state"],
  what: string,
): Promise<Finding> {
  const label = `TensorFlow.js ${name}`;
  try {
    await openBackend(name);
    return { state: "ok", what: label, found: "ready", advice: "" };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { state: otherwise, what: label, found: "not here", advice: `needed for ${what}` };
  }
}

function examineResources(): Finding {
  const counts = `${idsIn("boards", ".json").length} boards, ${idsIn("models", ".yaml").length} models`;
  const whole = idsIn("boards", ".json").length > 0 && idsIn("models", ".yaml").length > 0;
  const advice = whole ? "" : `reinstall the package: files are missing below ${PACKAGE_ROOT}`;
  return { state: whole ? "ok" : "missing", what: "Bandsmith's own files", found: counts, advice };
}

async function examineProgram(program: string, args: readonly string[], what: string): Promise<Finding> {
  const result = await execa(program, args, { reject: false, timeout: 20_000 });
  const [firstLine = ""] = result.stdout.split("\n");
  return result.failed
    ? { state: "optional", what: program, found: "not here", advice: `needed for ${what}` }
    : { state: "ok", what: program, found: firstLine, advice: "" };
}
