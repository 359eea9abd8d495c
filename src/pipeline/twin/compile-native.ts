// The band as a program of this computer, by its own g++ or clang++, with sanitizers if wanted.
import { existsSync, renameSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { canonicalJson, sha256 } from "../../util/hash.ts";
import { twinCompileFailed, twinCompilerMissing } from "../../util/messages.ts";
import { writeWhole } from "../files.ts";
import { twinCacheFolder } from "./cache.ts";
import { CPP_FLAGS } from "./compile-wasm.ts";
import { INCLUDE_FOLDERS, type TwinSources } from "./sources.ts";

const SANITIZE_FLAGS = [
  "-g",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=all",
  "-fno-omit-frame-pointer",
] as const;

export interface NativeOptions {
  /** "g++", "clang++" or a path. */
  readonly compiler: string;
  /** The sources and the program go to a folder of their own in here, by the hash of all that went into it. */
  readonly cacheFolder?: string;
  /** Address and undefined-behaviour sanitizers: the first mistake ends the program. */
  readonly sanitize?: boolean;
}

export interface NativeProgram {
  readonly file: string;
  readonly hash: string;
  readonly wasCached: boolean;
}

/** @throws UserError twin/compile-failed, twin/compiler-missing */
export async function compileNative(sources: TwinSources, options: NativeOptions): Promise<NativeProgram> {
  const { compiler } = options;
  // It is run in another folder, from which a relative path would lead elsewhere.
  const program = path.basename(compiler) === compiler ? compiler : path.resolve(compiler);
  const version = await execa(program, ["--version"], { reject: false });
  if (version.failed) throw twinCompilerMissing(compiler, version.cause);
  const args = [
    ...CPP_FLAGS,
    ...(options.sanitize === true ? SANITIZE_FLAGS : []),
    ...INCLUDE_FOLDERS.map((folder) => `-I${folder}`),
    ...sources.units,
  ];
  const hash = sha256(version.stdout, compiler, canonicalJson([args, [...sources.files].sort()]));
  const folder = path.join(options.cacheFolder ?? twinCacheFolder(), `native-${hash.slice(0, 32)}`);
  const file = path.join(folder, "band");
  if (existsSync(file)) return { file, hash, wasCached: true };
  for (const [name, content] of sources.files) writeWhole(path.join(folder, name), content);
  // Under its name only when it is whole: whoever comes next takes it from here.
  const temporary = `${file}.${process.pid}.tmp`;
  const compiled = await execa(program, [...args, "-o", temporary], { cwd: folder, reject: false });
  if (compiled.failed) throw twinCompileFailed(compiler, compiled.stderr, compiled.cause);
  renameSync(temporary, file);
  return { file, hash, wasCached: false };
}
