// The clang that the package brings, as WebAssembly: files in, files out, nothing on disk.
import type { Tree } from "@yowasp/clang";
import { twinCompileFailed, twinCompilerMissing } from "../../util/messages.ts";

/** What all of the firmware's C++ keeps to (docs/firmware.md). */
export const CPP_RULES = [
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wconversion",
  "-Wvla",
  "-fno-exceptions",
  "-fno-rtti",
] as const;

/** Undefined behaviour traps. */
export const TRAP_FLAGS = [
  "-fsanitize=undefined",
  "-fno-sanitize=vptr",
  "-fsanitize-trap=undefined",
] as const;

/**
 * Runs clang++.
 * @param files path, with "/", to content
 * @returns what it has written
 * @throws UserError twin/compile-failed, with the compiler's messages; twin/compiler-missing
 */
export async function clang(
  args: readonly string[],
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<Tree> {
  // 100 MB: loaded only when something has to be compiled.
  const { commands, runLLVM } = await import("@yowasp/clang").catch((error: unknown) => {
    throw twinCompilerMissing("@yowasp/clang", error);
  });
  // Its first run says on the console how it loads, unless loading is asked for by itself.
  await runLLVM(undefined, undefined, { fetchProgress: () => undefined });
  let messages = "";
  const decoder = new TextDecoder();
  try {
    const output = await commands["clang++"]([...args], toTree(files), {
      stderr: (bytes) => {
        if (bytes !== null) messages += decoder.decode(bytes, { stream: true });
      },
    });
    return output ?? {};
  } catch (error) {
    throw twinCompileFailed("@yowasp/clang", messages, error);
  }
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
