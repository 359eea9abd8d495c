// What MAX_POOL_2D and AVERAGE_POOL_2D share: geometry, options, and the walk over each window.

import type { KernelCall } from "../ir/kernel.ts";
import type { Op, Operand } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { activationCode, type FusedActivation, floatRange, int8Range } from "./activation.ts";
import { type Access, overlapOf } from "./in-place.ts";
import { AXIS_FIELDS, axisField } from "./kernel-fields.ts";
import { readActivation, readPadding } from "./options.ts";
import { asFloat32, asInt8 } from "./quantization.ts";
import { type Axis, nhwc, PADDING_CODES, type Padding, slide } from "./window2d.ts";
import { poolWork } from "./work.ts";

export interface Pool2DAttrs {
  readonly padding: Padding;
  readonly strideH: number;
  readonly strideW: number;
  readonly filterH: number;
  readonly filterW: number;
  readonly activation: FusedActivation;
}

export const POOL_ROLES = ["activation"] as const;

/** How a pool combines the values of one window; padding is never counted. */
export interface Pooling {
  readonly start: number;
  readonly combine: (accumulator: number, value: number) => number;
  readonly finish: (accumulator: number, count: number) => number;
  /** The same in int8 for a whole layer: a loop of its own, since a call for each value costs more than the pooling. */
  readonly int8: (windows: Windows, range: { min: number; max: number }, x: Int8Array, y: Int8Array) => void;
}

/** The windows of all output positions, cut to what lies inside the input. */
export interface Windows {
  readonly depth: number;
  /** Elements from one row of the input to the next. */
  readonly rowSize: number;
  /** Three numbers a window: its first element, its rows, and its columns. */
  readonly corners: Int32Array;
}

interface Geometry {
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly depth: number;
}

function geometryOf(attrs: Pool2DAttrs, input: Tensor): Geometry {
  const x = nhwc(input);
  return {
    batch: x.batch,
    rows: slide(attrs.padding, x.height, attrs.filterH, attrs.strideH, 1),
    columns: slide(attrs.padding, x.width, attrs.filterW, attrs.strideW, 1),
    depth: x.channels,
  };
}

function windowsOf({ batch, rows, columns, depth }: Geometry): Windows {
  const corners: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < rows.output; oy++) {
      const [top, height] = inside(rows, oy);
      for (let ox = 0; ox < columns.output; ox++) {
        const [left, width] = inside(columns, ox);
        corners.push(((b * rows.input + top) * columns.input + left) * depth, height, width);
      }
    }
  }
  return { depth, rowSize: columns.input * depth, corners: Int32Array.from(corners) };
}

/** First element and size of an axis of a window. */
function inside({ stride, pad, filter, input }: Axis, output: number): readonly [number, number] {
  const start = output * stride - pad;
  const first = Math.max(start, 0);
  return [first, Math.min(start + filter, input) - first];
}

/** Channel by channel: an output is written when its window has been read. */
function accessesOf({ depth, corners }: Windows): Access[] {
  return Array.from({ length: (corners.length / 3) * depth }, (_, i) => ({
    firstRead: corners[3 * Math.floor(i / depth)]! + (i % depth),
    lastWritten: i,
  }));
}

function bindFloat(
  { depth, rowSize, corners }: Windows,
  { start, combine, finish }: Pooling,
  { min, max }: { min: number; max: number },
  x: Float32Array,
  y: Float32Array,
): () => void {
  return () => {
    let index = 0;
    for (let window = 0; window < corners.length; window += 3) {
      const [corner, height, width] = [corners[window]!, corners[window + 1]!, corners[window + 2]!];
      for (let c = 0; c < depth; c++) {
        let accumulator = start;
        for (let row = 0; row < height; row++) {
          const from = corner + row * rowSize + c;
          for (let i = from; i < from + width * depth; i += depth) accumulator = combine(accumulator, x[i]!);
        }
        y[index++] = Math.min(Math.max(finish(accumulator, height * width), min), max);
      }
    }
  };
}

/** A pooling operator; its output has the input's scale and zero point. */
export function poolOp(
  identity: Pick<Op<Pool2DAttrs, typeof POOL_ROLES>, "name" | "resolverMethod"> & {
    readonly opcode: number;
    readonly kernel: Pick<KernelCall, "header" | "function">;
  },
  pooling: Pooling,
): Op<Pool2DAttrs, typeof POOL_ROLES> {
  return {
    name: identity.name,
    roles: POOL_ROLES,
    resolverMethod: identity.resolverMethod,
    describe: (a) =>
      `${a.padding} filter ${a.filterH}x${a.filterW} stride ${a.strideH}x${a.strideW} ${a.activation}`,
    inferShapes(attrs, [input]) {
      const g = geometryOf(attrs, input);
      return [[g.batch, g.rows.output, g.columns.output, g.depth]];
    },
    macs: () => 0,
    outputQuantization: () => ({ kind: "sameAsInputs" }),
    weightQuantization: () => ({ kind: "perTensor" }),
    bindFloat(attrs, [input]: readonly [Operand], [output]) {
      const [x, y] = [asFloat32(input.data), asFloat32(output.data)];
      const windows = windowsOf(geometryOf(attrs, input.tensor));
      return bindFloat(windows, pooling, floatRange(attrs.activation), x, y);
    },
    bindInt8(attrs, [input]: readonly [Operand], [output]) {
      const [x, y] = [asInt8(input.data), asInt8(output.data)];
      const windows = windowsOf(geometryOf(attrs, input.tensor));
      const range = int8Range(attrs.activation, output.tensor);
      return () => {
        pooling.int8(windows, range, x, y);
      };
    },
    emit(attrs, [input], [output]) {
      const { batch, rows, columns, depth } = geometryOf(attrs, input);
      const { min, max } = int8Range(attrs.activation, output);
      const fields = [
        [batch, "batches"],
        [axisField(rows), `rows: ${AXIS_FIELDS}`],
        [axisField(columns), `columns: ${AXIS_FIELDS}`],
        [depth, "depth"],
        [min, "least output"],
        [max, "largest output"],
      ] as const;
      const work = poolWork({ batch, rows, columns, inputDepth: depth });
      const overlaps = overlapOf(0, accessesOf(windowsOf(geometryOf(attrs, input))));
      const names = { ...identity.kernel, parameters: "Pool2dParameters" };
      return [{ ...names, fields, inputs: [0], outputs: [0], overlaps, work }];
    },
    tflite: {
      opcode: identity.opcode,
      optionsType: 5,
      version: ([input]) => (input!.dtype === "int8" ? 2 : 1),
      write(builder, attrs) {
        builder.startObject(6);
        builder.addFieldInt8(0, PADDING_CODES[attrs.padding], 0);
        builder.addFieldInt32(1, attrs.strideW, 0);
        builder.addFieldInt32(2, attrs.strideH, 0);
        builder.addFieldInt32(3, attrs.filterW, 0);
        builder.addFieldInt32(4, attrs.filterH, 0);
        builder.addFieldInt8(5, activationCode(attrs.activation), 0);
        return builder.endObject();
      },
      read: ({ options, outputs }) => ({
        padding: readPadding(options, 0),
        strideW: options.int32(1, 0),
        strideH: options.int32(2, 0),
        filterW: options.int32(3, 0),
        filterH: options.int32(4, 0),
        activation: readActivation(options, 5, outputs[0]),
      }),
    },
  };
}
