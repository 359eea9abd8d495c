// Head files for a project of the small network, signed as a person's would be.
import { type KeyObject, sign } from "node:crypto";
import type { FileTree } from "../../src/codegen/file-tree.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { type Head, splitHead } from "../../src/personalize/head.ts";
import {
  encodeMessage,
  type HeadFile,
  outputsCrcOf,
  withSignature,
} from "../../src/personalize/head-file.ts";
import { goldenOf } from "../../src/pipeline/head-file-checks.ts";
import { manifestSchema } from "../../src/spec/manifest.ts";
import { sha256 } from "../../src/util/hash.ts";
import { seededRandom } from "../../src/util/random.ts";

/** The network's head with other weights, and classes that it never had. */
export function personalHead(graph: Graph, classes: number): Head {
  const { head } = splitHead(graph);
  const random = seededRandom(`personal ${classes}`);
  return {
    ...head,
    labels: Array.from({ length: classes }, (_, i) => head.labels[i] ?? `Neu ${i}`),
    weights: Int8Array.from({ length: classes * head.features }, () => random.integer(255) - 127),
    biases: Int32Array.from({ length: classes }, () => random.integer(4000) - 2000),
  };
}

export function headFileFor(
  project: FileTree,
  head: Head,
  sequence: number,
  key: KeyObject,
  changes: Partial<HeadFile> = {},
): Uint8Array {
  const { goldenFeatures } = manifestSchema.parse(JSON.parse(project.get("bandsmith.json") as string)).head!;
  const message = encodeMessage({
    head,
    sequence,
    modelHash: new Uint8Array(Buffer.from(sha256(project.get("model.tflite") as Uint8Array), "hex")),
    orientation: 0,
    outputsCrc: outputsCrcOf(head, goldenOf(goldenFeatures)),
    madeHere: false,
    ...changes,
  });
  return withSignature(message, new Uint8Array(sign(null, message, key)));
}
