// What `learn` adds to a project of wristnet: bytes of RAM, and of code and constants in its own sources, by the chips'
// compilers. Usage: npx tsx scripts/learn-costs.ts
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { count, table } from "../src/cli/output.ts";
import { generateProject, type ProjectInput } from "../src/codegen/generate-project.ts";
import { learnStorageBytes } from "../src/codegen/learn-view.ts";
import { splitHead } from "../src/personalize/head.ts";
import { learnSchema } from "../src/spec/band.ts";
import { writeTflite } from "../src/tflite/write.ts";
import { seededRandom } from "../src/util/random.ts";
import { PREPROCESSING, projectInput } from "../test/codegen/small-project.ts";
import { REPOSITORY } from "../test/firmware/support/wasm.ts";
import { randomMetric } from "../test/personalize/examples.ts";
import { modelGraph } from "../test/support/bandx.ts";
import { missingPackages } from "./qemu/machine.ts";
import { LX6, TARGETS, type Target } from "./qemu/targets.ts";

const CLASSES = [6, 18];
const targets = [...TARGETS.filter(({ id }) => id === "rv32"), LX6];
const missing = missingPackages(targets);
if (missing.length > 0) {
  console.error(`Not here: ${missing.join(", ")}.`);
  process.exit(1);
}

const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-learn-"));
try {
  const rows: string[][] = [];
  for (const classes of CLASSES) {
    const labels = Array.from({ length: classes }, (_, k) => `class ${k}`);
    const preprocessing = { ...PREPROCESSING, windowSamples: 60, strideSamples: 30, filters: [], labels };
    const graph = await modelGraph("wristnet", preprocessing);
    const without: ProjectInput = {
      ...projectInput("esp32-s3-devkit", PREPROCESSING),
      graph,
      tflite: writeTflite(graph),
      arenaBytes: 12_000,
    };
    const { head: general } = splitHead(graph);
    const learn = {
      spec: learnSchema.parse({}),
      general,
      metric: randomMetric(seededRandom("costs"), general.features).factor,
    };
    for (const target of targets) {
      const plain = measure(target, `${classes}`, without);
      const taught = measure(target, `${classes}-learn`, { ...without, learn });
      rows.push([
        `${classes} activities, ${target.title}`,
        ...[taught.ram - plain.ram, learnStorageBytes(learn), plain.ram, taught.flash - plain.flash].map(
          count,
        ),
      ]);
    }
  }
  console.log(table([["at -O2", "RAM", "of it storage", "RAM without", "code and constants"], ...rows]));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Bytes of the source that holds the band, where all of its RAM is but the network's, and of those of learning. */
function measure(
  target: Target,
  name: string,
  input: ProjectInput,
): { readonly ram: number; readonly flash: number } {
  const root = path.join(folder, name);
  const tree = generateProject(input);
  for (const [file, content] of tree) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  const sources = [...tree.keys()].filter((file) => /^(src\/band|lib\/.*\/app\/learn\/.*)\.cpp$/.test(file));
  const common = path.join(REPOSITORY, "test/qemu");
  const includes = ["include", "src", "lib/bandsmith/src"].map((one) => `-I${path.join(root, one)}`);
  const run = (program: string, args: readonly string[]): string =>
    execFileSync(target.toolchain + program, args, { encoding: "utf8", cwd: root });
  const sizes = sources.map((source) => {
    const object = `${target.id}-${source.replaceAll("/", "-")}.o`;
    run("g++", [
      ...target.flags,
      ..."-std=c++17 -O2 -ffreestanding -fno-exceptions -fno-rtti -fno-threadsafe-statics".split(" "),
      ...[`-I${common}`, `-I${path.join(common, "libc")}`, ...includes, "-c", source, "-o", object],
    ]);
    const listing = run("size", ["-A", object]);
    const bytesIn = (pattern: RegExp): number =>
      [...listing.matchAll(/^(\.\S+)\s+(\d+)/gm)]
        .filter(([, section]) => pattern.test(section!))
        .reduce((sum, [, , bytes]) => sum + Number(bytes), 0);
    return { ram: bytesIn(/^\.s?(bss|data)/), flash: bytesIn(/^\.(text|literal|s?rodata)/) };
  });
  return {
    ram: sizes.reduce((sum, { ram }) => sum + ram, 0),
    flash: sizes.reduce((sum, { flash }) => sum + flash, 0),
  };
}
