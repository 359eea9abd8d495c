// What ships with the package: boards, models, templates and firmware sources.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The package's own folder, from src/pipeline as from dist/pipeline. */
export const PACKAGE_ROOT = path.resolve(import.meta.dirname, "../..");

export const TOOL_VERSION = (
  JSON.parse(readFileSync(path.join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string }
).version;

/** Every text file below a folder of the package: path relative to the folder, with "/", to text. */
export function readFolder(folder: string): Map<string, string> {
  const root = path.join(PACKAGE_ROOT, folder);
  if (!existsSync(root)) return new Map();
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(
    paths.map((file) => [path.relative(root, file).replaceAll(path.sep, "/"), readFileSync(file, "utf8")]),
  );
}

/** The ids of one-file resources, such as boards/<id>.json. */
export function idsIn(folder: string, suffix: string): string[] {
  return [...readFolder(folder).keys()]
    .filter((name) => name.endsWith(suffix) && !name.includes("/"))
    .map((name) => name.slice(0, -suffix.length));
}
