// Reading option fields that several operators share, refusing values that are not supported.
import type { Builder } from "flatbuffers";
import { type OptionsTable, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { activationOf, checkClampScale, type FusedActivation } from "./activation.ts";
import { type Padding, paddingOf } from "./window2d.ts";

export function readPadding(options: OptionsTable, slot: number): Padding {
  const code = options.int8(slot, 0);
  const padding = paddingOf(code);
  if (padding === null) throw new ShapeError(`padding code ${code} is neither SAME (0) nor VALID (1)`);
  return padding;
}

export function readActivation(options: OptionsTable, slot: number, output: Tensor): FusedActivation {
  const code = options.int8(slot, 0);
  const activation = activationOf(code);
  if (activation === null) {
    throw new ShapeError(`fused activation code ${code} is not supported (0 NONE, 1 RELU, 3 RELU6 are)`);
  }
  checkClampScale(activation, output);
  return activation;
}

/** A vector of int32 for an option table, before the table is started; returns its offset. */
export function writeInt32Vector(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addInt32(value);
  return builder.endVector();
}

/** An option table without fields. */
export function writeEmptyOptions(builder: Builder): number {
  builder.startObject(0);
  return builder.endObject();
}
