// The project's program, compiled and put on the simulated board.
import { Band } from "../../emulate/band.ts";
import type { BandHost } from "../../emulate/host.ts";
import { twinNoEngine } from "../../util/messages.ts";
import { twinCacheFolder } from "./cache.ts";
import { compileNative } from "./compile-native.ts";
import { compileToWasm } from "./compile-wasm.ts";
import { NativeBand } from "./native-band.ts";
import type { TwinProject } from "./project.ts";
import { twinSources } from "./sources.ts";

/** Where every project has the network as C++, if all of its operators have a kernel. */
const HOST_ENGINE = "src/host/engine.cpp";

export interface RunningTwin {
  run(untilSeconds: number): void;
  stop(): void;
  /** Stack that was never used; null where it says nothing of the chip's. */
  freeStackBytes(): number | null;
}

/** @throws UserError twin/… */
export async function startTwin(
  project: TwinProject,
  host: BandHost,
  options: { readonly compiler: string | null; readonly sanitize: boolean },
): Promise<RunningTwin> {
  if (!project.sources.has(HOST_ENGINE)) throw twinNoEngine(project.folder, HOST_ENGINE);
  const sources = twinSources(project.sources);
  const cacheFolder = twinCacheFolder();
  const { compiler, sanitize } = options;
  if (compiler === null) {
    const { module } = await compileToWasm(sources, { cacheFolder, sanitize });
    const band = new Band(module, host);
    return {
      run: (until) => {
        band.run(until);
      },
      stop: () => undefined,
      freeStackBytes: () => band.freeStackBytes(),
    };
  }
  const { file } = await compileNative(sources, { compiler, cacheFolder, sanitize });
  const band = new NativeBand(file, host);
  return {
    run: (until) => {
      band.run(until);
    },
    stop: () => {
      band.close();
    },
    freeStackBytes: () => null,
  };
}
