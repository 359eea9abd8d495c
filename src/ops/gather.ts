// GATHER: slices along an axis, picked by int32 indices that are constant or computed, such as a loop's time step.
import { type Each, type Op, type Operand, type Outputs, ShapeError } from "../ir/op.ts";
import { BYTES_PER_ELEMENT, elementCount, type Tensor } from "../ir/tensor.ts";
import { indexOutOfRange } from "../util/messages.ts";
import { movedTypes, versionOf } from "./moving.ts";
import { checkAxis, expectInputs, inputShape, normalizeAxis } from "./parameters.ts";
import { asInt32 } from "./quantization.ts";

export interface GatherAttrs {
  readonly axis: number;
  /** Leading dimensions that values and indices share. */
  readonly batchDims: number;
}

const ROLES = ["activation", "activation"] as const;
type Inputs<V> = Each<typeof ROLES, V>;

export const gather: Op<GatherAttrs, typeof ROLES> = {
  name: "GATHER",
  roles: ROLES,
  resolverMethod: "AddGather",
  describe: (a) => `axis ${a.axis}${a.batchDims === 0 ? "" : `, ${a.batchDims} in common`}`,
  inferShapes(attrs, [values, indices]) {
    checkAttrs(attrs, values.shape, indices.shape);
    checkConstant(indices, values.shape[attrs.axis]!);
    const { axis, batchDims } = attrs;
    return [
      [...values.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...values.shape.slice(axis + 1)],
    ];
  },
  inferTypes(_attrs, [values, indices]) {
    if (indices.dtype !== "int32") {
      throw new ShapeError(`its indices ${indices.name} are ${indices.dtype}, int32 expected`);
    }
    return movedTypes([values], 1, ["float32", "int8"]);
  },
  macs: () => 0,
  outputQuantization: () => ({ kind: "sameAsInputs" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: bind,
  bindInt8: bind,
  emitTypes: ["float32", "int8"],
  emit(attrs, [values, indices]) {
    const { batches, rows, size, picks, inner } = geometryOf(attrs, values, indices);
    const fields = [
      [batches, "batches: leading dimensions in common"],
      [rows, "rows of a batch, each with the same picks"],
      [size, "slices of a row"],
      [picks, "picks of a row"],
      [inner * BYTES_PER_ELEMENT[values.dtype], "bytes of a slice"],
    ] as const;
    const names = { header: "gather.h", function: "gather", parameters: "GatherParameters" };
    return [{ ...names, fields, inputs: [0, 1], outputs: [0], mayFail: true }];
  },
  tflite: {
    opcode: 36,
    optionsType: 23,
    version: ([values, indices], [output]) => {
      const together = values!.shape.length + indices!.shape.length - 1;
      return output.shape.length < together ? 5 : versionOf(values!, { int8: 2, int16: 4 });
    },
    write(builder, { axis, batchDims }) {
      builder.startObject(2);
      builder.addFieldInt32(0, axis, 0);
      builder.addFieldInt32(1, batchDims, 0);
      return builder.endObject();
    },
    read(file) {
      expectInputs(file, 2);
      const [values, indices] = [inputShape(file), inputShape(file, 1)];
      const batchDims = file.options.int32(1, 0);
      return {
        axis: normalizeAxis(file.options.int32(0, 0), values.length),
        batchDims: batchDims < 0 ? batchDims + indices.length : batchDims,
      };
    },
  },
};

function checkAttrs(
  { axis, batchDims }: GatherAttrs,
  values: readonly number[],
  indices: readonly number[],
): void {
  checkAxis(axis, values.length);
  const fits = Number.isInteger(batchDims) && batchDims >= 0 && batchDims <= Math.min(axis, indices.length);
  if (!fits || indices.slice(0, batchDims).join() !== values.slice(0, batchDims).join()) {
    throw new ShapeError(
      `[${values.join(", ")}] and indices of [${indices.join(", ")}] do not share ${batchDims} dimensions ` +
        `before axis ${axis}`,
    );
  }
}

function checkConstant({ name, constant }: Tensor, size: number): void {
  const wrong = constant?.find((index) => index < 0 || index >= size);
  if (wrong !== undefined) throw new ShapeError(`${name} has index ${wrong}, 0 to ${size - 1} expected`);
}

interface Geometry {
  readonly batches: number;
  /** Rows of a batch. */
  readonly rows: number;
  /** Slices of a row, each of `inner` values. */
  readonly size: number;
  readonly picks: number;
  readonly inner: number;
}

function geometryOf({ axis, batchDims }: GatherAttrs, { shape }: Tensor, indices: Tensor): Geometry {
  const batches = elementCount(shape.slice(0, batchDims));
  return {
    batches,
    rows: elementCount(shape.slice(batchDims, axis)),
    size: shape[axis]!,
    picks: elementCount(indices.shape) / batches,
    inner: elementCount(shape.slice(axis + 1)),
  };
}

function bind(
  attrs: GatherAttrs,
  [values, indices]: Inputs<Operand>,
  [output]: Outputs<Operand>,
): () => void {
  const [x, at, y] = [values.data, asInt32(indices.data), output.data];
  const { batches, rows, size, picks, inner } = geometryOf(attrs, values.tensor, indices.tensor);
  return () => {
    // Before anything is written: TFLite Micro refuses such an inference too.
    for (const index of at) if (index < 0 || index >= size) throw indexOutOfRange("GATHER", index, size);
    let target = 0;
    for (let row = 0; row < batches * rows; row++) {
      const first = Math.floor(row / rows) * picks;
      for (let pick = 0; pick < picks; pick++) {
        const source = (row * size + at[first + pick]!) * inner;
        for (let i = 0; i < inner; i++) y[target++] = x[source + i]!;
      }
    }
  };
}
