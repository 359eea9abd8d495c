// Generated projects compile without a warning, and what can be run of them runs as the host says.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileTree } from "../../src/codegen/file-tree.ts";
import { generateProject } from "../../src/codegen/generate-project.ts";
import { compiledSize } from "../../src/plan/compiled-size.ts";
import { createFrontEnd } from "../../src/signal/frontend.ts";
import { encodeWristReference } from "../../src/signal/wrist-reference.ts";
import { kernelTarget } from "../../src/spec/board.ts";
import { seededRandom } from "../../src/util/random.ts";
import {
  BOARD_IDS,
  learnInput,
  PREPROCESSING,
  projectInput,
  smallGraph,
  smallProject,
} from "../codegen/small-project.ts";
import { randomFrames } from "../support/random-graph.ts";
import { interpreted } from "./support/networks.ts";
import { clang, REPOSITORY, textsBelow, WARNINGS } from "./support/wasm.ts";

const INCLUDES = [
  "-Iproject/src",
  "-Iproject/include",
  "-Iproject/lib/bandsmith/src",
  "-Iproject/test",
  "-isystem",
  "stubs",
];

/** How the two frameworks, and chips with and without a USB of their own, tell a source where it is. */
const TARGETS = {
  "ESP-IDF": ["-DESP_PLATFORM"],
  "ESP-IDF on the first ESP32": ["-DESP_PLATFORM", "-DSTUB_MCU_ESP32"],
  "Arduino's core": ["-DESP_PLATFORM", "-DARDUINO=10812", "-include", "project/src/tflm/tflm_present.h"],
} as const;

/** The project in project/, ESP-IDF's and TFLite Micro's declarations in stubs/, the tests' C++ in native/. */
function workspace(project: FileTree): Map<string, string | Uint8Array> {
  return new Map<string, string | Uint8Array>([
    ...[...project].map(([file, content]) => [`project/${file}`, content] as const),
    ...[...textsBelow("test/firmware/stubs")].map(([file, text]) => [`stubs/${file}`, text] as const),
    ...[...textsBelow("test/firmware/native")].map(([file, text]) => [`native/${file}`, text] as const),
  ]);
}

