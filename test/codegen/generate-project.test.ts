// The generated tree: golden, deterministic, and refused where it could not work.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { FileContent, FileTree } from "../../src/codegen/file-tree.ts";
import { generateProject, projectView } from "../../src/codegen/generate-project.ts";
import { checkTemplate, TemplateError, type View } from "../../src/codegen/template.ts";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import type { AnyOp } from "../../src/ir/op.ts";
import { REPOSITORY, textsBelow } from "../firmware/support/wasm.ts";
import { BOARD_IDS, learnInput, PREPROCESSING, projectInput, smallProject } from "./small-project.ts";

const GOLDEN_BOARD = "bandx-esp32";

const tree = smallProject(GOLDEN_BOARD);
const compiledTree = smallProject(GOLDEN_BOARD, "compiled");
/** The verbatim firmware is no golden: it stands in firmware/ already. */
const firmware = new Set(
  [...textsBelow("firmware").keys()].map((file) =>
    /^(bandsmith|third_party)\//.test(file) ? `lib/bandsmith/src/${file}` : `src/${file}`,
  ),
);
const generatedIn = (project: FileTree): [string, FileContent][] =>
  [...project].filter(([file]) => !firmware.has(file));
const generated = generatedIn(tree);
const learningTree = generateProject({
  ...projectInput(GOLDEN_BOARD),
  learn: learnInput({ activities: ['Neu "1"'] }),
});

function text(file: string): string {
  const content = tree.get(file);
  if (typeof content !== "string") throw new Error(`no text ${file}`);
  return content;
}

