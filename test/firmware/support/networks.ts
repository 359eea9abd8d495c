// Graphs as the C++ that a project gets for them, many in one translation unit, each in a namespace of its own.
import { networkView } from "../../../src/codegen/compiled-engine.ts";
import { render } from "../../../src/codegen/template.ts";
import { createInterpreter } from "../../../src/interpret/interpreter.ts";
import { type Graph, tensorOf } from "../../../src/ir/graph.ts";
import { type KernelTarget, PORTABLE } from "../../../src/ir/kernel.ts";
import { allocate, byteLength, type TensorData } from "../../../src/ir/tensor.ts";
import { TRAP_FLAGS } from "../../../src/pipeline/twin/clang.ts";
import { headFeatures } from "../../../src/plan/head-features.ts";
import { clang, textsBelow } from "./wasm.ts";

const TEMPLATES = textsBelow("templates/src/compiled");

/** One graph's header and source, in a namespace and with a header of that name. */
export function networkTexts(
  graph: Graph,
  namespace: string,
  target: KernelTarget = PORTABLE,
): Readonly<Record<"h" | "cpp", string>> {
  const network = networkView(
    graph,
    { namespace, header: `${namespace}.h`, remake: "", tellsFeatures: true },
    target,
  );
  const view = { tool: "test", model: { hash: "test" }, network };
  const text = (template: string): string => render(TEMPLATES.get(template)!, view, template);
  return { h: text("network.h.hbs"), cpp: text("network.cpp.hbs") };
}

/** Every graph as n<index>.h and n<index>.cpp, and networks.h: all of them, and a table of their functions. */
export function networkSources(
  graphs: readonly Graph[],
  target: KernelTarget = PORTABLE,
): Map<string, string> {
  const files = new Map<string, string>();
  graphs.forEach((graph, i) => {
    const { h, cpp } = networkTexts(graph, `n${i}`, target);
    files.set(`n${i}.h`, h).set(`n${i}.cpp`, cpp);
  });
  const bytes = (end: "input" | "output"): number =>
    Math.max(...graphs.map((graph) => byteLength(tensorOf(graph, graph[end]))));
  files.set(
    "networks.h",
    `#pragma once
${graphs.map((_, i) => `#include "n${i}.cpp"`).join("\n")}
struct Network {
  bool (*run)(const int8_t*, int8_t*);
  const int8_t* (*features)();
  size_t inputBytes;
  size_t outputBytes;
};
constexpr Network kNetworks[] = {
${graphs.map((_, i) => `    {n${i}::runNetwork, n${i}::networkFeatures, n${i}::kInputBytes, n${i}::kOutputBytes},`).join("\n")}
};
constexpr size_t kNetworkCount = ${graphs.length};
constexpr size_t kLargestInput = ${bytes("input")};
constexpr size_t kLargestOutput = ${bytes("output")};
`,
  );
  return files;
}

const MAIN = `#include "networks.h"
namespace {
int8_t input[kLargestInput];
int8_t output[kLargestOutput];
}
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))
EXPORT(input_at) int8_t* inputAt() { return input; }
EXPORT(output_at) int8_t* outputAt() { return output; }
EXPORT(run) bool run(size_t index) { return kNetworks[index].run(input, output); }
EXPORT(features_at) const int8_t* featuresAt(size_t index) { return kNetworks[index].features(); }
`;

export interface CompiledNetworks {
  /** One inference of a graph in C++, in and out in the graph's own types; null where it has no answer. */
  readonly run: (index: number, input: TensorData) => TensorData | null;
  /** What a head reads of the last inference; null where a network has no features. */
  readonly features: (index: number) => Int8Array | null;
}

/** Compiles them to WebAssembly; undefined behaviour stops the test. */
export async function compileNetworks(
  graphs: readonly Graph[],
  target: KernelTarget = PORTABLE,
): Promise<CompiledNetworks> {
  const firmware = [...textsBelow("firmware")].filter(([file]) => file.startsWith("bandsmith/nn/"));
  const files = new Map([...firmware, ...networkSources(graphs, target), ["main.cpp", MAIN] as const]);
  const tree = await clang(
    [
      "-O1",
      // Or the compiler would work on a copy of a kernel for every layer.
      "-fno-inline",
      ...TRAP_FLAGS,
      "-I.",
      "-nostartfiles",
      "-Wl,--no-entry",
      "main.cpp",
      "-o",
      "a.wasm",
    ],
    files,
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(tree["a.wasm"] as Uint8Array));
  const cpp = instance.exports as unknown as {
    readonly memory: WebAssembly.Memory;
    input_at(): number;
    output_at(): number;
    run(index: number): number;
    features_at(index: number): number;
  };
  return {
    run(index, input) {
      const graph = graphs[index]!;
      new Uint8Array(cpp.memory.buffer, cpp.input_at(), input.byteLength).set(bytesOf(input));
      if (cpp.run(index) === 0) return null;
      const output = allocate(tensorOf(graph, graph.output));
      bytesOf(output).set(new Uint8Array(cpp.memory.buffer, cpp.output_at(), output.byteLength));
      return output;
    },
    features(index) {
      const graph = graphs[index]!;
      const name = headFeatures(graph);
      const at = cpp.features_at(index);
      if ((name === null) !== (at === 0))
        throw new Error("C++ and plan disagree on whether there are features");
      return name === null
        ? null
        : new Int8Array(cpp.memory.buffer, at, byteLength(tensorOf(graph, name))).slice();
    },
  };
}

function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The interpreter's values of a tensor for those inputs. */
export function interpretedTensor(graph: Graph, name: string, frames: readonly TensorData[]): TensorData[] {
  const interpreter = createInterpreter(graph);
  return frames.map((frame) => {
    interpreter.input.set(frame);
    interpreter.run();
    return interpreter.dataOf(name).slice();
  });
}

/** The interpreter's outputs for those inputs. */
export function interpreted(graph: Graph, frames: readonly TensorData[]): TensorData[] {
  return interpretedTensor(graph, graph.output, frames);
}
