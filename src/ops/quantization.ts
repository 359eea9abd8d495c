// What kernels ask of a tensor's quantisation.
import { type PerTensorQuantization, type Tensor, type TensorData } from "../ir/tensor.ts";
import { quantizeMultiplier } from "../util/fixedpoint.ts";

/** The tensor's one scale and zero point; another kind here is a bug, since graphs are validated. */
export function perTensor(tensor: Tensor): PerTensorQuantization {
  if (tensor.quant?.kind !== "perTensor")
    throw new Error(`Bug in Bandsmith: ${tensor.name} is not per-tensor`);
  return tensor.quant;
}

/** One weight scale a channel, whether the tensor has one or many. */
function channelScales(weights: Tensor, channels: number): readonly number[] {
  if (weights.quant?.kind === "perChannel") return weights.quant.scales;
  return new Array<number>(channels).fill(perTensor(weights).scale);
}

/** Requantisation of one output channel each: mantissas and shifts as the kernels take them. */
export interface ChannelMultipliers {
  readonly mantissas: Int32Array;
  readonly shifts: Int32Array;
}

/** s_in · s_w[c] / s_out in double, from float32 scales (NUMERICS: convolutions). */
export function convolutionMultipliers(
  input: Tensor,
  weights: Tensor,
  output: Tensor,
  channels: number,
): ChannelMultipliers {
  const inputScale = perTensor(input).scale;
  const outputScale = perTensor(output).scale;
  return toChannelMultipliers(
    channelScales(weights, channels).map((scale) => (inputScale * scale) / outputScale),
  );
}

export function toChannelMultipliers(reals: readonly number[]): ChannelMultipliers {
  const multipliers = reals.map(quantizeMultiplier);
  return {
    mantissas: Int32Array.from(multipliers, (m) => m.mantissa),
    shifts: Int32Array.from(multipliers, (m) => m.shift),
  };
}

export function asInt8(data: TensorData): Int8Array {
  if (!(data instanceof Int8Array)) throw new Error("Bug in Bandsmith: int8 data expected");
  return data;
}

export function asInt32(data: TensorData): Int32Array {
  if (!(data instanceof Int32Array)) throw new Error("Bug in Bandsmith: int32 data expected");
  return data;
}

export function asFloat32(data: TensorData): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error("Bug in Bandsmith: float32 data expected");
  return data;
}
