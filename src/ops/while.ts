// WHILE: runs its body on the carried values for as long as its condition holds; a recurrence kept as a loop.
import type { Body, Subgraph } from "../ir/graph.ts";
import { type BoundSubgraph, type Loop, type Op, type Operand, type Outputs, ShapeError } from "../ir/op.ts";
import { type DType, elementCount, type Tensor, type TensorData } from "../ir/tensor.ts";
import { endlessLoop } from "../util/messages.ts";
import { countedLoop } from "./counted-loop.ts";

export interface WhileAttrs {
  /** Carried values in, one bool out. */
  readonly cond: Subgraph;
  /** Carried values in, as many out, of the same shapes and types. */
  readonly body: Subgraph;
}

const ROLES = ["activation"] as const;
/** Far more than any window has steps; a file's loop may never end. */
const MAX_ITERATIONS = 100_000;
/** Element operations of all iterations together. */
const MAX_WORK = 2 ** 32;

const roles: readonly "activation"[] = ROLES;

export const whileLoop: Op<WhileAttrs, typeof roles> = {
  name: "WHILE",
  roles,
  variadic: true,
  resolverMethod: "AddWhile",
  describe: ({ cond, body }) => `cond of ${cond.nodes.length} operators, body of ${body.nodes.length}`,
  inferShapes(attrs, inputs) {
    checkSignature(attrs, inputs);
    return perInput(inputs, (tensor) => tensor.shape);
  },
  inferTypes: (_attrs, inputs) => perInput<DType>(inputs, (tensor) => tensor.dtype),
  /** Of one round where their number is known only when it runs. */
  macs(attrs, inputs) {
    const rounds = countedLoop(loopOf(attrs), inputs)?.rounds ?? 1;
    return macsOf(attrs.cond) + rounds * macsOf(attrs.body);
  },
  outputQuantization: () => ({ kind: "carried" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: (attrs, inputs, outputs, context) => bind(attrs, inputs, outputs, context.subgraph),
  bindInt8: (attrs, inputs, outputs, context) => bind(attrs, inputs, outputs, context.subgraph),
  bindInt32: (attrs, inputs, outputs, context) => bind(attrs, inputs, outputs, context.subgraph),
  subgraphs: ({ cond, body }) => [cond, body],
  loop: loopOf,
  withSubgraphs: (_attrs, [cond, body]) => ({ cond: cond!, body: body! }),
  tflite: {
    opcode: 119,
    optionsType: 93,
    version: () => 1,
    write(builder, _attrs, [cond, body]) {
      builder.startObject(2);
      builder.addFieldInt32(0, cond!, 0);
      builder.addFieldInt32(1, body!, 0);
      return builder.endObject();
    },
    read: ({ options, subgraph }) => ({
      cond: subgraph(options.int32(0, 0)),
      body: subgraph(options.int32(1, 0)),
    }),
  },
};

function bind(
  attrs: WhileAttrs,
  inputs: readonly Operand[],
  outputs: Outputs<Operand>,
  bindSubgraph: (subgraph: Subgraph) => BoundSubgraph,
): () => void {
  const [cond, body] = [bindSubgraph(attrs.cond), bindSubgraph(attrs.body)];
  const carried = outputs.map((output) => output.data);
  const condition = cond.outputs[0]!;
  const holds = (): boolean => {
    copyAll(carried, cond.inputs);
    cond.run();
    return condition[0] !== 0;
  };
  const start = inputs.map((input) => input.data);
  const limit = limitOf(attrs);
  return () => {
    copyAll(start, carried);
    for (let iteration = 0; holds(); iteration++) {
      if (iteration >= limit) throw endlessLoop(limit);
      copyAll(carried, body.inputs);
      body.run();
      copyAll(body.outputs, carried);
    }
  };
}

function copyAll(from: readonly TensorData[], to: readonly TensorData[]): void {
  for (let i = 0; i < to.length; i++) to[i]!.set(from[i]!);
}

function checkSignature({ cond, body }: WhileAttrs, inputs: readonly Tensor[]): void {
  checkCarried("the condition takes", cond, cond.inputs, inputs);
  checkCarried("the body takes", body, body.inputs, inputs);
  checkCarried("the body gives", body, body.outputs, inputs);
  const answer = cond.outputs.length === 1 ? cond.tensors.get(cond.outputs[0]!) : undefined;
  if (answer?.dtype !== "bool" || elementCount(answer.shape) !== 1) {
    throw new ShapeError("the condition does not give one bool");
  }
}

/** Shapes, types and scales of what goes round must be the same everywhere: it is copied byte for byte. */
function checkCarried(what: string, body: Body, names: readonly string[], inputs: readonly Tensor[]): void {
  if (names.length !== inputs.length) {
    throw new ShapeError(`${what} ${names.length} values, ${inputs.length} expected`);
  }
  inputs.forEach((input, i) => {
    const found = signature(body.tensors.get(names[i]!)!);
    if (found !== signature(input)) {
      throw new ShapeError(`${what} ${found} as value ${i}, ${signature(input)} expected`);
    }
  });
}

function signature({ dtype, shape, quant }: Tensor): string {
  const scale =
    dtype === "int8" && quant?.kind === "perTensor" ? ` s=${quant.scale} z=${quant.zeroPoint}` : "";
  return `${dtype}[${shape.join("x")}]${scale}`;
}

function loopOf(attrs: WhileAttrs): Loop {
  return { condition: attrs.cond, body: attrs.body, limit: limitOf(attrs) };
}

function limitOf(attrs: WhileAttrs): number {
  return Math.min(MAX_ITERATIONS, Math.floor(MAX_WORK / workOf(attrs)));
}

/** Operations of one iteration, roughly: every element once, and the multiply-accumulates. */
function workOf({ cond, body }: WhileAttrs): number {
  const elements = [cond, body].flatMap(({ tensors }) =>
    [...tensors.values()].map(({ shape }) => elementCount(shape)),
  );
  return elements.reduce((sum, n) => sum + n, macsOf(cond) + macsOf(body)) + 1;
}

function macsOf(body: Body): number {
  return body.nodes.reduce((sum, node) => {
    const inputs = node.inputs.map((name) => body.tensors.get(name)!);
    return sum + node.op.macs(node.attrs, inputs);
  }, 0);
}

function perInput<V>(inputs: readonly Tensor[], valueOf: (tensor: Tensor) => V): Outputs<V> {
  const [first, ...rest] = inputs;
  return [valueOf(first!), ...rest.map(valueOf)];
}
