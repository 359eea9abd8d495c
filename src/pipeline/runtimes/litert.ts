// LiteRT with XNNPACK, which rounds once where TFLite Micro rounds twice: it must decide alike, not be equal.
import type { Runtime } from "./runtime.ts";

export const litert: Runtime = {
  title: "LiteRT",
  module: "ai_edge_litert",
  package: "ai-edge-litert",
  // docs/verify.md has the measurements: up to 6.2 % of the windows, and up to 0.5 points of accuracy.
  rule: { kind: "agreement", mostOtherClass: 0.1, mostAccuracyLost: 0.02 },
  because: "XNNPACK rounds once where TFLite Micro rounds twice, so its values may differ",
};
