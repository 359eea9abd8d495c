// An int8 input widened and padded once a run, so that a convolution's inner loop is a plain dot product: no
// offset to add, no border to test. The padding holds 0, which adds nothing, as the reference kernels leave it out.
import type { Operand } from "../ir/op.ts";
import { asInt8, perTensor } from "./quantization.ts";
import { type Axis, reach } from "./window2d.ts";

export interface PaddedInput {
  /** [batch, rows, columns, depth] of value − zero point. */
  readonly data: Int32Array;
  /** Elements from one row, and from one image, to the next. */
  readonly rowSize: number;
  readonly imageSize: number;
  /** Copies the input's present values. */
  readonly load: () => void;
}

export function padInput(
  { tensor, data }: Operand,
  batch: number,
  rows: Axis,
  columns: Axis,
  depth: number,
): PaddedInput {
  const height = reach(rows);
  const width = reach(columns);
  const [x, { zeroPoint }] = [asInt8(data), perTensor(tensor)];
  const padded = new Int32Array(batch * height * width * depth);
  // Rows and columns that no tap reaches are left out.
  const copiedRows = Math.min(rows.input, height - rows.pad);
  const copiedLength = Math.min(columns.input, width - columns.pad) * depth;
  return {
    data: padded,
    rowSize: width * depth,
    imageSize: height * width * depth,
    load() {
      for (let b = 0; b < batch; b++) {
        for (let row = 0; row < copiedRows; row++) {
          let from = (b * rows.input + row) * columns.input * depth;
          let to = ((b * height + row + rows.pad) * width + columns.pad) * depth;
          for (let i = 0; i < copiedLength; i++) padded[to++] = x[from++]! - zeroPoint;
        }
      }
    },
  };
}
