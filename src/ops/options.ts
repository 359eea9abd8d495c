// Reading option fields that several operators share, refusing values that are not supported.
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
