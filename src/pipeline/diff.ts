// Two models compared: as they are written, and in what they compute on the same real inputs.
import { floatFrames, int8Frames } from "../evaluate/frames.ts";
import { compareValues, type FillInput, type ValueDifference } from "../evaluate/layer-diff.ts";
import { compareStructure, type StructureDifference } from "../evaluate/structure-diff.ts";
import { countMacs, countParameters, type Graph, tensorOf } from "../ir/graph.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { clampInt8, roundHalfAway } from "../util/fixedpoint.ts";
import { canonicalJson, sha256 } from "../util/hash.ts";
import {
  differentClasses,
  differentInputs,
  differentWindows,
  modelWithoutPreprocessing,
} from "../util/messages.ts";
import { seededRandom } from "../util/random.ts";
import type { DataSource } from "./data.ts";
import type { OnEvent } from "./events.ts";
import { DEFAULT_RANDOM_WINDOWS } from "./frame-set.ts";
import { readModelFile } from "./inspect.ts";
import { checkCount, seedOrDefault } from "./option-values.ts";
import { windowsFor } from "./recorded-windows.ts";

interface ModelSize {
  readonly file: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly macs: number;
  readonly parameters: number;
  readonly operators: number;
}

export interface ModelDiff {
  readonly left: ModelSize;
  readonly right: ModelSize;
  readonly structure: readonly StructureDifference[];
  readonly inputs: string;
  readonly values: ValueDifference;
  /** No difference of structure, every layer has its counterpart, and all values are equal. */
  readonly equal: boolean;
}

export interface DiffOptions {
  readonly data: DataSource | null;
  readonly windows: number | undefined;
  readonly seed: number | undefined;
  readonly onEvent: OnEvent;
}

interface Inputs {
  readonly description: string;
  readonly windows: number;
  readonly fills: readonly [FillInput, FillInput];
}

/** @throws UserError diff/*, verify/no-preprocessing, cli/*, file/not-found, tflite/corrupt, data/* */
export async function diffModels(fileA: string, fileB: string, options: DiffOptions): Promise<ModelDiff> {
  checkCount("--windows", options.windows);
  const seed = seedOrDefault(options.seed);
  const [a, b] = [readModelFile(fileA), readModelFile(fileB)];
  checkComparable(a.graph, b.graph);
  const { description, windows, fills } =
    options.data === null
      ? randomInputs(a.graph, b.graph, options.windows ?? DEFAULT_RANDOM_WINDOWS, seed)
      : await recordedInputs([fileA, a.graph], [fileB, b.graph], options.data, options);
  const structure = compareStructure(a.graph, b.graph);
  const values = compareValues(a.graph, b.graph, windows, ...fills);
  return {
    left: sizeOf(fileA, a),
    right: sizeOf(fileB, b),
    structure,
    inputs: description,
    values,
    equal: structure.length === 0 && values.layers.every((layer) => layer.equal === layer.values),
  };
}

function sizeOf(file: string, { graph, bytes }: { graph: Graph; bytes: Uint8Array }): ModelSize {
  return {
    file,
    type: tensorOf(graph, graph.input).dtype,
    bytes: bytes.length,
    sha256: sha256(bytes),
    macs: countMacs(graph),
    parameters: countParameters(graph),
    operators: graph.nodes.length,
  };
}

function checkComparable(a: Graph, b: Graph): void {
  const shape = (graph: Graph, name: string): string => `[${tensorOf(graph, name).shape.join(", ")}]`;
  const [inputA, inputB] = [shape(a, a.input), shape(b, b.input)];
  if (inputA !== inputB) throw differentInputs(inputA, inputB);
  const [outputA, outputB] = [shape(a, a.output), shape(b, b.output)];
  if (outputA !== outputB) throw differentClasses(outputA, outputB);
  const [labelsA, labelsB] = [a, b].map(({ metadata }) => metadata?.preprocessing.labels.join(", "));
  if (labelsA !== undefined && labelsB !== undefined && labelsA !== labelsB) {
    throw differentClasses(labelsA, labelsB);
  }
}

/** Real values over what the first int8 model's input can hold; of two float models, standard normal ones. */
function randomInputs(a: Graph, b: Graph, windows: number, seed: number): Inputs {
  const [left, right] = [tensorOf(a, a.input), tensorOf(b, b.input)];
  const quant = [left.quant, right.quant].find((one) => one?.kind === "perTensor");
  const random = seededRandom(seed).fork("diff");
  const range =
    quant?.kind === "perTensor"
      ? { from: quant.scale * (-128 - quant.zeroPoint), to: quant.scale * (127 - quant.zeroPoint) }
      : null;
  const reals = Float32Array.from({ length: windows * elementCount(left.shape) }, () =>
    range === null ? random.normal() : range.from + (range.to - range.from) * random.uniform(),
  );
  const how =
    range === null
      ? "standard normal"
      : `uniform from ${range.from.toPrecision(4)} to ${range.to.toPrecision(4)}`;
  return {
    description: `random real values, ${how} (seed ${seed}), quantised into each int8 input; no recordings`,
    windows,
    fills: [fillFrom(reals, left), fillFrom(reals, right)],
  };
}

function fillFrom(reals: Float32Array, { quant }: Tensor): FillInput {
  return (index, input) => {
    const real = reals.subarray(index * input.length, (index + 1) * input.length);
    if (quant?.kind !== "perTensor") input.set(real);
    else {
      const { scale, zeroPoint } = quant;
      for (let i = 0; i < input.length; i++) {
        input[i] = clampInt8(roundHalfAway(real[i]! / scale) + zeroPoint);
      }
    }
  };
}

/** Each model's own normalisation and step to int8, on windows that both must see alike. */
async function recordedInputs(
  [fileA, a]: readonly [string, Graph],
  [fileB, b]: readonly [string, Graph],
  data: DataSource,
  { windows: limit, onEvent }: DiffOptions,
): Promise<Inputs> {
  const [left, right] = [a.metadata, b.metadata];
  if (left === null) throw modelWithoutPreprocessing(fileA);
  if (right === null) throw modelWithoutPreprocessing(fileB);
  const windowing = [left, right].map(({ preprocessing: { sensor, filters, ...shape } }) =>
    canonicalJson([sensor, filters, shape.sampleRateHz, shape.windowSamples, shape.strideSamples]),
  );
  if (windowing[0] !== windowing[1]) throw differentWindows();
  const { windows, truth, description } = await windowsFor(left.preprocessing, data, limit, onEvent);
  const fill = ({ preprocessing, inputQuantizer }: typeof left): FillInput => {
    const real = floatFrames(windows, preprocessing.normalization);
    const int8 = inputQuantizer === null ? null : int8Frames(windows, inputQuantizer);
    return (index, input) => {
      if (input instanceof Float32Array) real(index, input);
      else int8!(index, input);
    };
  };
  return { description, windows: truth.length, fills: [fill(left), fill(right)] };
}
