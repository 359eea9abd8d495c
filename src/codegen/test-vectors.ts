// Inputs with the interpreter's outputs, by which a compiled model is checked wherever it is built.
import { createInterpreter, type Interpreter } from "../interpret/interpreter.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { allocate, type TensorData } from "../ir/tensor.ts";
import { UserError } from "../util/errors.ts";
import { type Random, seededRandom } from "../util/random.ts";

/** Bytes as they lie in a little-endian memory, as every chip's here is. */
export interface TestVector {
  readonly input: Int8Array;
  /** False where the interpreter refuses the input, as for an index that picks nothing. */
  readonly hasAnswer: boolean;
  readonly output: Int8Array;
}

/** The ends of the input's range, where saturation and overflow are, then values drawn from it. */
export function testVectors(graph: Graph, count: number, seed: number): TestVector[] {
  const random = seededRandom(seed).fork("compile");
  const interpreter = createInterpreter(graph);
  return Array.from({ length: count }, (_, i) => {
    interpreter.input.set(randomInput(graph, random, i));
    const hasAnswer = runs(interpreter);
    if (!hasAnswer) interpreter.output.fill(0);
    return { input: bytesOf(interpreter.input), hasAnswer, output: bytesOf(interpreter.output) };
  });
}

function randomInput(graph: Graph, random: Random, index: number): TensorData {
  const tensor = tensorOf(graph, graph.input);
  const data = allocate(tensor);
  const { least, most } = tensor.dtype === "float32" ? floatRange(graph) : wholeRange(tensor.dtype, index);
  for (let i = 0; i < data.length; i++) {
    const drawn = least + random.uniform() * (most - least);
    const value = index === 0 ? most : index === 1 ? least : drawn;
    data[i] = tensor.dtype === "float32" ? value : Math.round(value);
  }
  return data;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/** Of whole numbers that are no int8 nobody says the range: indices are few, so it grows from input to input. */
function wholeRange(dtype: string, index: number): Range {
  if (dtype === "int8") return { least: -128, most: 127 };
  return { least: 0, most: dtype === "bool" ? 1 : 2 ** (index % 8) };
}

/** What the network's first step to int8 can tell apart, and a little more. */
function floatRange(graph: Graph): Range {
  const step = graph.nodes.find(({ inputs }) => inputs[0] === graph.input);
  const quant = step === undefined ? null : tensorOf(graph, step.outputs[0]).quant;
  if (quant?.kind !== "perTensor") return { least: -4, most: 4 };
  const real = (stored: number): number => quant.scale * (stored - quant.zeroPoint);
  return { least: real(-140), most: real(140) };
}

function runs(interpreter: Pick<Interpreter<TensorData>, "run">): boolean {
  try {
    interpreter.run();
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Int8Array {
  return new Int8Array(buffer, byteOffset, byteLength).slice();
}
