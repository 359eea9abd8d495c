// Chooses and starts a TensorFlow.js backend.
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { TrainSpec } from "../spec/band.ts";
import { trainBackendMissing } from "../util/messages.ts";
import type { TensorOps } from "./ops.ts";

export interface Backend {
  readonly name: "wasm" | "cpu" | "node";
  readonly ops: TensorOps;
}

/** Optional: its install downloads a library. A variable, so that the compiler does not look for its types. */
const NODE_PACKAGE: string = "@tensorflow/tfjs-node";

type Opener = () => Promise<TensorOps>;

const OPENERS: { readonly [K in Backend["name"]]: Opener } = {
  async wasm() {
    const { setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const { fusedOps, registerFusedKernels } = await import("./fused-ops.ts");
    // The package's own files, so that nothing is downloaded.
    const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(dirname(entry) + sep);
    // One thread: sums then have one order, and the same seed gives the same bytes.
    setThreadsCount(1);
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    const listeners = keepListeners();
    const started = await tf.setBackend("wasm");
    listeners.restore();
    if (!started) throw new Error("WebAssembly did not start");
    registerFusedKernels();
    return fusedOps;
  },
  async cpu() {
    await import("@tensorflow/tfjs-backend-cpu");
    if (!(await tf.setBackend("cpu"))) throw new Error("the cpu backend did not start");
    const { fusedOps, registerFusedKernels } = await import("./fused-ops.ts");
    registerFusedKernels();
    return fusedOps;
  },
  async node() {
    await import(NODE_PACKAGE);
    if (!(await tf.setBackend("tensorflow"))) throw new Error("the node backend did not start");
    return (await import("./plain-ops.ts")).plainOps;
  },
};

/** The backend's loader leaves process listeners that print its whole source when anything fails later. */
function keepListeners(): { restore(): void } {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as "exit")));
  return {
    restore() {
      events.forEach((event, i) => {
        for (const listener of process.listeners(event as "exit")) {
          if (!before[i]!.has(listener)) process.removeListener(event, listener);
        }
      });
    },
  };
}

/**
 * Makes a backend TensorFlow.js's current one. "auto" is WebAssembly: it is always there, it is fast on nets of a few
 * thousand parameters, and its sums have one order, so that a seed gives the same bytes on every machine; the node
 * backend's depend on the machine's vector unit and thread count.
 * @throws UserError train/backend-missing
 */
export async function openBackend(requested: TrainSpec["backend"]): Promise<Backend> {
  const name = requested === "auto" ? "wasm" : requested;
  // Without this TensorFlow.js checks every array for NaN and prints advertisements.
  tf.env().set("PROD", true);
  try {
    return { name, ops: await OPENERS[name]() };
  } catch (cause) {
    throw trainBackendMissing(name, cause);
  }
}
