// The band as WebAssembly, by the compiler that the package brings: no tool need be installed.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { STACK_BYTES } from "../../emulate/band.ts";
import { invariant } from "../../util/errors.ts";
import { canonicalJson, sha256 } from "../../util/hash.ts";
import { readIfThere, writeWhole } from "../files.ts";
import { twinCacheFolder } from "./cache.ts";
import { CPP_RULES, clang, TRAP_FLAGS } from "./clang.ts";
import { INCLUDE_FOLDERS, type TwinSources } from "./sources.ts";

/** As the firmware's own tests have them (docs/firmware.md). */
export const CPP_FLAGS = ["-std=c++17", "-O2", ...CPP_RULES] as const;

const LINK_FLAGS = [
  "-nostartfiles",
  "-Wl,--no-entry",
  // Without this the linker takes each export for a program of its own and constructs the statics at every call.
  "-Wl,--export=__wasm_call_ctors",
  "-Wl,--export-if-defined=__stack_low",
  "-Wl,--export-if-defined=__stack_high",
  // At address 0, so that a stack that runs over traps instead of eating the statics.
  "-Wl,--stack-first",
  `-Wl,-z,stack-size=${STACK_BYTES}`,
] as const;

export interface WasmOptions {
  /** Where compiled modules are kept, by the hash of all that went into them; null keeps none. */
  readonly cacheFolder?: string | null;
  /** Undefined behaviour stops the band: about twice as slow. */
  readonly sanitize?: boolean;
}

export interface CompiledBand {
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
  readonly hash: string;
  readonly wasCached: boolean;
}

/** Names all that goes into a module: the compiler, its arguments, the sources. */
export function wasmKey(sources: TwinSources, options: Pick<WasmOptions, "sanitize"> = {}): string {
  return sha256(
    compilerVersion(),
    canonicalJson([wasmArguments(sources, options), [...sources.files].sort()]),
  );
}

function wasmArguments({ units }: TwinSources, { sanitize }: Pick<WasmOptions, "sanitize">): string[] {
  return [
    ...CPP_FLAGS,
    // Which the twin reports as a crash.
    ...(sanitize === true ? TRAP_FLAGS : []),
    ...INCLUDE_FOLDERS.map((folder) => `-I${folder}`),
    ...LINK_FLAGS,
    ...units,
    "-o",
    "band.wasm",
  ];
}

/** @throws UserError twin/compile-failed, twin/compiler-missing */
export async function compileToWasm(sources: TwinSources, options: WasmOptions): Promise<CompiledBand> {
  const hash = wasmKey(sources, options);
  const { cacheFolder = twinCacheFolder() } = options;
  const file = cacheFolder === null ? null : path.join(cacheFolder, `band-${hash.slice(0, 32)}.wasm`);
  const cached = file === null ? null : readIfThere(file);
  if (cached !== null)
    return { bytes: cached, module: new WebAssembly.Module(cached), hash, wasCached: true };
  const bytes = (await clang(wasmArguments(sources, options), sources.files))["band.wasm"];
  invariant(bytes instanceof Uint8Array, "the linker has written band.wasm");
  if (file !== null) writeWhole(file, bytes);
  return { bytes, module: new WebAssembly.Module(bytes), hash, wasCached: false };
}

/** Of the package, without loading it. */
function compilerVersion(): string {
  const bundle = fileURLToPath(import.meta.resolve("@yowasp/clang"));
  const packageFile = path.join(path.dirname(bundle), "..", "package.json");
  return (JSON.parse(readFileSync(packageFile, "utf8")) as { version: string }).version;
}