describe("generateProject", () => {
  it.each([
    ["project-small", generated],
    // Only what the engine changes: the rest is the same.
    [
      "project-small-compiled",
      generatedIn(compiledTree).filter(([file, content]) => tree.get(file) !== content),
    ],
    // Only what learning changes.
    [
      "project-small-learning",
      generatedIn(learningTree).filter(
        ([file, content]) => typeof content === "string" && tree.get(file) !== content,
      ),
    ],
  ] as const)("gives the golden tree %s (UPDATE_GOLDEN=1 writes it anew)", (name, files) => {
    const golden = path.join(REPOSITORY, "test/golden", name);
    if (process.env["UPDATE_GOLDEN"] === "1") {
      rmSync(golden, { recursive: true, force: true });
      for (const [file, content] of files) {
        mkdirSync(path.dirname(path.join(golden, file)), { recursive: true });
        writeFileSync(path.join(golden, file), content);
      }
    }
    expect(existsSync(golden)).toBe(true);
    const there = readdirSync(golden, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(golden, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"),
      );
    expect(there.sort()).toEqual(files.map(([file]) => file).sort());
    for (const [file, content] of files) {
      const held = readFileSync(path.join(golden, file));
      expect(typeof content === "string" ? content : Buffer.from(content), file).toEqual(
        typeof content === "string" ? held.toString("utf8") : held,
      );
    }
  });

  it("gives the same bytes for the same input", () => {
    expect([...smallProject(GOLDEN_BOARD)]).toEqual([...tree]);
  });

  it("says the tool and the model in every generated file, and never a date or a path", () => {
    const hash = /model ([0-9a-f]{16})/.exec(text("platformio.ini"))![1]!;
    for (const [file, content] of generated) {
      if (/\.(gitignore|json|tflite|bin)$/.test(file)) continue;
      expect(content, file).toContain(`Bandsmith 0.0.0-test`);
      expect(content, file).toContain(hash);
      expect(content, file).not.toContain(REPOSITORY);
      expect(content, file).not.toMatch(/20\d\d-\d\d-\d\d/);
    }
  });

  it("carries the hand-written firmware to the letter", () => {
    const sources = textsBelow("firmware");
    expect(text("lib/bandsmith/src/bandsmith/nn/frontend.h")).toBe(sources.get("bandsmith/nn/frontend.h"));
    expect(text("src/esp32/esp_i2c_bus.cpp")).toBe(sources.get("esp32/esp_i2c_bus.cpp"));
    // And the model's file, and what fits heads to it.
    expect(learningTree.size).toBe(sources.size + textsBelow("templates").size + 2);
    const learns = [...sources.keys()].filter((file) => file.startsWith("bandsmith/app/learn/"));
    expect(learns.length).toBeGreaterThan(5);
    expect(tree.size).toBe(learningTree.size - learns.length - 2);
    expect([...tree.keys()].filter((file) => file.includes("/learn"))).toEqual([
      "lib/bandsmith/src/bandsmith/app/learning.h",
    ]);
  });

  it("leaves TFLite Micro and the .tflite file out of a compiled project, and keeps the model's hash", () => {
    const gone = [...tree.keys()].filter((file) => !compiledTree.has(file));
    expect(gone).toEqual([
      "src/idf_component.yml",
      "src/model.cpp",
      "src/tflm/feature_keeper.cpp",
      "src/tflm/feature_keeper.h",
      "src/tflm/tflm_engine.cpp",
      "src/tflm/tflm_engine.h",
      "src/tflm/tflm_present.h",
    ]);
    const hash = /kHash\[\] = "([0-9a-f]{16})"/;
    expect(hash.exec(compiledTree.get("src/model.h") as string)![1]).toBe(hash.exec(text("src/model.h"))![1]);
    for (const [file, content] of compiledTree) {
      if (file.startsWith("src/") || file === "platformio.ini") expect(content, file).not.toMatch(/tflite/i);
    }
  });

  it("says in the README that a host's engine is missing, where an operator has no kernel", () => {
    const input = projectInput(GOLDEN_BOARD);
    const { graph } = input;
    const [first, ...rest] = graph.nodes;
    const op = Object.fromEntries(
      Object.entries(first!.op).filter(([member]) => member !== "emit"),
    ) as unknown as AnyOp;
    const project = generateProject({ ...input, graph: { ...graph, nodes: [{ ...first!, op }, ...rest] } });
    expect(project.get("README.md")).toContain("no kernel in C++ for CONV_2D.");
    expect([...project.keys()].filter((file) => /compiled|host\/engine/.test(file))).toEqual([]);
  });

  it("registers exactly the operators in use", () => {
    const added = [...text("src/engine.cpp").matchAll(/resolver\.(\w+)\(.*\) ==/g)].map((match) => match[1]);
    expect(added).toEqual(["AddAveragePool2D", "AddConv2D", "AddFullyConnected", "AddSoftmax"]);
    expect(text("src/engine.cpp")).toContain("MicroMutableOpResolver<4>");
  });

  it("carries the model's bytes", () => {
    const body = /kData\[kBytes\] = \{([^}]*)\}/.exec(text("src/model.cpp"))![1]!;
    const bytes = Uint8Array.from(body.match(/0x[0-9A-F]{2}/g)!, Number);
    expect(bytes).toEqual(projectInput(GOLDEN_BOARD).tflite);
  });

  it.each(BOARD_IDS)("generates for %s", (id) => {
    const project = smallProject(id);
    const ini = project.get("platformio.ini") as string;
    expect(ini).toContain("platform = espressif32@6.13.0");
    expect(ini).toContain(`[env:${id}]`);
    expect(project.get("include/board_config.h")).toContain("kSdaPin");
  });

  it("refuses a model that is too large for the board's flash or RAM, with figures", () => {
    const input = projectInput(GOLDEN_BOARD);
    expect(() => generateProject({ ...input, arenaBytes: 200_000 })).toThrow(
      /too large for the board bandx-esp32's RAM: tensor arena 200000 B .* the budget is 120000 B/,
    );
    expect(() => generateProject({ ...input, tflite: new Uint8Array(2_000_000) })).toThrow(
      /too large for the board bandx-esp32's flash: model 2000000 B/,
    );
    const size = { ramBytes: 5_000, constantBytes: 10_000, codeBytes: 20_000 };
    const compiled = { ...input, engine: "compiled", tflite: new Uint8Array(2_000_000) } as const;
    // The file itself is not on the band.
    generateProject({ ...compiled, compiledSize: size });
    expect(() => generateProject({ ...compiled, compiledSize: { ...size, ramBytes: 100_000 } })).toThrow(
      /bandx-esp32's RAM: the network's memory 100000 B .* the budget is 120000 B/,
    );
    expect(() =>
      generateProject({ ...compiled, compiledSize: { ...size, constantBytes: 2_000_000 } }),
    ).toThrow(/bandx-esp32's flash: constants and kernels \(estimated\) 2020000 B/);
  });

  it.each([
    [30, /30 Hz.*divides 1000 Hz/],
    [3000, /3000 Hz/],
    [3, /3 Hz/],
  ])("refuses a rate of %d Hz, which the sensor cannot do", (sampleRateHz, message) => {
    const input = projectInput(GOLDEN_BOARD, { ...PREPROCESSING, sampleRateHz });
    expect(() => generateProject(input)).toThrow(message);
  });

  it.each([
    [20, 49, 5],
    [50, 19, 4],
    [100, 9, 3],
    [1000, 0, 1],
    [4, 249, 6],
    [31.25, 31, 5],
  ])("gives the sensor at %d Hz the divider %d and the low-pass %d", (sampleRateHz, divider, lowPass) => {
    const view = projectView(projectInput(GOLDEN_BOARD, { ...PREPROCESSING, sampleRateHz }));
    const { sensor } = view["config"] as { readonly sensor: View };
    expect(sensor).toMatchObject({ sampleRateDivider: divider, lowPass });
  });

  it("carries given windows with the interpreter's outputs, and random ones where none are given", () => {
    const input = projectInput(GOLDEN_BOARD);
    const window = Int8Array.from({ length: PREPROCESSING.windowSamples * 6 }, (_, i) => (i * 7) % 256);
    const interpreter = int8Interpreter(input.graph);
    interpreter.input.set(window);
    interpreter.run();
    const header = generateProject({ ...input, goldenWindows: [window] }).get("include/golden_windows.h");
    expect(header).toContain("kGoldenCount = 1;");
    expect(header).toContain(`${Array.from(window.subarray(0, 24)).join(", ")},\n`);
    expect(header).toContain(`{ ${Array.from(interpreter.output).join(", ")} },\n`);
    expect(text("include/golden_windows.h")).toContain("kGoldenCount = 4;");
    expect(() => generateProject({ ...input, goldenWindows: [] })).toThrow("1 to 16 golden windows");
    expect(() => generateProject({ ...input, goldenWindows: [window.subarray(1)] })).toThrow("an input of");
  });

  it("generates without filters, too", () => {
    const project = generateProject(projectInput(GOLDEN_BOARD, { ...PREPROCESSING, filters: [] }));
    expect(project.get("include/band_config.h")).toContain("nullptr");
  });
});

describe("templates", () => {
  const view: View = { name: "x", yes: true, list: [{ a: 1 }, { a: 2 }], inner: { deep: "y" } };
  const check = (template: string): void => {
    checkTemplate(template, view, "t.hbs");
  };

  it("may print, repeat and choose", () => {
    check("{{name}} {{inner.deep}} {{#each list}}{{a}} {{../name}}{{/each}}{{#if yes}}a{{else}}b{{/if}}");
  });

  it.each([
    ["an unknown path", "a\n{{nmae}}", "t.hbs:2: the view has no nmae"],
    ["an unknown path in an {{#if}}, where Handlebars is silent", "{{#if missing}}{{/if}}", "no missing"],
    ["an unknown path in an {{#each}}", "{{#each missing}}{{/each}}", "no missing"],
    ["an unknown path below a known one", "{{inner.shallow}}", "no inner.shallow"],
    ["an unknown path in an item", "{{#each list}}{{b}}{{/each}}", "no b"],
    ["an unknown path in an {{else}}", "{{#if yes}}{{else}}{{b}}{{/if}}", "no b"],
    ["what every object inherits", "{{constructor}}", "no constructor"],
    ["a path above the view", "{{../name}}", "leaves the view"],
    ["a helper block", "{{#unless yes}}{{/unless}}", "{{#unless}} is not allowed"],
    ["{{#with}}", "{{#with inner}}{{deep}}{{/with}}", "{{#with}} is not allowed"],
    ["a helper call", "{{lookup list 0}}", "helpers are not allowed"],
    ["a subexpression", "{{#if (lookup list 0)}}{{/if}}", "only paths are allowed"],
    ["a partial", "{{> part}}", "PartialStatement is not allowed"],
    ["unescaped output", "{{{name}}}", "{{{ }}} is not allowed"],
    ["a loop variable", "{{#each list}}{{@index}}{{/each}}", "@index is not allowed"],
    ["an object printed", "{{inner}}", "only text"],
    ["a choice by text", "{{#if name}}{{/if}}", "wants a boolean"],
    ["a loop over text", "{{#each name}}{{/each}}", "wants a list"],
  ])("may not have %s", (_what, template, message) => {
    expect(() => {
      check(template);
    }).toThrow(TemplateError);
    expect(() => {
      check(template);
    }).toThrow(message);
  });
});
