// The reference interpreter: binds every operator to its memory once, then runs without allocating.
import {
  type Body,
  type Graph,
  inputsOf,
  type Node,
  outputsOf,
  type Subgraph,
  tensorOf,
} from "../ir/graph.ts";
import type { BoundSubgraph, Operand, Outputs } from "../ir/op.ts";
import { allocate, type Tensor, type TensorData } from "../ir/tensor.ts";

export interface Interpreter<D extends TensorData> {
  /** The graph's input memory; fill it, then call run. */
  readonly input: D;
  /** The graph's output memory, overwritten by the next run. */
  readonly output: D;
  run(): void;
  /** The memory of any tensor, for looking at intermediate values after a run. */
  dataOf(name: string): TensorData;
  /** Memory of the internal values of the node at that index (Op.internals), float graphs only. */
  internalsOf(node: number): readonly TensorData[];
}

/** Interprets an int8 graph exactly as TFLite Micro's reference kernels do. */
export function int8Interpreter(graph: Graph): Interpreter<Int8Array> {
  return ofKind(graph, Int8Array);
}

/** Interprets a float graph; sums are in double, results in float32. */
export function floatInterpreter(graph: Graph): Interpreter<Float32Array> {
  return ofKind(graph, Float32Array);
}

function ofKind<D extends TensorData>(graph: Graph, kind: new (length: number) => D): Interpreter<D> {
  const { input, output, ...rest } = createInterpreter(graph);
  if (!(input instanceof kind) || !(output instanceof kind)) {
    throw new Error(`Bug in Bandsmith: ${graph.name} does not have ${kind.name} in and out`);
  }
  return { input, output, ...rest };
}

/** Interprets a graph whose input and output have any types, such as float around an int8 network. */
export function createInterpreter(graph: Graph): Interpreter<TensorData> {
  const body = bindBody(graph, [graph.input]);
  return {
    input: body.dataOf(graph.input),
    output: body.dataOf(graph.output),
    run: body.run,
    dataOf: body.dataOf,
    internalsOf: (node) => body.internals[node]!,
  };
}

interface BoundBody {
  readonly internals: readonly (readonly TensorData[])[];
  readonly dataOf: (name: string) => TensorData;
  readonly run: () => void;
}

function bindBody(body: Body, inputs: readonly string[]): BoundBody {
  const memory = new Map<string, TensorData>();
  const operand = (tensor: Tensor): Operand => {
    let data = tensor.constant ?? memory.get(tensor.name);
    if (data === undefined) {
      data = allocate(tensor);
      memory.set(tensor.name, data);
    }
    return { tensor, data };
  };
  for (const input of inputs) operand(tensorOf(body, input));
  const internals: TensorData[][] = [];
  const steps = body.nodes.map((node) => {
    const tensors = inputsOf(body, node);
    const own = internalsOf(node, tensors);
    internals.push(own);
    const [first, ...rest] = outputsOf(body, node);
    const outputs: Outputs<Operand> = [operand(first), ...rest.map(operand)];
    return bindNode(node, tensors.map(operand), outputs, own);
  });
  return {
    internals,
    run() {
      for (const step of steps) step();
    },
    dataOf: (name) => operand(tensorOf(body, name)).data,
  };
}

function internalsOf(node: Node, inputs: readonly Tensor[]): TensorData[] {
  if (inputs[0]!.dtype !== "float32") return [];
  const shapes = node.op.internals?.(node.attrs, inputs) ?? [];
  return shapes.map((shape) => allocate({ dtype: "float32", shape }));
}

/** By the type of the first input; graphs are validated, so a type without a kernel is a bug. */
function bindNode(
  { op, attrs }: Node,
  inputs: readonly Operand[],
  outputs: Outputs<Operand>,
  internals: readonly TensorData[],
): () => void {
  const context = { subgraph: bindSubgraph, internals };
  const { dtype } = inputs[0]!.tensor;
  if (dtype === "float32") return op.bindFloat(attrs, inputs, outputs, context);
  if (dtype === "int8") return op.bindInt8(attrs, inputs, outputs, context);
  if (op.bindInt32 === undefined)
    throw new Error(`Bug in Bandsmith: ${op.name} does not compute in ${dtype}`);
  return op.bindInt32(attrs, inputs, outputs, context);
}

function bindSubgraph(subgraph: Subgraph): BoundSubgraph {
  const body = bindBody(subgraph, subgraph.inputs);
  return {
    inputs: subgraph.inputs.map(body.dataOf),
    outputs: subgraph.outputs.map(body.dataOf),
    run: body.run,
  };
}
