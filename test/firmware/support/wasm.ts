// Compiles C++ to WebAssembly with @yowasp/clang, warnings as errors, and runs it here.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { commands, type Tree } from "@yowasp/clang";

export const REPOSITORY = path.resolve(import.meta.dirname, "../../..");

export const WARNINGS = [
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wconversion",
  "-Wvla",
  "-fno-exceptions",
  "-fno-rtti",
] as const;

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

/** Nested objects, as the compiler's file system wants them. */
function toTree(files: ReadonlyMap<string, string | Uint8Array>): Tree {
  const root: Tree = {};
  for (const [file, content] of files) {
    const parts = file.split("/");
    const name = parts.pop()!;
    let folder = root;
    for (const part of parts) folder = (folder[part] ??= {}) as Tree;
    folder[name] = content;
  }
  return root;
}

/**
 * Runs clang++.
 * @throws Error with the compiler's messages
 */
export async function clang(
  args: readonly string[],
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<Tree> {
  let messages = "";
  const decoder = new TextDecoder();
  try {
    const output = await commands["clang++"](["-std=c++17", ...WARNINGS, ...args], toTree(files), {
      fetchProgress: () => undefined,
      stderr: (bytes) => {
        if (bytes !== null) messages += decoder.decode(bytes);
      },
    });
    return output ?? {};
  } catch (error) {
    throw new Error(`clang++ ${args.join(" ")}\n${messages}`, { cause: error });
  }
}

/** Firmware sources and one of test/firmware/native/, linked into a module without a start function. */
export async function linkFirmware(shim: string, sources: readonly string[]): Promise<WebAssembly.Module> {
  const files = new Map(textsBelow("firmware"));
  files.set("shim.cpp", readFileSync(path.join(REPOSITORY, "test/firmware/native", shim), "utf8"));
  const tree = await clang(
    [
      "-O2",
      // Undefined behaviour stops the test.
      "-fsanitize=undefined",
      "-fno-sanitize=vptr",
      "-fsanitize-trap=undefined",
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
