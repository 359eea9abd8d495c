// MAX_POOL_2D.
import { poolOp } from "./pool2d.ts";

export const maxPool2d = poolOp(
  {
    name: "MAX_POOL_2D",
    resolverMethod: "AddMaxPool2D",
    opcode: 17,
    kernel: { header: "max_pool_2d.h", function: "maxPool2d" },
  },
  {
    start: -Infinity,
    combine: (largest, value) => (value > largest ? value : largest),
    finish: (largest) => largest,
    int8({ depth, rowSize, corners }, { min, max }, x, y) {
      y.fill(min);
      for (let window = 0, out = 0; window < corners.length; window += 3, out += depth) {
        const corner = corners[window]!;
        const end = corner + corners[window + 1]! * rowSize;
        const width = corners[window + 2]! * depth;
        for (let row = corner; row < end; row += rowSize) {
          for (let tap = row; tap < row + width; tap += depth) raise(y, out, x, tap, depth);
        }
      }
      if (max < 127) for (let i = 0; i < y.length; i++) y[i] = Math.min(y[i]!, max);
    },
  },
);

/** Each of `count` values becomes the larger of two, without a branch that the values decide (requantize.ts). */
function raise(y: Int8Array, at: number, x: Int8Array, from: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = y[at + i]!;
    const above = x[from + i]! - value;
    y[at + i] = value + (above & ~(above >> 31));
  }
}
