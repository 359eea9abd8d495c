// Every runtime that `verify --against` knows, by its id there and in runtimes/run_model.py.
import { unknownRuntime } from "../../util/messages.ts";
import { litert } from "./litert.ts";
import type { Runtime } from "./runtime.ts";
import { tflm } from "./tflm.ts";

export const RUNTIMES = { tflm, litert } satisfies Readonly<Record<string, Runtime>>;
export type RuntimeId = keyof typeof RUNTIMES;

/**
 * "tflm,litert" as ids, each once.
 * @throws UserError runtime/unknown
 */
export function runtimeIds(text: string): RuntimeId[] {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names)]
    .filter((name) => name !== "")
    .map((name) => {
      if (!Object.hasOwn(RUNTIMES, name)) throw unknownRuntime(name, Object.keys(RUNTIMES));
      return name as RuntimeId;
    });
}
