// Compiles C++ to WebAssembly with @yowasp/clang, warnings as errors, and runs it here.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Tree } from "@yowasp/clang";
import { CPP_RULES, clang as runClang, TRAP_FLAGS } from "../../../src/pipeline/twin/clang.ts";

export { CPP_RULES as WARNINGS };

export const REPOSITORY = path.resolve(import.meta.dirname, "../../..");

/** Every file below a folder of the repository: path relative to the folder to text. */
export function textsBelow(folder: string): Map<string, string> {
  const root = path.join(REPOSITORY, folder);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(
    files.map((file) => [path.relative(root, file).replaceAll(path.sep, "/"), readFileSync(file, "utf8")]),
  );
}

/**
 * Runs clang++ by the rules of the firmware.
 * @throws UserError with the compiler's messages
 */
export function clang(
  args: readonly string[],
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<Tree> {
  return runClang(["-std=c++17", ...CPP_RULES, ...args], files);
}

/** Firmware sources and one of test/firmware/native/, linked into a module without a start function. */
export async function linkFirmware(shim: string, sources: readonly string[]): Promise<WebAssembly.Module> {
  const files = new Map(textsBelow("firmware"));
  files.set("shim.cpp", readFileSync(path.join(REPOSITORY, "test/firmware/native", shim), "utf8"));
  const tree = await clang(
    [
      "-O2",
      // Undefined behaviour stops the test.
      ...TRAP_FLAGS,
      "-I.",
      "-nostartfiles",
      "-Wl,--no-entry",
      // Without this the linker takes each export for a program of its own and constructs the statics at every call.
      "-Wl,--export=__wasm_call_ctors",
      "-Wl,--allow-undefined",
      "shim.cpp",
      ...sources,
      "-o",
      "a.wasm",
    ],
    files,
  );
  return new WebAssembly.Module(tree["a.wasm"] as Uint8Array);
}
