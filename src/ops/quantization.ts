// What kernels ask of a tensor's quantisation.
import { type PerTensorQuantization, type Tensor, type TensorData } from "../ir/tensor.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";

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

/**
 * Every int8 value, from −128 up, less the zero point, shifted left and multiplied: what kernels of two inputs of
 * different scales bring both to.
 */
export function scaledValues(
  { zeroPoint }: PerTensorQuantization,
  leftShift: number,
  multiplier: number,
): Int32Array {
  const { mantissa, shift } = quantizeMultiplier(multiplier);
  return Int32Array.from({ length: 256 }, (_, i) =>
    multiplyByQuantizedMultiplier((i - 128 - zeroPoint) << leftShift, mantissa, shift),
  );
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

export function asBool(data: TensorData): Uint8Array {
  if (!(data instanceof Uint8Array)) throw new Error("Bug in Bandsmith: bool data expected");
  return data;
}
