// Kernels of our own on TensorFlow.js's WebAssembly backend: JavaScript loops over its heap.
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

export type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** A kernel's inputs and attributes by name. */
export type Inputs = Readonly<Record<string, tf.TensorInfo>>;

/** The float32 memory of a tensor. A view dies when the heap grows: take views after the last allocation. */
export function floats(backend: BackendWasm, info: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(info) as Float32Array;
}

export function allocate(backend: BackendWasm, shape: readonly number[]): tf.TensorInfo {
  return backend.makeOutput([...shape], "float32");
}

/** A method's type, so that its attributes are compared bivariantly and each kernel can name its own. */
type WasmKernel = {
  run(inputs: Inputs, attrs: object, backend: BackendWasm): tf.TensorInfo | tf.TensorInfo[];
}["run"];

/** Registers a kernel for the WebAssembly backend alone. */
export function registerWasmKernel(kernelName: string, run: WasmKernel): void {
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(inputs as Inputs, attrs as object, backend as unknown as BackendWasm),
  });
}

/** Runs a kernel on the tape; several outputs come as a list. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attrs: object,
): tf.Tensor[] {
  const result = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, { ...inputs }, { ...attrs });
  return Array.isArray(result) ? result : [result];
}

/** The same for a kernel of one output. */
export function runKernel1(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attrs: object,
): tf.Tensor {
  return runKernel(name, inputs, attrs)[0]!;
}

/** Product of all dimensions but the last. */
export function rows(info: Pick<tf.TensorInfo, "shape">): number {
  return info.shape.slice(0, -1).reduce((product, dimension) => product * dimension, 1);
}
