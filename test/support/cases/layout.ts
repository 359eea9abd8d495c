// Random movements of values.
import { reshape } from "../../../src/ops/index.ts";
import { type OperatorCases } from "./case.ts";

export const LAYOUT: OperatorCases = {
  RESHAPE: {
    step(b, _random, input, name) {
      const [batch, height, width, depth] = b.shapeOf(input);
      return b.node(reshape, { newShape: [batch!, width!, height!, depth!] }, [input], name);
    },
  },
};
