// `bandsmith compile`: the folder builds with its own Makefile and passes its own test, which fails where a weight is not
// the model's; it holds what it needs and no more, and appears whole.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { COMPILE_TARGETS, type CompileOptions, compileFile } from "../../src/pipeline/compile-file.ts";
import { REPOSITORY } from "./support/wasm.ts";

const STRICT = "-O2 -Wall -Wextra -Wpedantic -Werror -Wconversion -Wvla -Wshadow -fno-exceptions -fno-rtti";
const hasTools = ["make", process.env["CXX"] ?? "g++"].every(
  (tool) => spawnSync(tool, ["--version"]).status === 0,
);

const golden = (name: string): string => path.join(REPOSITORY, "test/golden/tflm", `${name}.tflite`);

function temporary(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), "bandsmith-library-"));
  onTestFinished(() => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

function compileInto(folder: string, name: string, changes: Partial<CompileOptions> = {}): string {
  const output = changes.output ?? path.join(folder, "out");
  const defaults = { target: "portable", name: "model", seed: undefined, vectors: 6, force: false } as const;
  compileFile({ file: golden(name), ...defaults, ...changes, output });
  return output;
}

function makeTest(folder: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("make", ["-s", "test", `CXXFLAGS=${STRICT}`], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

const contents = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file), readFileSync(file, "utf8")]),
  );

describe.runIf(hasTools)("a compiled model under make", () => {
  // Names of the test's own, and of a file of its own.
  it.each(["vectors", "Vector", "isRight", "kVectors", "test_vectors"])("may be called %s", (name) => {
    const { status, said } = makeTest(compileInto(temporary(), "gather-1", { name }));
    expect(said).toContain("6 vectors, 0 wrong");
    expect(status).toBe(0);
  });

  it.each([
    ["convolutional-nets-1", "portable"],
    ["convolutional-nets-1", "esp32"],
    ["recurrent-nets-0", "esp32c3"],
    ["while-0", "portable"],
    ["quantize-0", "portable"],
    ["dequantize-0", "portable"],
    ["gather-1", "portable"],
  ] as const)("%s for %s passes its own test", (name, target) => {
    const folder = compileInto(temporary(), name, { target, name: "net" });
    expect(makeTest(folder)).toEqual({ status: 0, said: "6 vectors, 0 wrong\n" });
  });

  it.each(COMPILE_TARGETS)("a changed weight fails the test, for %s", (target) => {
    const folder = compileInto(temporary(), "convolutional-nets-1", { target });
    const source = path.join(folder, "model.cpp");
    const text = readFileSync(source, "utf8");
    const changed = text.replace(
      /(Weights\[\d+\] = \{\s+)(-?\d+)/,
      (_all, before: string, weight: string) => before + String(Number(weight) < 0 ? 100 : -100),
    );
    expect(changed).not.toBe(text);
    writeFileSync(source, changed);
    const { status, said } = makeTest(folder);
    expect(status).not.toBe(0);
    expect(said).toMatch(/vector \d+: the output differs\n/);
  });
});

describe("the folder of a compiled model", () => {
  it("has the kernels that it calls, all that they include, and no others", () => {
    const files = contents(compileInto(temporary(), "while-0"));
    const included = new Set(
      [...files.values()].flatMap((text) =>
        [...text.matchAll(/#include "(bandsmith\/.+)"/g)].map(([, file]) => file),
      ),
    );
    const kernels = [...files.keys()].filter((file) => file.startsWith("bandsmith/"));
    expect(kernels).toContain("bandsmith/nn/look_up.h");
    // Its GATHER picks the step's row, which is read where it lies.
    expect(kernels).not.toContain("bandsmith/nn/gather.h");
    expect([...included].sort()).toEqual(kernels);
    expect(files.get("LICENSE")).toContain("Apache License");
  });

  it("says sizes, scales and operators, and bears the name that was asked for", () => {
    const files = contents(compileInto(temporary(), "while-0", { name: "gait" }));
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(["gait.cpp", "gait.h", "test/gait_test.cpp", "Makefile", "README.md"]),
    );
    expect(files.get("gait.h")).toContain("namespace gait {");
    const readme = files.get("README.md")!;
    expect(readme).toMatch(/\| input \| int8 \[.+\] \| \d+ \| [\d.]+ \| -?\d+ \|/);
    expect(readme).toMatch(/\| RAM \(the static arena\) \| [1-9]\d* \|/);
    expect(readme).toContain("| WHILE | 1 |");
  });

  it("is the same for the same model and seed, and another for another seed", () => {
    const folder = temporary();
    const first = contents(compileInto(folder, "while-0"));
    expect(contents(compileInto(folder, "while-0", { output: path.join(folder, "again") }))).toEqual(first);
    const other = contents(compileInto(folder, "while-0", { output: path.join(folder, "other"), seed: 2 }));
    expect(other.get("model.cpp")).toBe(first.get("model.cpp"));
    expect(other.get("test/test_vectors.h")).not.toBe(first.get("test/test_vectors.h"));
  });

  it("is written again where this command made it; what a person has edited stays, unless forced", () => {
    const folder = temporary();
    const output = compileInto(folder, "while-0");
    const readme = path.join(output, "README.md");
    writeFileSync(readme, "mine");
    const options = { file: golden("while-0"), output, target: "portable", name: "model" } as const;
    const again = { ...options, seed: undefined, vectors: 6 };
    expect(compileFile({ ...again, force: false })).toMatchObject({ written: 0, kept: ["README.md"] });
    expect(readFileSync(readme, "utf8")).toBe("mine");
    expect(compileFile({ ...again, force: true })).toMatchObject({ written: 1, kept: [] });
    expect(readFileSync(readme, "utf8")).toContain("in C++");
  });

  it("leaves nothing beside it, whole or half", () => {
    const folder = temporary();
    compileInto(folder, "while-0");
    expect(readdirSync(folder)).toEqual(["out"]);
    expect(() => compileInto(folder, "while-0", { output: path.join(folder, "new"), name: "int" })).toThrow();
    expect(readdirSync(folder)).toEqual(["out"]);
  });
});

describe("a compiled model", () => {
  it.each(["features", "string", "printf", "NULL", "math", "std"])("may not be called %s", (name) => {
    expect(() => compileInto(temporary(), "gather-1", { name })).toThrow(/cannot be a C\+\+ namespace/);
  });

  it("goes into an empty folder by a link, and by the name of a dot", () => {
    const folder = temporary();
    mkdirSync(path.join(folder, "empty"));
    symlinkSync("empty", path.join(folder, "link"));
    compileInto(folder, "gather-1", { output: path.join(folder, "link") });
    expect(readdirSync(path.join(folder, "empty"))).toContain("model.cpp");
    mkdirSync(path.join(folder, "here"));
    compileInto(folder, "gather-1", { output: path.join(folder, "here/.") });
    expect(readdirSync(path.join(folder, "here"))).toContain("model.cpp");
  });
});
