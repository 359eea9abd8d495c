// Builds an image for an emulated machine, runs it, and measures its parts.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { REPOSITORY, WARNINGS } from "../../test/firmware/support/wasm.ts";
import type { Target } from "./targets.ts";

/** A run that takes longer hangs. */
const TIMEOUT_MS = 120_000;

/** Debian packages whose programs are not here. */
export function missingPackages(targets: readonly Target[]): string[] {
  const missing = targets.flatMap(({ toolchain, emulator, packages: [compiler, machine] }) => [
    ...(isThere(`${toolchain}g++`) ? [] : [compiler!]),
    ...(isThere(emulator) ? [] : [machine!]),
  ]);
  return [...new Set(missing)].sort();
}

function isThere(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}

/** What its compiler calls itself, such as "riscv64-unknown-elf-g++ () 12.2.0". */
export function compilerVersion(target: Target): string {
  const [first] = tool(target, "g++", ["--version"]).split("\n");
  return first!.replace(/^\S*\//, "");
}

export interface Image {
  /** Folder of the sources; objects and image are put there. */
  readonly folder: string;
  readonly sources: readonly string[];
  readonly includes: readonly string[];
  /** For its own sources. */
  readonly flags: readonly string[];
}

/** Compiles and links; returns the image's path. @throws Error with the compiler's messages */
export function buildImage(target: Target, { folder, sources, includes, flags }: Image): string {
  const machine = path.join(REPOSITORY, "test/qemu", target.id);
  const common = path.join(machine, "..");
  const own = target.sources.map((file) => path.join(machine, file));
  const objects = [...own, path.join(common, "libc/string.cpp"), ...sources].map((source) => {
    const object = path.join(folder, `${target.id}-${path.basename(source)}.o`);
    tool(target, "g++", [
      ...target.flags,
      ...(source.endsWith(".S") ? [] : ["-std=c++17", ...flags, ...WARNINGS]),
      "-ffreestanding",
      "-fno-threadsafe-statics",
      "-fno-tree-loop-distribute-patterns",
      "-ffunction-sections",
      ...[common, path.join(common, "libc"), ...includes].map((include) => `-I${include}`),
      "-c",
      source,
      "-o",
      object,
    ]);
    return object;
  });
  const image = path.join(folder, `${target.id}.elf`);
  const script = path.join(machine, "link.ld");
  tool(target, "g++", [
    ...target.flags,
    ..."-nostdlib -nostartfiles -Wl,--gc-sections -Wl,--no-warn-rwx-segments -T".split(" "),
    script,
    ...objects,
    "-lgcc",
    "-o",
    image,
  ]);
  return image;
}

function tool(target: Target, program: string, args: readonly string[]): string {
  const result = spawnSync(target.toolchain + program, args, { encoding: "utf8" });
  if (result.status !== 0)
    throw new Error(`${target.toolchain}${program} ${args.join(" ")}\n${result.stderr}`);
  return result.stdout;
}

/** What the image prints, line by line. @throws Error where it fails or hangs */
export function runImage(target: Target, image: string): string[] {
  const args = ["-nographic", "-monitor", "none", ...target.run(image)];
  const result = spawnSync(target.emulator, args, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A stopped QEMU ends with 0, too.
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    throw new Error(`${target.emulator} ended with ${result.status}:\n${result.stdout}\n${result.stderr}`);
  }
  return result.stdout.trim().split("\n");
}

/** Bytes of a source's object: code, constants, and memory that is written. */
export interface Sizes {
  readonly code: number;
  readonly constants: number;
  readonly memory: number;
}

export function sizesOf(target: Target, folder: string, source: string): Sizes {
  const listing = tool(target, "size", ["-A", path.join(folder, `${target.id}-${source}.o`)]);
  const bytesIn = (pattern: RegExp): number =>
    [...listing.matchAll(/^(\.\S+)\s+(\d+)/gm)]
      .filter(([, section]) => pattern.test(section!))
      .reduce((sum, [, , bytes]) => sum + Number(bytes), 0);
  return {
    code: bytesIn(/^\.(text|literal)/),
    constants: bytesIn(/^\.s?rodata/),
    memory: bytesIn(/^\.s?(bss|data)/),
  };
}
