// The firmware's integer path on the chips' instruction sets: front end, window ring, network and decision, and every
// kernel on random graphs, compiled with Debian's cross compilers, run under QEMU, compared with TypeScript byte by byte.
// Usage: npm run test:qemu. It prints executed instructions: QEMU has no pipeline and no cache, so no time follows.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { count, table } from "../src/cli/output.ts";
import { countMacs } from "../src/ir/graph.ts";
import { bandImage } from "./qemu/band-image.ts";
import { kernelsImage } from "./qemu/kernels-image.ts";
import { buildImage, missingPackages, runImage, sizesOf } from "./qemu/machine.ts";
import { TARGETS } from "./qemu/targets.ts";

const missing = missingPackages(TARGETS);
if (missing.length > 0) {
  console.error(`Not here: ${missing.join(", ")}. On Debian, as root:`);
  console.error(`  apt-get install -y --no-install-recommends ${missing.join(" ")}`);
  process.exit(1);
}

const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-qemu-"));
try {
  const band = await bandImage(path.join(folder, "band"), place);
  const kernels = kernelsImage(path.join(folder, "kernels"), place);
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
  console.log(
    `\n${band.windows} windows and ${kernels.frames} outputs of ${kernels.graphs} random graphs on ${TARGETS.length} ` +
      `instruction sets against TypeScript: ${different} different`,
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
