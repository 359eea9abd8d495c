// Which of a generated project's files make the band on a computer.
import type { FileTree } from "../../codegen/file-tree.ts";

/** What needs the chip or its libraries. */
const CHIP_ONLY = [/^src\/main\.cpp$/, /^src\/engine\.cpp$/, /^src\/(esp32|tflm|native)\//];

export const INCLUDE_FOLDERS = ["include", "src", "lib/bandsmith/src"] as const;

export interface TwinSources {
  /** Path within the project to content: sources and headers. */
  readonly files: ReadonlyMap<string, string>;
  /** Those of them that are compiled, sorted. */
  readonly units: readonly string[];
}

/** All C++ of the project but what is for the chip alone. */
export function twinSources(tree: FileTree): TwinSources {
  const files = new Map<string, string>();
  for (const [path, content] of tree) {
    const isSource =
      /\.(cpp|h|inc)$/.test(path) && INCLUDE_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
    if (!isSource || CHIP_ONLY.some((pattern) => pattern.test(path))) continue;
    files.set(path, typeof content === "string" ? content : new TextDecoder().decode(content));
  }
  return { files, units: [...files.keys()].filter((path) => path.endsWith(".cpp")).sort() };
}
