// GATHER: the slices of an axis that indices name, constant or computed; a loop takes its time step so.
import { type Each, type Op, type Operand, type Outputs, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { gatherOutOfRange } from "../util/messages.ts";
import { int8Version } from "./move.ts";
import { normalizedAxis } from "./parameters.ts";
import { asInt32 } from "./quantization.ts";
import { shapeText } from "./strided.ts";

export interface GatherAttrs {
  readonly axis: number;
  /** Leading dimensions that values and indices have in common. */
  readonly batchDims: number;
}

const ROLES = ["activation", "activation"] as const;

function checkBatch({ axis, batchDims }: GatherAttrs, [values, indices]: Each<typeof ROLES, Tensor>): void {
  normalizedAxis(axis, values.shape.length);
  const common = values.shape.slice(0, batchDims).join() === indices.shape.slice(0, batchDims).join();
  if (batchDims < 0 || batchDims > axis || batchDims > indices.shape.length || !common) {
    throw new ShapeError(
      `${batchDims} batch dimensions with values ${shapeText(values)}, indices ${shapeText(indices)} and axis ${axis}`,
    );
  }
}

function bind(
  { axis, batchDims }: GatherAttrs,
  [values, indices]: Each<typeof ROLES, Operand>,
  [output]: Outputs<Operand>,
): () => void {
  const { shape } = values.tensor;
  const size = shape[axis]!;
  const batch = elementCount(shape.slice(0, batchDims));
  const outer = elementCount(shape.slice(batchDims, axis));
  const inner = elementCount(shape.slice(axis + 1));
  const [x, at, y] = [values.data, asInt32(indices.data), output.data];
  const picked = at.length / batch;
  return () => {
    let to = 0;
    for (let b = 0; b < batch; b++) {
      for (let o = 0; o < outer; o++) {
        for (let k = 0; k < picked; k++) {
          const index = at[b * picked + k]!;
          if (index < 0 || index >= size) throw gatherOutOfRange(index, size);
          const from = ((b * outer + o) * size + index) * inner;
          for (let i = 0; i < inner; i++) y[to++] = x[from + i]!;
        }
      }
    }
  };
}

export const gather: Op<GatherAttrs, typeof ROLES> = {
  name: "GATHER",
  roles: ROLES,
  resolverMethod: "AddGather",
  describe: (a) => `axis ${a.axis} batch ${a.batchDims}`,
  inferShapes(attrs, inputs) {
    checkBatch(attrs, inputs);
    const [{ shape }, indices] = inputs;
    return [
      [
        ...shape.slice(0, attrs.axis),
        ...indices.shape.slice(attrs.batchDims),
        ...shape.slice(attrs.axis + 1),
      ],
    ];
  },
  inferTypes(_attrs, [values, indices]) {
    if (values.dtype !== "int8" && values.dtype !== "float32") {
      throw new ShapeError(`${values.name} is ${values.dtype}; int8 and float32 are supported`);
    }
    if (indices.dtype !== "int32") throw new ShapeError(`its indices are ${indices.dtype}, int32 expected`);
    return [values.dtype];
  },
  macs: () => 0,
  outputQuantization: () => ({ kind: "sameAsInputs" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: bind,
  bindInt8: bind,
  tflite: {
    opcode: 36,
    optionsType: 23,
    version: int8Version,
    write(builder, { axis, batchDims }) {
      builder.startObject(2);
      builder.addFieldInt32(0, axis, 0);
      builder.addFieldInt32(1, batchDims, 0);
      return builder.endObject();
    },
    read({ options, inputs }) {
      const batchDims = options.int32(1, 0);
      return {
        axis: normalizedAxis(options.int32(0, 0), inputs[0]?.shape.length ?? 0),
        batchDims: batchDims < 0 ? batchDims + (inputs[1]?.shape.length ?? 0) : batchDims,
      };
    },
  },
};
