// Graphs as the C++ that a project gets for them, many in one translation unit, each in a namespace of its own.
import { networkView } from "../../../src/codegen/compiled-engine.ts";
import { render } from "../../../src/codegen/template.ts";
import { createInterpreter } from "../../../src/interpret/interpreter.ts";
import { type Graph, tensorOf } from "../../../src/ir/graph.ts";
import { type KernelTarget, PORTABLE } from "../../../src/ir/kernel.ts";
import { byteLength, type TensorData } from "../../../src/ir/tensor.ts";
import { TRAP_FLAGS } from "../../../src/pipeline/twin/clang.ts";
import { clang, textsBelow } from "./wasm.ts";

const TEMPLATES = textsBelow("templates/src/compiled");

/** Every graph as n<index>.h and n<index>.cpp, and networks.h: all of them, and a table of their functions. */
export function networkSources(
  graphs: readonly Graph[],
  target: KernelTarget = PORTABLE,
): Map<string, string> {
  const files = new Map<string, string>();
  graphs.forEach((graph, i) => {
    const network = networkView(graph, { namespace: `n${i}`, header: `n${i}.h` }, target);
    for (const kind of ["h", "cpp"]) {
      const template = `network.${kind}.hbs`;
      const view = { tool: "test", model: { hash: "test" }, network };
      files.set(`n${i}.${kind}`, render(TEMPLATES.get(template)!, view, template));
    }
  });
  const bytes = (end: "input" | "output"): number =>
    Math.max(...graphs.map((graph) => byteLength(tensorOf(graph, graph[end]))));
  files.set(
    "networks.h",
    `#pragma once
${graphs.map((_, i) => `#include "n${i}.cpp"`).join("\n")}
struct Network {
  void (*run)(const int8_t*, int8_t*);
  size_t inputBytes;
  size_t outputBytes;
};
constexpr Network kNetworks[] = {
${graphs.map((_, i) => `    {n${i}::runNetwork, n${i}::kInputBytes, n${i}::kOutputBytes},`).join("\n")}
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
EXPORT(run) void run(size_t index) { kNetworks[index].run(input, output); }
`;

export interface CompiledNetworks {
  /** One inference of a graph in C++. */
  readonly run: (index: number, input: Int8Array) => Int8Array;
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
    run(index: number): void;
  };
  return {
    run(index, input) {
      const graph = graphs[index]!;
      new Int8Array(cpp.memory.buffer, cpp.input_at(), input.length).set(input);
      cpp.run(index);
      const length = byteLength(tensorOf(graph, graph.output));
      return new Int8Array(cpp.memory.buffer, cpp.output_at(), length).slice();
    },
  };
}

/** The interpreter's outputs for those inputs. */
export function interpreted(graph: Graph, frames: readonly TensorData[]): TensorData[] {
  const interpreter = createInterpreter(graph);
  return frames.map((frame) => {
    interpreter.input.set(frame);
    interpreter.run();
    return interpreter.output.slice();
  });
}
