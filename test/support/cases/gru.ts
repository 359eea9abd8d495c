// A gated recurrent unit as TFLite has it: not an operator but a loop of dense layers and gates.
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import { add, concatenation, fullyConnected, logistic, mul, sub, tanh } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { normals } from "./case.ts";

/** z, r = σ(W [x, h]); c = tanh(W [x, r·h]); h' = c + z · (h − c). */
export function gruCell(b: GraphBuilder, random: Random, step: string, state: string): string {
  const units = b.shapeOf(state).at(-1)!;
  const none = { activation: "NONE" } as const;
  const dense = (input: string, name: string): string => {
    const depth = b.shapeOf(input).at(-1)!;
    const weights = b.constant(
      `${name}/w`,
      [units, depth],
      normals(random, units * depth, 1 / Math.sqrt(depth)),
    );
    const bias = b.constant(`${name}/b`, [units], normals(random, units, 0.2));
    return b.node(fullyConnected, none, [input, weights, bias], name);
  };
  const both = b.node(concatenation, { axis: 1 }, [step, state], "both");
  const update = b.node(logistic, {}, [dense(both, "update sums")], "update");
  const reset = b.node(logistic, {}, [dense(both, "reset sums")], "reset");
  const kept = b.node(mul, none, [reset, state], "kept");
  const mixed = b.node(concatenation, { axis: 1 }, [step, kept], "mixed");
  const candidate = b.node(tanh, {}, [dense(mixed, "candidate sums")], "candidate");
  const distance = b.node(sub, none, [state, candidate], "distance");
  return b.node(add, none, [candidate, b.node(mul, none, [update, distance], "moved")], "next");
}
