// What MAX_POOL_2D and AVERAGE_POOL_2D share: geometry, options, and the walk over each window.
import type { Op, Operand } from "../ir/op.ts";
import type { Tensor, TensorData } from "../ir/tensor.ts";
import { activationCode, type FusedActivation, floatRange, int8Range } from "./activation.ts";
import { readActivation, readPadding } from "./options.ts";
import { asFloat32, asInt8 } from "./quantization.ts";
import { type Axis, nhwc, PADDING_CODES, type Padding, slide } from "./window2d.ts";

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
  readonly finishFloat: (accumulator: number, count: number) => number;
  readonly finishInt8: (accumulator: number, count: number) => number;
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

function bind(
  { batch, rows, columns, depth }: Geometry,
  pooling: Pooling,
  finish: (accumulator: number, count: number) => number,
  { min, max }: { min: number; max: number },
  x: TensorData,
  y: TensorData,
): () => void {
  return () => {
    let index = 0;
    for (let b = 0; b < batch; b++) {
      for (let oy = 0; oy < rows.output; oy++) {
        const top = oy * rows.stride - rows.pad;
        for (let ox = 0; ox < columns.output; ox++) {
          const left = ox * columns.stride - columns.pad;
          for (let c = 0; c < depth; c++) {
            let accumulator = pooling.start;
            let count = 0;
            for (let iy = Math.max(top, 0); iy < Math.min(top + rows.filter, rows.input); iy++) {
              for (let ix = Math.max(left, 0); ix < Math.min(left + columns.filter, columns.input); ix++) {
                const value = x[((b * rows.input + iy) * columns.input + ix) * depth + c]!;
                accumulator = pooling.combine(accumulator, value);
                count++;
              }
            }
            y[index++] = Math.min(Math.max(finish(accumulator, count), min), max);
          }
        }
      }
    }
  };
}

/** A pooling operator; its output has the input's scale and zero point. */
export function poolOp(
  identity: Pick<Op<Pool2DAttrs, typeof POOL_ROLES>, "name" | "resolverMethod"> & { readonly opcode: number },
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
      const range = floatRange(attrs.activation);
      const [x, y] = [asFloat32(input.data), asFloat32(output.data)];
      return bind(geometryOf(attrs, input.tensor), pooling, pooling.finishFloat, range, x, y);
    },
    bindInt8(attrs, [input]: readonly [Operand], [output]) {
      const range = int8Range(attrs.activation, output.tensor);
      const [x, y] = [asInt8(input.data), asInt8(output.data)];
      return bind(geometryOf(attrs, input.tensor), pooling, pooling.finishInt8, range, x, y);
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
