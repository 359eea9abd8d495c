// A project in memory as files.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { FileTree } from "../../src/codegen/file-tree.ts";

/** Below `folder`, over what is there. */
export function writeTree(folder: string, tree: FileTree): void {
  for (const [name, content] of tree) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
