// AVERAGE_POOL_2D: an integer mean, half away from zero, over the values that are really there.
import { poolOp } from "./pool2d.ts";

export const averagePool2d = poolOp(
  { name: "AVERAGE_POOL_2D", resolverMethod: "AddAveragePool2D", opcode: 1 },
  {
    start: 0,
    combine: (sum, value) => sum + value,
    finishFloat: (sum, count) => sum / count,
    finishInt8: (sum, count) => {
      const half = count >> 1;
      return Math.trunc((sum > 0 ? sum + half : sum - half) / count);
    },
  },
);
