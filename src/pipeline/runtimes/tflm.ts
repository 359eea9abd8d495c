// TensorFlow Lite Micro: the contract. docs/numerics.md says what of it the interpreter repeats.
import type { Runtime } from "./runtime.ts";

export const tflm: Runtime = {
  title: "TFLite Micro",
  module: "tflite_micro",
  package: "tflite-micro",
  rule: { kind: "equality" },
  because: "its reference kernels are what the firmware runs and what the interpreter must repeat",
};
