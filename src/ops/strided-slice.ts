// STRIDED_SLICE: every so many-th value between two positions, by the rules of Python's slices and TFLite's masks.
import { ShapeError } from "../ir/op.ts";
import { checkRank, movingOp, versionOf } from "./moving.ts";
import { constantInt32, expectInputs, inputShape, int32Input } from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

/** As the file has them: positions may count from the end or lie outside; bit i of a mask is for dimension i. */
export interface StridedSliceAttrs {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  /** From the first value on (the last one for a negative stride), whatever `begin` says. */
  readonly beginMask: number;
  /** Up to the other end, whatever `end` says. */
  readonly endMask: number;
  /** The one value at `begin`; the output does not have this dimension. */
  readonly shrinkAxisMask: number;
}

const MAX_RANK = 4;
/** TFLite Micro adds strides in int32 without a check. */
const MAX_STRIDE = 1 << 24;

/** What is taken of one dimension. */
interface Taken {
  readonly start: number;
  readonly count: number;
  readonly stride: number;
  readonly shrink: boolean;
}

export const stridedSlice = movingOp<StridedSliceAttrs>({
  name: "STRIDED_SLICE",
  types: ["float32", "int8", "int16", "int32", "bool"],
  resolverMethod: "AddStridedSlice",
  describe: (a) =>
    `(${a.begin.join(", ")}) to (${a.end.join(", ")}) by (${a.strides.join(", ")}), ` +
    `masks ${a.beginMask} ${a.endMask} ${a.shrinkAxisMask}`,
  inferShapes(attrs, [input]) {
    checkRank(input, MAX_RANK);
    const { shape } = input;
    for (const values of [attrs.begin, attrs.end, attrs.strides]) {
      if (values.length !== shape.length) {
        throw new ShapeError(`it has ${values.length} positions or strides for ${shape.length} dimensions`);
      }
    }
    const taken = shape.map((size, i) => take(attrs, size, i));
    return [taken.filter(({ shrink }) => !shrink).map(({ count }) => count)];
  },
  moves(attrs, [{ shape }]) {
    const taken = shape.map((size, i) => take(attrs, size, i));
    const inputStrides = stridesOf(shape);
    const from = {
      offset: taken.reduce((sum, { start }, i) => sum + start * inputStrides[i]!, 0),
      strides: taken.map(({ stride }, i) => stride * inputStrides[i]!),
    };
    const block = taken.map(({ count }) => count);
    return [{ input: 0, output: 0, shape: block, from, to: whole(block) }];
  },
  tflite: {
    opcode: 45,
    optionsType: 32,
    slots: [0],
    version: ([input]) => versionOf(input!, { int8: 2, bool: 3 }),
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
      expectInputs(file, 4);
      // TFLite Micro takes these for 0 without a word, TFLite does not.
      if (file.options.int32(2, 0) !== 0) throw new ShapeError("an ellipsis mask is not supported");
      if (file.options.int32(3, 0) !== 0) throw new ShapeError("a mask of new axes is not supported");
      if (file.options.bool(5, false)) throw new ShapeError("ends relative to begins are not supported");
      const present = 2 ** Math.min(inputShape(file).length, MAX_RANK) - 1;
      return {
        begin: constantInt32(file, 1, "begin", 1),
        end: constantInt32(file, 2, "end", 1),
        strides: constantInt32(file, 3, "strides", 1),
        beginMask: file.options.int32(0, 0) & present,
        endMask: file.options.int32(1, 0) & present,
        shrinkAxisMask: file.options.int32(4, 0) & present,
      };
    },
  },
});

function take(attrs: StridedSliceAttrs, size: number, i: number): Taken {
  const [begin, end, stride] = [attrs.begin[i]!, attrs.end[i]!, attrs.strides[i]!];
  if (![begin, end, stride].every(Number.isInteger) || stride === 0 || Math.abs(stride) > MAX_STRIDE) {
    throw new ShapeError(`dimension ${i} has stride ${stride}`);
  }
  const has = (mask: number): boolean => (mask & (1 << i)) !== 0;
  // Where a walk may start and stop: one past either end, on the side that it leaves by.
  const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
  const position = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const start = has(attrs.beginMask) ? (stride > 0 ? low : high) : position(begin);
  if (has(attrs.shrinkAxisMask)) {
    // Both are silent in TFLite Micro: it writes nothing.
    if (stride < 0)
      throw new ShapeError(`dimension ${i} shrinks with stride ${stride}, a positive one expected`);
    if (start >= size) throw new ShapeError(`${begin} is no position in dimension ${i} of ${size}`);
    return { start, count: 1, stride: 1, shrink: true };
  }
  const stop = has(attrs.endMask) ? (stride > 0 ? high : low) : position(end);
  const count = Math.ceil((stop - start) / stride);
  if (count < 1) throw new ShapeError(`nothing of dimension ${i} of ${size} is left`);
  return { start, count, stride, shrink: false };
}
