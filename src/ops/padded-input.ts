// An int8 input as doubles with its padding, copied once a run, so that a convolution's inner loop is a plain dot
// product without a border to test. The padding holds the zero point: like every value it is counted from there
// (foldZeroPoint), so that it adds nothing, as the reference kernels leave it out.
import type { Operand } from "../ir/op.ts";
import { asInt8, perTensor } from "./quantization.ts";
import { type Axis, reach } from "./window2d.ts";

export interface PaddedInput {
  /** [batch, rows, columns, channels · repeat], and `slack` elements that may be read and mean nothing. */
  readonly data: Float64Array;
  /** Elements from one row, and from one image, to the next. */
  readonly rowSize: number;
  readonly imageSize: number;
  /** Copies the input's present values. */
  readonly load: () => void;
}

/** How an input's channels are laid out in its padded copy. */
export interface Channels {
  readonly depth: number;
  /** Copies of each channel, side by side. */
  readonly repeat: number;
  readonly slack: number;
}

export function padInput(
  { tensor, data }: Operand,
  batch: number,
  rows: Axis,
  columns: Axis,
  { depth, repeat, slack }: Channels,
): PaddedInput {
  const pitch = depth * repeat;
  const [height, width] = [reach(rows), reach(columns)];
  const x = asInt8(data);
  const padded = new Float64Array(batch * height * width * pitch + slack).fill(perTensor(tensor).zeroPoint);
  // Rows and columns that no tap reaches are left out.
  const copiedRows = Math.min(rows.input, height - rows.pad);
  const copiedLength = Math.min(columns.input, width - columns.pad) * depth;
  const copies: { readonly from: Int8Array; readonly to: number }[] = [];
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < copiedRows; row++) {
      const from = (b * rows.input + row) * columns.input * depth;
      const to = ((b * height + row + rows.pad) * width + columns.pad) * pitch;
      copies.push({ from: x.subarray(from, from + copiedLength), to });
    }
  }
  return {
    data: padded,
    rowSize: width * pitch,
    imageSize: height * width * pitch,
    load() {
      for (const { from, to } of copies) {
        if (repeat === 1) padded.set(from, to);
        else spread(from, repeat, padded, to);
      }
    },
  };
}

/** Where each tap of a filter lies in the padded input, from its first: [filter rows, filter columns]. */
export function tapOffsets(rows: Axis, columns: Axis, rowSize: number, depth: number): Int32Array {
  return Int32Array.from({ length: rows.filter * columns.filter }, (_, tap) => {
    const [ky, kx] = [Math.floor(tap / columns.filter), tap % columns.filter];
    return ky * rows.dilation * rowSize + kx * columns.dilation * depth;
  });
}

function spread(from: Int8Array, repeat: number, padded: Float64Array, at: number): void {
  let to = at;
  for (let i = 0; i < from.length; i++) {
    for (let copy = 0; copy < repeat; copy++) padded[to++] = from[i]!;
  }
}
