// MAX_POOL_2D.
import { poolOp } from "./pool2d.ts";

export const maxPool2d = poolOp(
  { name: "MAX_POOL_2D", resolverMethod: "AddMaxPool2D", opcode: 17 },
  {
    start: -Infinity,
    combine: (largest, value) => (value > largest ? value : largest),
    finishFloat: (largest) => largest,
    finishInt8: (largest) => largest,
  },
);
