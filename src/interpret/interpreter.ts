// The reference interpreter: binds every operator to its memory once, then runs without allocating.
import { type Graph, inputsOf, tensorOf } from "../ir/graph.ts";
import type { Operand } from "../ir/op.ts";
import { allocate, type Tensor, type TensorData } from "../ir/tensor.ts";

export interface Interpreter<D extends Float32Array | Int8Array> {
  /** The graph's input memory; fill it, then call run. */
  readonly input: D;
  /** The graph's output memory, overwritten by the next run. */
  readonly output: D;
  run(): void;
  /** The memory of any tensor, for looking at intermediate values after a run. */
  dataOf(name: string): TensorData;
}

/** Interprets an int8 graph exactly as TFLite Micro's reference kernels do. */
export function int8Interpreter(graph: Graph): Interpreter<Int8Array> {
  return bind(graph, "bindInt8", Int8Array);
}

/** Interprets a float graph; sums are in double, results in float32. */
export function floatInterpreter(graph: Graph): Interpreter<Float32Array> {
  return bind(graph, "bindFloat", Float32Array);
}

function bind<D extends Float32Array | Int8Array>(
  graph: Graph,
  method: "bindInt8" | "bindFloat",
  kind: new (length: number) => D,
): Interpreter<D> {
  const memory = new Map<string, TensorData>();
  const operand = (tensor: Tensor): Operand => {
    let data = tensor.constant ?? memory.get(tensor.name);
    if (data === undefined) {
      data = allocate(tensor);
      memory.set(tensor.name, data);
    }
    return { tensor, data };
  };
  const input = operand(tensorOf(graph, graph.input)).data;
  const steps = graph.nodes.map((node) => {
    const inputs = inputsOf(graph, node).map(operand);
    return node.op[method](node.attrs, inputs, operand(tensorOf(graph, node.output)));
  });
  const output = operand(tensorOf(graph, graph.output)).data;
  if (!(input instanceof kind) || !(output instanceof kind)) {
    throw new Error(`Bug in Bandsmith: ${graph.name} does not have ${kind.name} in and out`);
  }
  return {
    input,
    output,
    run() {
      for (const step of steps) step();
    },
    dataOf: (name) => operand(tensorOf(graph, name)).data,
  };
}
