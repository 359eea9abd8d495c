// Random activation functions.
import { relu, softmax } from "../../../src/ops/index.ts";
import { type OperatorCases, pick } from "./case.ts";

export const ACTIVATIONS: OperatorCases = {
  RELU: { step: (b, _random, input, name) => b.node(relu, {}, [input], name) },
  SOFTMAX: {
    step: (b, random, input, name) =>
      b.node(softmax, { beta: pick(random, [1, 1, 0.5, 2.5]) }, [input], name),
  },
};
