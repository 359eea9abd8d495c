// Any int8 .tflite as a folder of C++ of its own: read, refused or generated, and written whole.
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { checkLibraryName, generateLibrary, type LibraryResources } from "../codegen/library.ts";
import { MANIFEST_FILE, readManifest } from "../codegen/project-diff.ts";
import { testVectors } from "../codegen/test-vectors.ts";
import { tensorOf } from "../ir/graph.ts";
import { type KernelTarget, PORTABLE } from "../ir/kernel.ts";
import { printTensor } from "../ir/print.ts";
import { kernelTarget } from "../spec/board.ts";
import { MCU_IDS, MCUS, type McuId } from "../spec/mcu.ts";
import { sha256 } from "../util/hash.ts";
import { fileUnwritable, folderIsProject, folderNotEmpty } from "../util/messages.ts";
import { readIfThere } from "./files.ts";
import { readModelFile } from "./inspect.ts";
import { checkCount, seedOrDefault } from "./option-values.ts";
import { type ProjectChanges, writeProject } from "./project.ts";
import { PACKAGE_ROOT, readFolder, TOOL_VERSION } from "./resources.ts";

export const COMPILE_TARGETS = ["portable", ...MCU_IDS] as const;
export type CompileTarget = (typeof COMPILE_TARGETS)[number];

export const DEFAULT_VECTORS = 16;

export interface CompileOptions {
  readonly file: string;
  /** The folder to write. */
  readonly output: string;
  readonly target: CompileTarget;
  /** Of the namespace, the header and the source. */
  readonly name: string;
  readonly seed: number | undefined;
  /** Inputs of the test. */
  readonly vectors: number | undefined;
  /** Write into a folder that holds other files, and over files that a person has edited. */
  readonly force: boolean;
}

export interface CompileResult extends ProjectChanges {
  readonly folder: string;
  readonly name: string;
  readonly target: CompileTarget;
  readonly input: string;
  readonly output: string;
  /** Of the static arena. */
  readonly arenaBytes: number;
  /** Of the tables in flash. */
  readonly constantBytes: number;
  readonly vectors: number;
}

/**
 * @throws UserError file/…, tflite/corrupt, compile/bad-name, compile/no-kernel, compile/not-empty, cli/bad-count,
 * cli/bad-seed
 */
export function compileFile(options: CompileOptions): CompileResult {
  // 1. What was asked for.
  const { file, output, target, name } = options;
  checkLibraryName(name);
  checkCount("--vectors", options.vectors);
  const seed = seedOrDefault(options.seed);
  const count = options.vectors ?? DEFAULT_VECTORS;
  checkFolder(output, options.force);
  // 2. The model.
  const { graph, bytes } = readModelFile(file);
  // 3. The folder's files.
  const { tree, arenaBytes, constantBytes } = generateLibrary({
    graph,
    file: path.basename(file),
    hash: sha256(bytes),
    name,
    ...targetOf(target),
    vectors: () => testVectors(graph, count, seed),
    vectorsTitle: `the ends of the input's range, then random values, seed ${seed}`,
    resources: resources(),
    toolVersion: TOOL_VERSION,
  });
  // 4. On disk, whole or not at all.
  const changes = writeFolder(output, tree, options.force);
  return {
    folder: output,
    name,
    target,
    input: printTensor(tensorOf(graph, graph.input)),
    output: printTensor(tensorOf(graph, graph.output)),
    arenaBytes,
    constantBytes,
    vectors: count,
    ...changes,
  };
}

function targetOf(target: CompileTarget): { readonly target: KernelTarget; readonly targetTitle: string } {
  if (target === "portable") return { target: PORTABLE, targetTitle: "any chip" };
  const mcu: McuId = target;
  return { target: kernelTarget({ mcu }), targetTitle: `the ${MCUS[mcu].title}; it runs on any chip` };
}

function resources(): LibraryResources {
  return {
    library: readFolder("library"),
    network: readFolder("templates/src/compiled"),
    firmware: readFolder("firmware"),
    licence: readFileSync(path.join(PACKAGE_ROOT, "LICENSE"), "utf8"),
  };
}

/** Files that tell a compiled model from the project of a band, of which the same kind of account is kept. */
const LIBRARY_FILE = "test/test_vectors.h";
const PROJECT_FILE = "bandsmith.json";

/** Nothing there, an empty folder, or one that this command has made, unless a person insists; never a band's project. */
function checkFolder(folder: string, force: boolean): void {
  const shown = shownPath(folder);
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw fileUnwritable(shown, { code: "ENOTDIR" });
  const names = readdirSync(folder);
  const manifest = readManifest(readIfThere(path.join(folder, MANIFEST_FILE))?.toString("utf8") ?? null);
  // Files of the last time that are not made any more are taken away: a project's would be.
  if (manifest.has(PROJECT_FILE)) throw folderIsProject(shown);
  const isOurs = manifest.has(LIBRARY_FILE);
  if (names.length > 0 && !isOurs && !force) throw folderNotEmpty(shown);
}

function shownPath(folder: string): string {
  return path.relative(process.cwd(), path.resolve(folder)) || folder;
}

/** A new folder appears in one step; in one that is there, each file is written whole. */
function writeFolder(
  folder: string,
  tree: Parameters<typeof writeProject>[1],
  force: boolean,
): ProjectChanges {
  if (existsSync(folder) && readdirSync(folder).length > 0) return writeProject(folder, tree, force);
  // The folder itself, where a link leads to it; its own parent, where it is named ".".
  const place = existsSync(folder) ? realpathSync(folder) : path.resolve(folder);
  const temporary = `${place}.${process.pid}.tmp`;
  try {
    const changes = writeProject(temporary, tree, force);
    if (existsSync(place)) rmdirSync(place);
    renameSync(temporary, place);
    return changes;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const { cause } = error as Error;
    throw fileUnwritable(shownPath(folder), cause ?? error);
  }
}
