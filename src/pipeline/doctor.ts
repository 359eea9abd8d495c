// Looks at the machine: nothing is installed and nothing is sent.
import { execa } from "execa";
import { openBackend } from "../train/backend.ts";
import { UserError } from "../util/errors.ts";
import { idsIn, PACKAGE_ROOT } from "./resources.ts";
import { RUNTIMES } from "./runtimes/index.ts";
import { serialPorts } from "./serial-ports.ts";

export interface Finding {
  /** `optional` things are needed for what the advice says and for nothing else. */
  readonly state: "ok" | "optional" | "missing";
  readonly what: string;
  readonly found: string;
  readonly advice: string;
}

const MINIMUM_NODE = [20, 19] as const;
/** The first whose ESP-IDF builds know components of `idf_component.yml` in src/ as these projects have. */
const MINIMUM_PIO = [6, 1] as const;

export interface ExamineOptions {
  readonly pio: string;
  readonly python: string;
  /** Where serial ports stand as files; null where they do not. */
  readonly devices: string | null;
}

const DEFAULTS: ExamineOptions = {
  pio: "pio",
  python: "python3",
  devices: process.platform === "win32" ? null : "/dev",
};

export async function examine({ pio, python, devices } = DEFAULTS): Promise<Finding[]> {
  return [
    examineNode(),
    await examineBackend("wasm", "missing", "training"),
    await examineBackend(
      "node",
      "optional",
      "training on native TensorFlow: npm install @tensorflow/tfjs-node",
    ),
    examineResources(),
    await examinePio(pio),
    examinePorts(devices),
    await examineProgram("g++", "compiling firmware on this machine with a system compiler"),
    await examineProgram("clang++", "npm run lint:firmware"),
    examineWebClang(),
    await examineProgram(python, "verify --against"),
    ...(await Promise.all(Object.values(RUNTIMES).map((runtime) => examineModule(python, runtime.package)))),
  ];
}

function examineNode(): Finding {
  const enough = isAtLeast(process.versions.node, MINIMUM_NODE);
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

async function examinePio(pio: string): Promise<Finding> {
  const finding = await examineProgram(pio, "flash and monitor: pip install platformio");
  const version = /(\d+\.\d+\.\d+)/.exec(finding.found)?.[1];
  if (version === undefined || isAtLeast(version, MINIMUM_PIO)) return finding;
  const advice = `${MINIMUM_PIO.join(".")} or later is needed: pip install --upgrade platformio`;
  return { ...finding, state: "optional", advice };
}

function examinePorts(devices: string | null): Finding {
  const what = "serial ports";
  if (devices === null) {
    return { state: "optional", what, found: "not looked for", advice: "pio device list shows them" };
  }
  const ports = serialPorts(devices);
  const found = ports.map(({ path }) => path).join(", ");
  if (ports.length === 0) {
    const advice = "flash and monitor need a board, plugged in with a cable that carries data";
    return { state: "optional", what, found: "none seen", advice };
  }
  const forbidden = ports.filter(({ mayOpen }) => !mayOpen).map(({ path }) => path);
  if (forbidden.length === 0) return { state: "ok", what, found, advice: "" };
  const advice = `you may not open ${forbidden.join(", ")}: sudo usermod -aG dialout $USER, then log in anew`;
  return { state: "optional", what, found, advice };
}

/** A development dependency: what the tests of the firmware compile with. */
function examineWebClang(): Finding {
  const what = "@yowasp/clang";
  try {
    import.meta.resolve("@yowasp/clang");
    return { state: "ok", what, found: "installed", advice: "" };
  } catch {
    return {
      state: "optional",
      what,
      found: "not here",
      advice: "needed for the firmware's tests: npm ci in a clone",
    };
  }
}

/** Asks for the package's version without importing it: that alone takes seconds. */
async function examineModule(python: string, name: string): Promise<Finding> {
  const script = `import importlib.metadata as m; print(m.version(${JSON.stringify(name)}))`;
  const result = await execa(python, ["-c", script], { reject: false, timeout: 20_000 });
  const advice = `needed for verify --against: ${python} -m pip install ${name}`;
  return result.failed
    ? { state: "optional", what: name, found: "not here", advice }
    : { state: "ok", what: name, found: result.stdout.trim(), advice: "" };
}

async function examineProgram(program: string, what: string): Promise<Finding> {
  const result = await execa(program, ["--version"], { reject: false, timeout: 20_000 });
  const [firstLine = ""] = result.stdout.split("\n");
  return result.failed
    ? { state: "optional", what: program, found: "not here", advice: `needed for ${what}` }
    : { state: "ok", what: program, found: firstLine, advice: "" };
}

function isAtLeast(version: string, [leastMajor, leastMinor]: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
