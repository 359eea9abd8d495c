// A bias of zeros and none are the same to the kernels: files leave it out, graphs have it.
import { type AnyOp, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { canonicalJson } from "../util/hash.ts";

/** The inputs that decide what a left-out bias is. */
interface Operands {
  readonly input: Tensor;
  readonly weights: Tensor;
  readonly output: Tensor;
}

/**
 * The bias that a file without one means.
 * @param channelAxis of the weights
 * @throws ShapeError where the weights have no such axis
 */
export function zeroBias(channelAxis: number, { input, weights, output }: Operands): Tensor {
  const channels = weights.shape[channelAxis];
  if (channels === undefined) throw new ShapeError(`its weights have shape [${weights.shape.join(", ")}]`);
  const common = { name: nameOf(weights, output), shape: [channels] };
  if (input.dtype !== "int8" || input.quant?.kind !== "perTensor" || weights.quant === null) {
    return { ...common, dtype: "float32", quant: null, constant: new Float32Array(channels) };
  }
  const { scale } = input.quant;
  return {
    ...common,
    dtype: "int32",
    quant:
      weights.quant.kind === "perTensor"
        ? { kind: "perTensor", scale: Math.fround(scale * weights.quant.scale), zeroPoint: 0 }
        : { kind: "perChannel", axis: 0, scales: weights.quant.scales.map((s) => Math.fround(scale * s)) },
    constant: new Int32Array(channels),
  };
}

/** Beside its weights where they are named as ours are, so that a graph is the same before and after its file. */
function nameOf(weights: Tensor, output: Tensor): string {
  const suffix = "/weights";
  return weights.name.endsWith(suffix)
    ? `${weights.name.slice(0, -suffix.length)}/bias`
    : `${output.name}/zero bias`;
}

/** Whether a node's last input is what a reader would put there by itself. */
export function isZeroBias(op: AnyOp, inputs: readonly Tensor[], output: Tensor): boolean {
  const [input, weights, bias] = inputs;
  if (!op.tflite.omitsZeroBias || op.affine === undefined || !input || !weights || !bias) return false;
  const told = ({ name, dtype, shape, quant }: Tensor): string =>
    canonicalJson({ name, dtype, shape, quant });
  const implied = zeroBias(op.affine.channelAxis, { input, weights, output });
  return bias.constant?.every((value) => value === 0) === true && told(bias) === told(implied);
}
