// Kernels of our own for TensorFlow.js's WebAssembly and cpu backends: JavaScript loops over their memory.
import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** A kernel's inputs by name. */
type Inputs = Readonly<Record<string, tf.TensorInfo>>;

/** What a kernel needs of a backend. */
export interface Memory {
  /** The float32 memory of a tensor. A view may die at the next allocation: take views after the last one. */
  floats(info: tf.TensorInfo): Float32Array;
  /** Not cleared. */
  allocate(shape: readonly number[]): tf.TensorInfo;
  release(info: tf.TensorInfo): void;
  /** [m, k] × [k, n] + bias [n] → [m, n]. */
  product(
    a: tf.TensorInfo,
    b: tf.TensorInfo,
    size: readonly [m: number, k: number, n: number],
    bias?: tf.TensorInfo,
  ): tf.TensorInfo;
  /** 1 / (1 + exp(−x)) of every value. */
  logistic(x: tf.TensorInfo): tf.TensorInfo;
}

/** A method's type, so that its attributes are compared bivariantly and each kernel can name its own. */
type Kernel = { run(inputs: Inputs, attrs: object, memory: Memory): tf.TensorInfo | tf.TensorInfo[] }["run"];

/** Registers a kernel for both backends. */
export function registerKernel(kernelName: string, run: Kernel): void {
  for (const [backendName, open] of Object.entries(MEMORIES)) {
    let memory: Memory | null = null;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc({ inputs, attrs, backend }) {
        memory ??= open(backend);
        return run(inputs as Inputs, attrs as object, memory);
      },
    });
  }
}

const MEMORIES: Readonly<Record<string, (backend: unknown) => Memory>> = {
  wasm(backend) {
    const wasm = backend as BackendWasm;
    return {
      floats: (info) => wasm.typedArrayFromHeap(info) as Float32Array,
      allocate: (shape) => wasm.makeOutput([...shape], "float32"),
      release: (info) => {
        wasm.disposeData(info.dataId);
      },
      product: matrixProduct("wasm", backend),
      logistic: logistic("wasm", backend),
    };
  },
  cpu(backend) {
    const cpu = backend as MathBackendCPU;
    return {
      floats: (info) => cpu.data.get(info.dataId).values as Float32Array,
      allocate: (shape) =>
        cpu.makeTensorInfo([...shape], "float32", new Float32Array(tf.util.sizeFromShape([...shape]))),
      release: (info) => {
        cpu.disposeIntermediateTensorInfo(info);
      },
      product: matrixProduct("cpu", backend),
      logistic: logistic("cpu", backend),
    };
  },
};

/**
 * The backend's own product; on WebAssembly that is XNNPACK's. It takes that road only for untransposed operands (its
 * other one is four times slower), so that callers transpose by hand.
 */
function matrixProduct(backendName: string, backend: unknown): Memory["product"] {
  return (a, b, [m, k, n], bias) => {
    const inputs = { a: { ...a, shape: [1, m, k] }, b: { ...b, shape: [1, k, n] } };
    return tf.getKernel("_FusedMatMul", backendName).kernelFunc({
      inputs: bias === undefined ? inputs : { ...inputs, bias },
      backend: backend as object,
      attrs: { transposeA: false, transposeB: false, activation: "linear" },
    }) as tf.TensorInfo;
  };
}

/** The backend's own; on WebAssembly XNNPACK's, in vectors. */
function logistic(backendName: string, backend: unknown): Memory["logistic"] {
  return (x) =>
    tf.getKernel("Sigmoid", backendName).kernelFunc({
      inputs: { x },
      backend: backend as object,
      attrs: {},
    }) as tf.TensorInfo;
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

/** [height, width] to [width, height]. */
export function transpose(memory: Memory, info: tf.TensorInfo, height: number, width: number): tf.TensorInfo {
  const out = memory.allocate([width, height]);
  const from = memory.floats(info);
  const to = memory.floats(out);
  for (let r = 0, i = 0; r < height; r++) {
    for (let c = 0, o = r; c < width; c++, o += height) to[o] = from[i++]!;
  }
  return out;
}
