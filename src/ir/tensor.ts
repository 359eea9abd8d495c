// Tensors of the intermediate representation, with TensorFlow Lite's quantisation.

export type DType = "float32" | "int8" | "int16" | "int32" | "bool";

export interface PerTensorQuantization {
  readonly kind: "perTensor";
  readonly scale: number;
  readonly zeroPoint: number;
}
/** Symmetric: there is no zero point to disagree about. */
export interface PerChannelQuantization {
  readonly kind: "perChannel";
  readonly axis: number;
  readonly scales: readonly number[];
}
export type QuantizationParams = PerTensorQuantization | PerChannelQuantization;

export type TensorData = Float32Array | Int8Array | Int16Array | Int32Array | Uint8Array;

export interface Tensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly quant: QuantizationParams | null;
  /** Weights and biases only; null for what is computed. */
  readonly constant: TensorData | null;
}

const CONSTRUCTORS = {
  float32: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = {
  float32: 4,
  int8: 1,
  int16: 2,
  int32: 4,
  bool: 1,
};

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function byteLength(tensor: Pick<Tensor, "dtype" | "shape">): number {
  return elementCount(tensor.shape) * BYTES_PER_ELEMENT[tensor.dtype];
}

export function allocate(tensor: Pick<Tensor, "dtype" | "shape">): TensorData {
  return new CONSTRUCTORS[tensor.dtype](elementCount(tensor.shape));
}
