// AVERAGE_POOL_2D: an integer mean, half away from zero, over the values that are really there.
import { poolOp } from "./pool2d.ts";

export const averagePool2d = poolOp(
  {
    name: "AVERAGE_POOL_2D",
    resolverMethod: "AddAveragePool2D",
    opcode: 1,
    kernel: { header: "average_pool_2d.h", function: "averagePool2d" },
  },
  {
    start: 0,
    combine: (sum, value) => sum + value,
    finish: (sum, count) => sum / count,
    int8({ depth, rowSize, corners }, { min, max }, x, y) {
      let index = 0;
      for (let window = 0; window < corners.length; window += 3) {
        const corner = corners[window]!;
        const height = corners[window + 1]!;
        const width = corners[window + 2]!;
        const half = (height * width) >> 1;
        for (let c = 0; c < depth; c++) {
          let sum = 0;
          for (let row = 0; row < height; row++) {
            const from = corner + row * rowSize + c;
            for (let i = from; i < from + width * depth; i += depth) sum = (sum + x[i]!) | 0;
          }
          const mean = Math.trunc((sum > 0 ? sum + half : sum - half) / (height * width));
          y[index++] = mean < min ? min : mean > max ? max : mean;
        }
      }
    },
  },
);