const project = smallProject("bandx-esp32");
const sources = [...workspace(project).keys()].filter((file) => /^project\/.*\.cpp$/.test(file));
const NATIVE_MAIN = "project/src/native/main.cpp";
/** All but what is for the host. */
const chipSources = sources.filter((file) => !/^project\/src\/(host|native)\//.test(file));

function randomSamples(count: number): Int16Array {
  const random = seededRandom("generated");
  return Int16Array.from({ length: count * 6 }, (_, i) =>
    i % 97 === 0
      ? [-32768, 32767][i % 2]!
      : Math.max(-32768, Math.min(32767, Math.round(random.normal() * 6000))),
  );
}

function expectedOutputs(samples: Int16Array): number[] {
  const frontEnd = createFrontEnd(PREPROCESSING, smallGraph().metadata!.inputQuantizer!);
  const out = new Int8Array(6);
  const all: number[] = [];
  for (let i = 0; i < samples.length; i += 6) {
    frontEnd.push(samples.subarray(i, i + 6), out);
    all.push(...out);
  }
  return all;
}

describe("with clang as WebAssembly", () => {
  it.each(Object.entries(TARGETS))("every source compiles without a warning for %s", async (_what, flags) => {
    expect(chipSources.length).toBeGreaterThan(15);
    await clang(["-fsyntax-only", ...flags, ...INCLUDES, ...chipSources], workspace(project));
  });

  it("says in words that an Arduino core has no TFLite Micro", async () => {
    const files = new Map([...workspace(project)].filter(([file]) => !file.startsWith("stubs/tensorflow")));
    const compiled = clang(
      ["-c", ...TARGETS["Arduino's core"], ...INCLUDES, "project/src/engine.cpp"],
      files,
    );
    await expect(compiled).rejects.toThrow("This Arduino core has no TFLite Micro");
  });

  it("the generated front end gives the bytes of the host's, and the labels are the labels", async () => {
    const tree = await clang(
      [
        "-O1",
        ...INCLUDES,
        "-nostartfiles",
        "-Wl,--no-entry",
        "-Wl,--export=__wasm_call_ctors",
        "native/front-end-of-project.cpp",
        "-o",
        "a.wasm",
      ],
      workspace(project),
    );
    const instance = new WebAssembly.Instance(new WebAssembly.Module(tree["a.wasm"] as Uint8Array));
    const cpp = instance.exports as unknown as {
      readonly memory: WebAssembly.Memory;
      __wasm_call_ctors(): void;
      counts_at(): number;
      outputs_at(): number;
      label_at(index: number): number;
      push(): void;
    };
    cpp.__wasm_call_ctors();
    const samples = randomSamples(5000);
    const got: number[] = [];
    for (let i = 0; i < samples.length; i += 6) {
      new Int16Array(cpp.memory.buffer, cpp.counts_at(), 6).set(samples.subarray(i, i + 6));
      cpp.push();
      got.push(...new Int8Array(cpp.memory.buffer, cpp.outputs_at(), 6));
    }
    expect(got).toEqual(expectedOutputs(samples));
    const labels = PREPROCESSING.labels.map((_, i) => {
      const bytes = new Uint8Array(cpp.memory.buffer, cpp.label_at(i));
      return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
    });
    expect(labels).toEqual(PREPROCESSING.labels);
  });
});

const GXX = process.env["CXX"] ?? "g++";
const hasGxx = spawnSync(GXX, ["--version"]).status === 0;

describe.skipIf(!hasGxx)(`with the system's ${GXX}${hasGxx ? "" : ": NOT RUN, it is not here"}`, () => {
  let folder = "";

  function place(files: ReadonlyMap<string, string | Uint8Array>): void {
    for (const [file, content] of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
  }
  function gxx(...args: readonly string[]): void {
    const result = spawnSync(GXX, ["-std=c++17", ...WARNINGS, ...INCLUDES, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(result.stderr).toBe("");
    expect(result.status).toBe(0);
  }

  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-"));
    place(workspace(project));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(Object.entries(TARGETS))("every source compiles without a warning for %s", (_what, flags) => {
    gxx("-c", ...flags, ...chipSources);
  });

  it.each(BOARD_IDS)("main.cpp and engine.cpp compile for %s", (id) => {
    place(workspace(smallProject(id)));
    for (const flags of Object.values(TARGETS)) {
      gxx("-c", ...flags, "project/src/main.cpp", "project/src/engine.cpp");
    }
  });

  it("native/main.cpp leaves nothing behind where `pio test` brings its own entry", () => {
    gxx("-c", "-DPIO_UNIT_TESTING", NATIVE_MAIN);
  });

  const SANITIZED = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover"];
  const runs = (program: string): number | null => spawnSync(path.join(folder, program)).status;

  it("the project's own tests pass on the host, and fail where a byte differs", () => {
    place(workspace(project));
    const tests = {
      front: ["project/test/test_front_end/test_main.cpp", "project/test/entry.cpp"],
      network: [
        "project/test/test_network/test_main.cpp",
        "project/test/entry.cpp",
        "native/golden-engine.cpp",
      ],
    };
    for (const [name, files] of Object.entries(tests)) gxx(...SANITIZED, ...files, "-o", name);
    expect([runs("front"), runs("network")]).toEqual([0, 0]);
    gxx(...SANITIZED, "-DONE_BYTE_WRONG", ...tests.network, "-o", "network");
    expect(runs("network")).toBe(2);
    gxx(...SANITIZED, "-DDOES_NOT_BEGIN", ...tests.network, "-o", "network");
    expect(runs("network")).toBe(1);
    const header = project.get("include/golden_windows.h") as string;
    const changed = header.replace(
      /(kGoldenFrontEnd[^}]*\{\s*\{ )(-?\d+)/,
      (_all, head: string, value: string) => `${head}${Number(value) === 0 ? 1 : 0}`,
    );
    expect(changed).not.toBe(header);
    place(new Map([["project/include/golden_windows.h", changed]]));
    gxx(...SANITIZED, ...tests.front, "-o", "front");
    // All three tests of the front end compare with it.
    expect(runs("front")).toBe(3);
    place(workspace(project));
  });

  it("compiles with the compiled engine, and links into a program that gives the interpreter's outputs", () => {
    place(workspace(smallProject("bandx-esp32", "compiled")));
    gxx("-c", "project/src/main.cpp", "project/src/engine.cpp");
    const native = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover"];
    const sources = ["native/network-of-project.cpp", "project/src/host/engine.cpp"];
    const own = ["compiled_engine", "network"].map((file) => `project/src/compiled/${file}.cpp`);
    gxx(...native, ...sources, ...own, "-o", "network");
    const graph = smallGraph();
    const frames = randomFrames(graph, 50, "generated network") as Int8Array[];
    const input = frames.map((frame) => frame.join(" ")).join("\n");
    const result = spawnSync(path.join(folder, "network"), { input, encoding: "utf8" });
    expect(result.stderr).toBe("");
    const lines = result.stdout.trim().split("\n");
    expect(lines).toEqual(interpreted(graph, frames).map((output) => output.join(" ")));
    place(workspace(project));
  });

  it("compiles without filters, and with what a wearer's orientation is told by", () => {
    const wristReference = encodeWristReference([
      [62, -19, -1, 59, -13],
      [-3, -34, 53, 0, -21],
      [-55, -14, 19, -127, 0],
    ]);
    const unfiltered = { ...PREPROCESSING, filters: [], wristReference };
    const generated = generateProject(projectInput("bandx-esp32", unfiltered));
    expect(generated.get("include/band_config.h")).toContain("{ { -55, -14, 19 }, { -127, 0 } },");
    place(workspace(generated));
    gxx("-c", "project/src/main.cpp", "project/src/band.cpp");
    place(workspace(project));
  });

  it.each(["tflm", "compiled"] as const)("compiles with learning, and the %s engine", (engine) => {
    const input = {
      ...projectInput("bandx-esp32"),
      learn: learnInput({ activities: ["new"] }),
      collect: engine === "tflm",
    };
    const size = engine === "compiled" ? compiledSize(input.graph, kernelTarget(input.board)) : null;
    const generated = generateProject({ ...input, engine, compiledSize: size });
    place(workspace(generated));
    const own = [...generated.keys()].filter((file) => /app\/(learn\/.*|band_app)\.cpp$/.test(file));
    expect(own.length).toBe(4);
    for (const flags of Object.values(TARGETS)) {
      gxx(
        "-c",
        ...flags,
        "project/src/main.cpp",
        "project/src/band.cpp",
        ...own.map((file) => `project/${file}`),
      );
    }
    place(workspace(project));
  });

  it("the host program is the front end, under the address and undefined-behaviour sanitizers", () => {
    gxx("-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover", NATIVE_MAIN, "-o", "front-end");
    const samples = randomSamples(2000);
    const lines: string[] = [];
    for (let i = 0; i < samples.length; i += 6) lines.push(samples.subarray(i, i + 6).join(" "));
    const run = (input: string): ReturnType<typeof spawnSync> =>
      spawnSync(path.join(folder, "front-end"), { input, encoding: "utf8" });
    const result = run(`${lines.join("\n")}\n`);
    expect(result.stderr).toBe("");
    expect(String(result.stdout).trim().split(/[\n,]/).map(Number)).toEqual(expectedOutputs(samples));
    expect(run("1 2 3").status).toBe(1);
    expect(run("1 2 3 4 5 70000\n").stderr).toContain("70000 is not a count of 16 bits");
    expect(run("1 2 3 4 5 99999999999999999999\n").stderr).toContain("is not a count of 16 bits");
    expect(run("1,2,3,4,5,x\n").status).toBe(1);
    expect(run("1,2,3,4,5,6,7\n").status).toBe(1);
    expect(run("1; 2, 3 4 5 6").status).toBe(0);
  });
});

describe("the golden project", () => {
  it("is the one that was compiled and run here", () => {
    const golden = readFileSync(
      path.join(REPOSITORY, "test/golden/project-small/include/band_config.h"),
      "utf8",
    );
    expect(project.get("include/band_config.h")).toBe(golden);
  });
});
