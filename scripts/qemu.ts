// The firmware's integer path on the chips' instruction sets: front end, window ring, network and decision, and every
// operator on random graphs, compiled with Debian's cross compilers, run under QEMU, compared with TypeScript byte by
// byte. A head is fitted to one wearer and run. The graphs and the head also run on an LX6-class core with the kernels for MAC16, where its compiler has been built
// (scripts/toolchain-lx6.sh); it is said where it has not.
// Usage: npm run test:qemu. It prints executed instructions: QEMU has no pipeline and no cache, so no time follows.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { count, table } from "../src/cli/output.ts";
import { countMacs } from "../src/ir/graph.ts";
import { PORTABLE } from "../src/ir/kernel.ts";
import { bandImage } from "./qemu/band-image.ts";
import { headImage } from "./qemu/head-image.ts";
import { kernelsImage } from "./qemu/kernels-image.ts";
import { buildImage, missingPackages, runImage, sizesOf } from "./qemu/machine.ts";
import { LX6, TARGETS } from "./qemu/targets.ts";

const missing = missingPackages(TARGETS);
if (missing.length > 0) {
  console.error(`Not here: ${missing.join(", ")}. On Debian, as root:`);
  console.error(`  apt-get install -y --no-install-recommends ${missing.join(" ")}`);
  process.exit(1);
}

const HEAD_CLASSES = [18, 6];

const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-qemu-"));
try {
  const band = await bandImage(path.join(folder, "band"), place);
  const kernels = kernelsImage(path.join(folder, "kernels"), PORTABLE, place);
  const macs = countMacs(band.graph);
  const rows: (string | number)[][] = [];
  let different = 0;
  for (const target of TARGETS) {
    const lines = runImage(target, buildImage(target, band));
    different += band.differences(lines);
    const outputs = runImage(target, buildImage(target, kernels));
    different += kernels.differences(outputs);
    const { inference, frontEnd } = band.ticks(lines);
    const sizes = sizesOf(target, band.folder, "network.cpp");
    const perInference = Math.round(inference / target.ticksPerInstruction);
    rows.push([
      target.title,
      count(perInference),
      (perInference / macs).toFixed(2),
      (frontEnd / target.ticksPerInstruction).toFixed(0),
      count(sizes.code),
      count(sizes.constants),
      count(sizes.memory),
    ]);
  }
  // The lx106's library has no products of doubles.
  const lx6Missing = missingPackages([LX6]);
  const headTargets = [
    ...TARGETS.filter(({ id }) => id !== "lx106"),
    ...(lx6Missing.length === 0 ? [LX6] : []),
  ];
  const headRows = HEAD_CLASSES.flatMap((classes) => {
    const head = headImage(path.join(folder, `head-${classes}`), classes, place);
    return headTargets.map((target) => {
      const lines = runImage(target, buildImage(target, head));
      different += head.differences(lines);
      const { begin, round, fit } = head.ticks(lines);
      return [
        `${classes} classes, ${target.title}`,
        ...[begin, round, fit].map((ticks) => count(Math.round(ticks / target.ticksPerInstruction))),
      ];
    });
  });
  const machines = TARGETS.length + (lx6Missing.length === 0 ? 1 : 0);
  if (lx6Missing.length === 0) {
    const forMac16 = kernelsImage(path.join(folder, "mac16"), LX6.kernels, place);
    different += forMac16.differences(runImage(LX6, buildImage(LX6, forMac16)));
  }
  const header = [
    "at -O2",
    "instructions an inference",
    "a multiply-accumulate",
    "a sample",
    "code, bytes",
    "constants",
    "memory",
  ];
  console.log(`bandx-cnn, ${count(macs)} multiply-accumulates; executed instructions, not cycles\n`);
  console.log(table([header, ...rows]));
  console.log("\nheads of 144 features fitted to 15 windows of each class; executed instructions\n");
  console.log(table([["at -O2", "to prepare", "a round", "in all"], ...headRows]));
  console.log(
    `\n${band.windows} windows on ${TARGETS.length} instruction sets, and ${kernels.frames} outputs of ${kernels.graphs} ` +
      `random graphs on ${machines}, and the heads on ${headTargets.length}, against TypeScript: ${different} different`,
  );
  console.log(
    lx6Missing.length === 0
      ? `the graphs among them for ${LX6.title}`
      : `left out: ${LX6.title}; not here: ${lx6Missing.join(", ")}`,
  );
  process.exitCode = different === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes files below a folder. */
function place(below: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [file, content] of files) {
    mkdirSync(path.dirname(path.join(below, file)), { recursive: true });
    writeFileSync(path.join(below, file), content);
  }
}
