// One operator that only moves values, in any type and at any scale: a float graph would not have int32, nor odd zero
// points.
import type { Graph, Node } from "../../../src/ir/graph.ts";
import { type AnyOp, type Op, type Outputs, type Role, ShapeError } from "../../../src/ir/op.ts";
import {
  allocate,
  type DType,
  type QuantizationParams,
  type Tensor,
  type TensorData,
} from "../../../src/ir/tensor.ts";
import { concatenation } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { pick } from "./case.ts";

/** A shape of at most a few hundred values. */
export function smallShape(random: Random, ranks: { readonly min: number; readonly max: number }): number[] {
  const rank = ranks.min + random.integer(ranks.max - ranks.min + 1);
  return Array.from({ length: rank }, () => 1 + random.integer(rank > 3 ? 4 : 6));
}

/**
 * A graph of one operator; of its inputs one is the graph's, the others are constants of the same type. Of several
 * outputs one is the graph's, or some of them, concatenated.
 */
export function typedGraph<A extends object, I extends readonly Role[]>(
  random: Random,
  op: Op<A, I>,
  attrs: A,
  shapes: readonly (readonly number[])[],
  types: readonly DType[],
): Graph {
  const dtype = pick(random, types);
  const quant = quantization(random, dtype);
  const tensors = new Map<string, Tensor>();
  const put = (name: string, shape: readonly number[], constant: TensorData | null): string => {
    tensors.set(name, { name, dtype, shape, quant, constant });
    return name;
  };
  const graphInput = random.integer(shapes.length);
  put("input", shapes[graphInput]!, null);
  const inputs = shapes.map((shape, i) => {
    // Now and then the graph's input a second time.
    const again = shape.join() === shapes[graphInput]!.join() && random.uniform() < 0.3;
    return i === graphInput || again ? "input" : put(`constant${i}`, shape, constantOf(random, dtype, shape));
  });
  const erased: AnyOp = op;
  const made = erased.inferShapes(
    attrs,
    inputs.map((name) => tensors.get(name)!),
  );
  const [first, ...rest] = made.map((shape, i) =>
    put(made.length === 1 ? "output" : `part${i}`, shape, null),
  );
  const outputs: Outputs<string> = [first!, ...rest];
  const nodes: Node[] = [{ op: erased, attrs, inputs, outputs }];
  const output = outputs.length === 1 ? first! : choose(outputs, made[0]);

  function choose(parts: readonly string[], shape: readonly number[]): string {
    const some = random.shuffle([...parts]).slice(0, 1 + random.integer(Math.min(parts.length, 10)));
    if (some.length === 1 || shape.length === 0 || shape.length > 4) return some[0]!;
    const axis = random.integer(shape.length);
    const joined = put("output", shape.with(axis, shape[axis]! * some.length), null);
    nodes.push({ op: concatenation, attrs: { axis }, inputs: some, outputs: [joined] });
    return joined;
  }
  return { name: op.name.toLowerCase(), tensors, nodes, input: "input", output, metadata: null };
}

/** Scales over the whole range, zero points at the ends as often as between them. */
export function quantization(random: Random, dtype: DType): QuantizationParams | null {
  if (dtype !== "int8") return null;
  return {
    kind: "perTensor",
    scale: Math.fround(2 ** (random.uniform() * 12 - 10)),
    zeroPoint: pick(random, [-128, 127, 0, random.integer(256) - 128]),
  };
}

export function constantOf(random: Random, dtype: DType, shape: readonly number[]): TensorData {
  const data = allocate({ dtype, shape });
  for (let i = 0; i < data.length; i++) {
    data[i] =
      dtype === "float32"
        ? random.normal()
        : dtype === "bool"
          ? random.integer(2)
          : random.integer(256) - 128;
  }
  return data;
}

/** Draws until the operator takes what was drawn. */
export function drawValid<T>(draw: () => T, check: (drawn: T) => unknown): T {
  for (;;) {
    const drawn = draw();
    try {
      check(drawn);
      return drawn;
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
    }
  }
}
