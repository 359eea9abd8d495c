// Random arithmetic, element by element.
import { add, mul } from "../../../src/ops/index.ts";
import { activation, normals, type OperatorCases, pick } from "./case.ts";

export const ARITHMETIC: OperatorCases = {
  ADD: {
    step(b, random, input, name) {
      const depth = b.shapeOf(input).at(-1)!;
      const size = pick(random, [depth, 1]);
      const constant = b.constant(`${name}/c`, [size], normals(random, size, 2));
      return b.node(add, { activation: activation(random) }, [input, constant], name);
    },
  },
  MUL: {
    step(b, random, input, name) {
      const depth = b.shapeOf(input).at(-1)!;
      const constant = b.constant(`${name}/c`, [depth], normals(random, depth, 2));
      return b.node(mul, { activation: activation(random) }, [input, constant], name);
    },
  },
};
