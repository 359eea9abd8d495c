// Messages of .tflite files.
import { UserError } from "../errors.ts";

export const corruptTflite = (source: string, found: string, cause: unknown): UserError =>
  new UserError(
    "tflite/corrupt",
    `${source} is not a TensorFlow Lite model that Bandsmith can run: ${found}.`,
    "Give a complete .tflite file with one int8 (or float32) subgraph of supported operators.",
    { cause },
  );

export const endlessLoop = (iterations: number): UserError =>
  new UserError(
    "tflite/endless-loop",
    `A WHILE of the model has run ${iterations} times and its condition still holds.`,
    "Give a model whose loops end; a wrist window has at most a few hundred steps.",
  );

/** Of an index that the model computes, so that no check of the file can know it. */
export const indexOutOfRange = (operator: string, index: number, size: number): UserError =>
  new UserError(
    "tflite/index-out-of-range",
    `${operator} is asked for element ${index} of ${size}.`,
    "TensorFlow Lite Micro refuses this inference too: keep the model's computed indices in range.",
  );
