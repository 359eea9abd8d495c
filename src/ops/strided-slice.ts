// STRIDED_SLICE: NumPy's begin:end:stride in every dimension; masks leave out a begin or an end, or drop a dimension.
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { int8Version, moveOp } from "./move.ts";
import { constantInt32, int32Input } from "./parameters.ts";
import { bindTake, rowMajorStrides, shapeText, stridedPositions } from "./strided.ts";

export interface StridedSliceAttrs {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  /** Bit d: the begin (the end) of dimension d is not looked at. */
  readonly beginMask: number;
  readonly endMask: number;
  /** Bit d: dimension d is taken at its begin alone and dropped. */
  readonly shrinkAxisMask: number;
}

const ROLES = ["activation"] as const;
/** TFLite Micro's kernel has five dimensions. */
const MAX_RANK = 5;

interface Range {
  readonly start: number;
  readonly count: number;
  readonly stride: number;
  readonly dropped: boolean;
}

/** What is taken of each dimension of the input. */
function rangesOf(attrs: StridedSliceAttrs, input: Tensor): readonly Range[] {
  const { begin, end, strides } = attrs;
  const rank = input.shape.length;
  if (rank > MAX_RANK || [begin, end, strides].some((list) => list.length !== rank)) {
    throw new ShapeError(
      `begin, end and strides have ${begin.length}, ${end.length} and ${strides.length} values for ${shapeText(input)}`,
    );
  }
  return input.shape.map((size, d) => {
    const stride = strides[d]!;
    const bit = 1 << d;
    const dropped = (attrs.shrinkAxisMask & bit) !== 0;
    if (stride === 0 || (dropped && stride < 0)) throw new ShapeError(`stride ${stride} in dimension ${d}`);
    // Going backwards the place before the first is −1.
    const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
    const clamped = (index: number): number =>
      Math.min(Math.max(index < 0 ? index + size : index, low), high);
    const first = stride > 0 ? 0 : size - 1;
    const past = stride > 0 ? size : -1;
    const start = (attrs.beginMask & bit) === 0 ? clamped(begin[d]!) : first;
    if (dropped) {
      if (start < 0 || start >= size) throw new ShapeError(`index ${begin[d]} of ${size} in dimension ${d}`);
      return { start, count: 1, stride: 1, dropped };
    }
    const stop = (attrs.endMask & bit) === 0 ? clamped(end[d]!) : past;
    const count = Math.ceil((stop - start) / stride);
    if (count < 1) throw new ShapeError(`nothing is left of dimension ${d} of ${shapeText(input)}`);
    return { start, count, stride, dropped };
  });
}

export const stridedSlice = moveOp<StridedSliceAttrs, typeof ROLES>({
  name: "STRIDED_SLICE",
  roles: ROLES,
  resolverMethod: "AddStridedSlice",
  describe: (a) =>
    `${a.begin.join(", ")} to ${a.end.join(", ")} by ${a.strides.join(", ")} masks ${a.beginMask} ${a.endMask} ${a.shrinkAxisMask}`,
  inferShapes: (attrs, [input]) => [
    rangesOf(attrs, input)
      .filter(({ dropped }) => !dropped)
      .map(({ count }) => count),
  ],
  bind(attrs, [input], [output]) {
    const ranges = rangesOf(attrs, input.tensor);
    const strides = rowMajorStrides(input.tensor.shape);
    const offset = ranges.reduce((sum, { start }, d) => sum + start * strides[d]!, 0);
    const positions = stridedPositions(
      ranges.map(({ count }) => count),
      ranges.map(({ stride }, d) => stride * strides[d]!),
      offset,
    );
    return bindTake(input, output, positions);
  },
  tflite: {
    opcode: 45,
    optionsType: 32,
    slots: [0],
    version: int8Version,
    write(builder, attrs) {
      builder.startObject(6);
      builder.addFieldInt32(0, attrs.beginMask, 0);
      builder.addFieldInt32(1, attrs.endMask, 0);
      builder.addFieldInt32(4, attrs.shrinkAxisMask, 0);
      return builder.endObject();
    },
    extraInputs: ({ begin, end, strides }) => [
      int32Input(1, "begin", [begin.length], begin),
      int32Input(2, "end", [end.length], end),
      int32Input(3, "strides", [strides.length], strides),
    ],
    read(file) {
      const { options } = file;
      if (options.int32(2, 0) !== 0 || options.int32(3, 0) !== 0 || options.bool(5, false)) {
        throw new ShapeError("an ellipsis, a new axis or an end as an offset are not supported");
      }
      return {
        begin: constantInt32(file, 1, "begin"),
        end: constantInt32(file, 2, "end"),
        strides: constantInt32(file, 3, "strides"),
        beginMask: options.int32(0, 0),
        endMask: options.int32(1, 0),
        shrinkAxisMask: options.int32(4, 0),
      };
    },
  },
});
