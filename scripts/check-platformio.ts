// Does PlatformIO take the platformio.ini of every board's project, without an option that it does not know?
// Usage: npm run check:platformio [-- --pio PIO | --python PYTHON]   (PyPI's platformio; parsing needs no network)
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { BOARD_IDS, smallProject } from "../test/codegen/small-project.ts";

const options = await yargs(hideBin(process.argv))
  .option("pio", { type: "string", default: "pio", describe: "A PlatformIO on the path, or a path" })
  .option("python", { type: "string", describe: "A Python that has platformio, instead" })
  .strict()
  .parseAsync();

const [program, before] =
  options.python === undefined ? [options.pio, []] : [options.python, ["-m", "platformio"]];

/** What a section says: PlatformIO prints lists of pairs. */
type Sections = [section: string, options: [name: string, value: unknown][]][];

function pio(folder: string, ...args: readonly string[]): string {
  const result = spawnSync(program, [...before, ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 120_000,
  });
  if (result.error !== undefined || result.status !== 0) {
    throw new Error(`${program} ${args.join(" ")}: ${result.error?.message ?? result.stderr}`);
  }
  return result.stdout;
}

function place(id: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "bandsmith-platformio-"));
  for (const [file, content] of smallProject(id)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}

/** The file with the lines of [chip] in place of each `extends = chip`. */
function withoutExtends(text: string): string {
  const shared = /^\[chip\]\n(.*?)^\[/ms.exec(text)?.[1];
  if (shared === undefined || !text.includes("extends = chip\n")) throw new Error("there is no [chip]");
  return text.replaceAll("extends = chip\n", shared);
}

/** What PlatformIO must have understood, whatever the text looks like. */
function checkSections(sections: Sections, id: string): string[] {
  const problems: string[] = [];
  const expected: [section: string, option: string, value: unknown][] = [
    ["platformio", "default_envs", [id]],
    [`env:${id}`, "framework", ["espidf"]],
    [`env:${id}`, "platform", "espressif32@6.13.0"],
    [`env:${id}`, "board_build.partitions", "partitions.csv"],
    [`env:${id}-arduino`, "framework", ["arduino"]],
    [`env:${id}-arduino`, "board_build.partitions", "partitions.csv"],
    ["env:native", "platform", "native"],
  ];
  for (const [section, option, value] of expected) {
    const found = sections.find(([name]) => name === section)?.[1].find(([name]) => name === option)?.[1];
    if (JSON.stringify(found) !== JSON.stringify(value)) {
      problems.push(`[${section}] ${option} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`);
    }
  }
  return problems;
}

console.log(pio(".", "--version").trim());
let failed = 0;
for (const id of BOARD_IDS) {
  const folder = place(id);
  try {
    const sections = JSON.parse(pio(folder, "project", "config", "--json-output")) as Sections;
    // Lint knows the options of environments only: those of [chip] are put where they are meant. It exits with 0
    // whatever it finds, and prints errors and warnings as Python does.
    const ini = path.join(folder, "platformio.ini");
    writeFileSync(ini, withoutExtends(readFileSync(ini, "utf8")));
    const lint = pio(folder, "project", "config", "--lint", "--json-output").trim();
    const problems = checkSections(sections, id);
    if (lint !== "{'errors': [], 'warnings': []}") problems.push(lint);
    for (const problem of problems) console.error(`${id}: ${problem}`);
    if (problems.length === 0) console.log(`ok  ${id}: ${sections.length} sections`);
    failed += problems.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed === 0 ? 0 : 1;
