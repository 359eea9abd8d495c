// The firmware and a generated project under g++ and clang++ with every useful warning, clang-tidy and cppcheck.
// Usage: npm run lint:firmware [-- --board ID] [--only g++,clang++,clang-tidy,cppcheck]
// Debian: apt-get install g++ clang clang-tidy cppcheck. ESP-IDF, Arduino and TFLite Micro are test/firmware/stubs.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { generateProject } from "../src/codegen/generate-project.ts";
import { BOARD_IDS, learnInput, projectInput } from "../test/codegen/small-project.ts";
import { REPOSITORY } from "../test/firmware/support/wasm.ts";

const VENDORED = "project/lib/bandsmith/src/third_party/";
const TOOLS = ["g++", "clang++", "clang-tidy", "cppcheck"] as const;
type Tool = (typeof TOOLS)[number];

const options = await yargs(hideBin(process.argv))
  .option("board", { choices: BOARD_IDS, default: "bandx-esp32" })
  .option("only", { type: "string", default: TOOLS.join(","), describe: "Some of the tools" })
  .strict()
  .parseAsync();

const INCLUDES = ["src", "include", "lib/bandsmith/src", "test"].map((folder) => `-Iproject/${folder}`);
const LANGUAGE = ["-std=c++17", "-fno-exceptions", "-fno-rtti", ...INCLUDES, "-isystem", "stubs"];
const WARNINGS = (
  "-Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wvla -Wshadow -Wdouble-promotion -Wcast-align " +
  "-Wcast-qual -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wundef -Wformat=2"
).split(" ");
/** Undefined macros in ESP-IDF's `#if CONFIG_…` are 0 by design. */
const CHIP_WARNINGS = [...WARNINGS.filter((flag) => flag !== "-Wundef"), "-Wno-undef"];

/** How sources of the chip are told where they are. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  "ESP-IDF": ["-DESP_PLATFORM"],
  "first ESP32": ["-DESP_PLATFORM", "-DSTUB_MCU_ESP32"],
  Arduino: ["-DESP_PLATFORM", "-DARDUINO=10812"],
};
const HOST: Readonly<Record<string, readonly string[]>> = { host: [] };

interface Job {
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
}

const tools = options.only.split(",") as Tool[];
const missing = tools.filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
if (missing.length > 0) {
  console.error(`not here: ${missing.join(", ")}; apt-get install g++ clang clang-tidy cppcheck`);
  process.exit(1);
}

const folder = mkdtempSync(path.join(tmpdir(), "bandsmith-lint-"));
try {
  const sources = place();
  const results = await runAll(tools.flatMap((tool) => jobsOf(tool, sources)));
  const failed = results.filter(({ output }) => output !== "");
  for (const { job, output } of failed) console.error(`${job.what}\n${output}\n`);
  console.log(
    `${results.length} runs of ${tools.join(", ")} over ${sources.length} sources, ${failed.length} failed`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A project of one board with all that one can have, and the stubs beside it. Returns its sources. */
function place(): string[] {
  const learn = learnInput({ activities: ["new"] });
  const project = generateProject({ ...projectInput(options.board), learn, collect: true });
  for (const [file, content] of project) {
    const target = path.join(folder, "project", file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  cpSync(path.join(REPOSITORY, "test/firmware/stubs"), path.join(folder, "stubs"), { recursive: true });
  copyFileSync(path.join(REPOSITORY, ".clang-tidy"), path.join(folder, ".clang-tidy"));
  return [...project.keys()].filter((file) => file.endsWith(".cpp")).map((file) => `project/${file}`);
}

/** Others wrote it in a style of their own; the compilers' warnings hold for it all the same. */
function isVendored(source: string): boolean {
  return source.startsWith(VENDORED);
}

function isHostOnly(source: string): boolean {
  return /^project\/src\/(host|native)\//.test(source);
}

/** Of a source, each way in which it is compiled. */
function waysOf(source: string): [target: string, flags: readonly string[]][] {
  return Object.entries(isHostOnly(source) ? HOST : TARGETS);
}

function jobsOf(tool: Tool, sources: readonly string[]): Job[] {
  if (tool === "cppcheck") return [cppcheck()];
  const own = tool === "clang-tidy" ? sources.filter((source) => !isVendored(source)) : sources;
  return own.flatMap((source) =>
    waysOf(source).map(([target, flags]) => {
      const what = `${tool}: ${source} for ${target}`;
      const common = [...flags, ...LANGUAGE];
      if (tool === "clang-tidy") return { what, command: tool, args: ["--quiet", source, "--", ...common] };
      const warnings = isHostOnly(source) ? WARNINGS : CHIP_WARNINGS;
      return { what, command: tool, args: ["-fsyntax-only", "-O2", ...warnings, ...common, source] };
    }),
  );
}

function cppcheck(): Job {
  const args = ["--enable=warning,performance,portability,style", "--std=c++17", "--language=c++", "--quiet"];
  args.push("--error-exitcode=1", "--inline-suppr", "--max-configs=8", ...INCLUDES, "-Istubs", "project");
  const left = {
    "*:stubs/*": "declarations of ESP-IDF's own",
    [`*:${VENDORED}*`]: "vendored, in a style of its authors",
    unusedStructMember: "firmware offers more than one project uses",
    useStlAlgorithm: "a loop of two lines reads better here than an algorithm and a lambda",
    shadowFunction: "a local may be called as a method is; the compilers' -Wshadow watches over variables",
    badBitmaskCheck: "register fields are named also where their value is 0",
    knownConditionTrueFalse:
      "cppcheck 2.10 takes a buffer that the bus fills for what it was initialised with",
  };
  args.push(...Object.keys(left).map((name) => `--suppress=${name}`));
  return { what: "cppcheck", command: "cppcheck", args };
}

/** Runs jobs side by side; the output of a job that succeeded is nothing. */
async function runAll(jobs: readonly Job[]): Promise<{ job: Job; output: string }[]> {
  const results: { job: Job; output: string }[] = [];
  const queue = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      results.push({ job, output: await run(job) });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

function run({ command, args }: Job): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString("utf8")));
    child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString("utf8")));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code === 0 ? "" : output.trim() || `exit code ${code}`);
    });
  });
}
