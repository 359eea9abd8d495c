// One graph as a test image that prints its outputs and what they cost: whole inferences, or layer by layer.
import path from "node:path";
import { networkView } from "../../src/codegen/compiled-engine.ts";
import { numberLines } from "../../src/codegen/cpp.ts";
import { render, type View } from "../../src/codegen/template.ts";
import type { Graph } from "../../src/ir/graph.ts";
import type { KernelTarget } from "../../src/ir/kernel.ts";
import { REPOSITORY, textsBelow } from "../../test/firmware/support/wasm.ts";
import type { Image } from "./machine.ts";

const TEMPLATES = textsBelow("templates/src/compiled");

/** Sources of the image; `marked`, a call after each layer reads the counter, which costs some instructions. */
export function networkFiles(
  graph: Graph,
  frames: readonly Int8Array[],
  marked: boolean,
  target: KernelTarget,
): Map<string, string> {
  const plain = networkView(graph, { namespace: "net", header: "network.h", remake: "" }, target);
  const network = marked ? withMarks(plain) : plain;
  const rendered = ["h", "cpp"].map((kind) => {
    const template = `network.${kind}.hbs`;
    const text = render(
      TEMPLATES.get(template)!,
      { tool: "bench", model: { hash: "bench" }, network },
      template,
    );
    return [
      `network.${kind}`,
      marked ? text.replace("#pragma once", "#pragma once\nvoid mark();") : text,
    ] as const;
  });
  const header = `#pragma once
#include <stdint.h>
constexpr int32_t kFrames = ${frames.length};
constexpr int32_t kMarks = ${graph.nodes.length + 2};
alignas(4) constexpr int8_t kInputs[] = {
${numberLines(frames.flatMap((frame) => [...frame])).join("\n")}
};
`;
  return new Map([...rendered, ["frames.h", header] as const]);
}

function withMarks(network: View): View {
  const mark = { text: "mark();" };
  const layers = network["layers"] as readonly (View & { readonly calls: readonly View[] })[];
  return {
    ...network,
    layers: layers.map((layer, i) => ({
      ...layer,
      // Between the first two there is nothing: what a mark itself costs.
      calls: [...(i === 0 ? [mark, mark] : []), ...layer.calls, mark],
    })),
  };
}

export function networkImage(folder: string, flags: readonly string[]): Image {
  return {
    folder,
    sources: [path.join(REPOSITORY, "test/qemu/inference.cpp"), path.join(folder, "network.cpp")],
    includes: [folder, path.join(REPOSITORY, "firmware")],
    flags,
  };
}

/** What the image printed. */
export interface NetworkRun {
  /** In hexadecimal. */
  readonly outputs: readonly string[];
  /** Ticks of each inference, and of each layer in the last one. */
  readonly inferences: readonly number[];
  readonly layers: readonly number[];
}

/** @throws Error where a number is not whole: an output that was cut off must not become a small figure. */
export function networkRun(lines: readonly string[]): NetworkRun {
  const words = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const numbers = (name: string): number[] =>
    words(name).map((word) => {
      if (!/^[0-9a-f]{8}$/.test(word)) throw new Error(`"${name} ${word}" was cut off: 8 digits expected`);
      return Number.parseInt(word, 16);
    });
  const [mark = 0, ...layers] = numbers("layer");
  return {
    outputs: words("output"),
    inferences: numbers("inference"),
    layers: layers.map((ticks) => ticks - mark),
  };
}
