// What the integer kernels assume of scales and zero points and do not check themselves.
import { type AnyOp, type Outputs, roleOf, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";

/** Below it a number as small as 1 leaves the 32 bits that kernels quantise it through. */
const LEAST_SCALE = 2 ** -31;

/** @throws ShapeError naming the tensor */
export function checkQuantization(
  op: AnyOp,
  attrs: object,
  inputs: readonly Tensor[],
  outputs: Outputs<Tensor>,
): void {
  const activations = inputs.filter((_, i) => roleOf(op, i) === "activation");
  for (const tensor of [...activations, ...outputs]) checkActivation(tensor);
  inputs.forEach((tensor, i) => {
    if (roleOf(op, i) === "weight") checkWeights(op, attrs, tensor);
  });
  const rule = op.outputQuantization(attrs);
  if (rule.kind === "fixed") for (const output of outputs) checkScale(output, rule);
  if (rule.kind === "sameAsInputs" && op.copiesAnyScale !== true) {
    const shared = activations[0]?.quant;
    if (shared?.kind !== "perTensor") return;
    for (const tensor of [...activations, ...outputs]) checkScale(tensor, shared);
  }
}

function checkActivation({ name, dtype, quant }: Tensor): void {
  if (dtype !== "int8") return;
  if (quant === null) throw new ShapeError(`${name} has no quantisation`);
  if (quant.kind !== "perTensor") throw new ShapeError(`activation ${name} is quantised per channel`);
  if (quant.scale < LEAST_SCALE)
    throw new ShapeError(`${name} has scale ${quant.scale}, at least 2^-31 expected`);
}

function checkScale(
  { name, dtype, quant }: Tensor,
  expected: { readonly scale: number; readonly zeroPoint: number },
): void {
  if (dtype !== "int8" || quant?.kind !== "perTensor") return;
  if (quant.scale !== expected.scale || quant.zeroPoint !== expected.zeroPoint) {
    throw new ShapeError(
      `${name} has scale ${quant.scale}, zero point ${quant.zeroPoint}; ` +
        `${expected.scale} and ${expected.zeroPoint} expected`,
    );
  }
}

/** Kernels take channel scales along one axis only, and weights of convolutions without a zero point. */
function checkWeights(op: AnyOp, attrs: object, { name, dtype, quant }: Tensor): void {
  if (dtype !== "int8") return;
  if (quant === null) throw new ShapeError(`${name} has no quantisation`);
  if (quant.kind === "perChannel") {
    const axis = op.affine?.channelAxis;
    if (quant.axis !== axis) {
      throw new ShapeError(`${name} has scales along axis ${quant.axis}, ${axis ?? "none"} expected`);
    }
  } else if (op.weightQuantization(attrs).kind === "perChannel" && quant.zeroPoint !== 0) {
    throw new ShapeError(`${name} has zero point ${quant.zeroPoint}, 0 expected`);
  }
}
