// The reference interpreter: binds every operator to its memory once, then runs without allocating.
import {
  type Body,
  type Graph,
  inputsOf,
  type Node,
  outputsOf,
  type Subgraph,
  subgraphPrefix,
  tensorOf,
} from "../ir/graph.ts";
import type { BindContext, BoundSubgraph, Operand, Outputs } from "../ir/op.ts";
import { allocate, type Tensor, type TensorData } from "../ir/tensor.ts";

export interface Interpreter<D extends TensorData> {
  /** The graph's input memory; fill it, then call run. */
  readonly input: D;
  /** The graph's output memory, overwritten by the next run. */
  readonly output: D;
  run(): void;
  /** The memory of any tensor, for looking at intermediate values after a run. */
  dataOf(name: string): TensorData;
}

/** The memory of a graph, or of a subgraph that an operator runs. */
export interface BodyMemory {
  readonly body: Body;
  readonly dataOf: (name: string) => TensorData;
  /** Internal values (Op.internals) of each node. */
  readonly internals: readonly (readonly TensorData[])[];
}

/** Called after each run of the graph (prefix "") and of each of its subgraphs (prefix as of bodiesOf). */
export type OnRun = (prefix: string, memory: BodyMemory) => void;

/** Interprets an int8 graph exactly as TFLite Micro's reference kernels do. */
export function int8Interpreter(graph: Graph): Interpreter<Int8Array> {
  return ofKind(graph, Int8Array);
}

/** Interprets a float graph; sums are in double, results in float32. */
export function floatInterpreter(graph: Graph, onRun?: OnRun): Interpreter<Float32Array> {
  return ofKind(graph, Float32Array, onRun);
}

function ofKind<D extends TensorData>(
  graph: Graph,
  kind: new (length: number) => D,
  onRun?: OnRun,
): Interpreter<D> {
  const { input, output, ...rest } = createInterpreter(graph, onRun);
  if (!(input instanceof kind) || !(output instanceof kind)) {
    throw new Error(`Bug in Bandsmith: ${graph.name} does not have ${kind.name} in and out`);
  }
  return { input, output, ...rest };
}

/** Interprets a graph whose input and output have any types, such as float around an int8 network. */
export function createInterpreter(graph: Graph, onRun: OnRun = () => undefined): Interpreter<TensorData> {
  const { dataOf, run } = bindBody(graph, [graph.input], "", onRun);
  return { input: dataOf(graph.input), output: dataOf(graph.output), run, dataOf };
}

interface BoundBody extends BodyMemory {
  readonly run: () => void;
}

function bindBody(body: Body, inputs: readonly string[], prefix: string, onRun: OnRun): BoundBody {
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
    const own = allocateInternals(node, tensors);
    internals.push(own);
    const [first, ...rest] = outputsOf(body, node);
    const outputs: Outputs<Operand> = [operand(first), ...rest.map(operand)];
    const subgraphs = node.op.subgraphs?.(node.attrs) ?? [];
    const subgraph = (inner: Subgraph): BoundSubgraph =>
      bindSubgraph(inner, subgraphPrefix(prefix, node, subgraphs.indexOf(inner)), onRun);
    return bindNode(node, tensors.map(operand), outputs, { subgraph, internals: own });
  });
  const bound: BoundBody = {
    body,
    internals,
    dataOf: (name) => operand(tensorOf(body, name)).data,
    run() {
      for (const step of steps) step();
      onRun(prefix, bound);
    },
  };
  return bound;
}

function bindSubgraph(subgraph: Subgraph, prefix: string, onRun: OnRun): BoundSubgraph {
  const { dataOf, run } = bindBody(subgraph, subgraph.inputs, prefix, onRun);
  return { inputs: subgraph.inputs.map(dataOf), outputs: subgraph.outputs.map(dataOf), run };
}

function allocateInternals(node: Node, inputs: readonly Tensor[]): TensorData[] {
  if (inputs[0]!.dtype !== "float32") return [];
  const shapes = node.op.internals?.(node.attrs, inputs) ?? [];
  return shapes.map((shape) => allocate({ dtype: "float32", shape }));
}

/** By the type of the first input; graphs are validated, so a type without a kernel is a bug. */
function bindNode(
  { op, attrs }: Node,
  inputs: readonly Operand[],
  outputs: Outputs<Operand>,
  context: BindContext,
): () => void {
  const { dtype } = inputs[0]!.tensor;
  if (dtype === "float32") return op.bindFloat(attrs, inputs, outputs, context);
  if (dtype === "int8") return op.bindInt8(attrs, inputs, outputs, context);
  if (op.bindInt32 === undefined)
    throw new Error(`Bug in Bandsmith: ${op.name} does not compute in ${dtype}`);
  return op.bindInt32(attrs, inputs, outputs, context);
}
