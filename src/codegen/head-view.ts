// include/head_config.h: what a head of the wearer's must fit, and who may send one.
import { int8Interpreter } from "../interpret/interpreter.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { byteLength } from "../ir/tensor.ts";
import { headFeatures } from "../plan/head-features.ts";
import type { HeadManifest } from "../spec/manifest.ts";
import { invariant } from "../util/errors.ts";
import { sha256 } from "../util/hash.ts";
import { byteLines, floatLiteral } from "./cpp.ts";
import type { View } from "./template.ts";

/** What the network's last layer reads in each window; null where it cannot be exchanged. */
function goldenFeatures(graph: Graph, windows: readonly Int8Array[]): Int8Array[] | null {
  const name = headFeatures(graph);
  if (name === null) return null;
  const interpreter = int8Interpreter(graph);
  return windows.map((window) => {
    interpreter.input.set(window);
    interpreter.run();
    return Int8Array.from(interpreter.dataOf(name));
  });
}

/** @param publicKey 32 bytes, or null where nobody may send a head */
export function headView(
  graph: Graph,
  tflite: Uint8Array,
  windows: readonly Int8Array[],
  publicKey: Uint8Array | null,
): View {
  const name = headFeatures(graph);
  const features = goldenFeatures(graph, windows) ?? [];
  const tensor = name === null ? null : tensorOf(graph, name);
  const quant = tensor?.quant ?? { kind: "perTensor", scale: 1, zeroPoint: 0 };
  invariant(quant.kind === "perTensor", "features have one scale");
  return {
    modelHash: byteLines(Buffer.from(sha256(tflite), "hex")),
    hasKey: publicKey !== null,
    publicKey: publicKey === null ? [] : byteLines(publicKey),
    isExchangeable: tensor !== null,
    features: tensor === null ? 0 : byteLength(tensor),
    inputScale: floatLiteral(quant.scale),
    inputZeroPoint: quant.zeroPoint,
    goldenCount: features.length,
    goldenFeatures: features.map((values) => ({ values: Array.from(values).join(", ") })),
  };
}

/** The same for whoever makes heads, and for the twin. */
export function headManifest(
  graph: Graph,
  windows: readonly Int8Array[],
  publicKey: Uint8Array | null,
): HeadManifest | null {
  const features = goldenFeatures(graph, windows);
  if (features === null) return null;
  return {
    publicKey: publicKey === null ? null : Buffer.from(publicKey).toString("hex"),
    goldenFeatures: features.map((values) => Buffer.from(values).toString("base64")),
  };
}
