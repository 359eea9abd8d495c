// The proof on demand. A band's file against the network that it was quantised from, and any int8 file against the
// runtimes that nobody here wrote.
//
//   trained network ──quantise──▶ graph ──╮ every layer, equal
//   model.tflite ─────read──────▶ file ───┴─╮ outputs: TFLite Micro equal, LiteRT the same classes
//        ╰──────────────────────▶ runtimes ─╯
import path from "node:path";
import { classesOf } from "../evaluate/classes.ts";
import { layersOf } from "../evaluate/layers.ts";
import { int8Outputs } from "../evaluate/outputs.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { elementCount } from "../ir/tensor.ts";
import { readTflite } from "../tflite/read.ts";
import { sha256 } from "../util/hash.ts";
import {
  modelStale,
  modelWithoutPreprocessing,
  notBuilt,
  nothingToCompare,
  notInt8Model,
} from "../util/messages.ts";
import { loadBandFile } from "./band-file.ts";
import { compareWithRuntime, type ModelUnderTest } from "./compare-runtime.ts";
import { compileModel, verifyModel } from "./compile.ts";
import type { DataSource } from "./data.ts";
import type { OnEvent } from "./events.ts";
import { readIfThere } from "./files.ts";
import {
  DEFAULT_RANDOM_WINDOWS,
  type FrameSet,
  randomFrames,
  recordedFrames,
  spreadWindows,
} from "./frame-set.ts";
import { readModelFile } from "./inspect.ts";
import { MODEL_FILE } from "./layout.ts";
import { checkCount, seedOrDefault } from "./option-values.ts";
import { windowsFor } from "./recorded-windows.ts";
import type { RuntimeId } from "./runtimes/index.ts";
import { type LoadedRuntime, loadRuntime, type PythonOptions } from "./runtimes/python.ts";
import { readTrained, trainingKey } from "./training.ts";
import { type Comparison, compareDecisions, ownComparison, type Verification } from "./verification.ts";
import { prepareWindows } from "./windows.ts";

export interface VerifyOptions extends PythonOptions {
  readonly seed: number | undefined;
  readonly against: readonly RuntimeId[];
  /** Take no more windows than this. */
  readonly windows: number | undefined;
  /** Look into the layers of every runtime, also where nothing differs. */
  readonly layers: boolean;
  readonly onEvent: OnEvent;
}

/**
 * A built band, on its test windows.
 * @throws UserError build/not-built, build/stale, runtime/*, cli/*, and what reading the band can say
 */
export async function verifyBand(bandFile: string, options: VerifyOptions): Promise<Verification> {
  const { onEvent } = options;
  checkCounts(options);
  const file = loadBandFile(bandFile, options);
  const modelPath = path.join(file.outDir, MODEL_FILE);
  const shown = path.relative(process.cwd(), modelPath);
  const bytes = readIfThere(modelPath);
  if (bytes === null) throw notBuilt(shown, bandFile);
  // Read first: a damaged file is the file's fault and says so by its name.
  const graph = readTflite(bytes, shown);
  const runtimes = await loadRuntimes(options);

  const data = await prepareWindows(file, onEvent);
  const trained = readTrained(file.outDir, trainingKey(file, data));
  if (trained === null) throw modelStale(shown, bandFile);
  const compiled = compileModel(trained.graph, data.split.train, file.band.quantize);
  const quantizer = graph.metadata?.inputQuantizer ?? null;
  if (quantizer === null || structureOf(compiled.int8) !== structureOf(graph))
    throw modelStale(shown, bandFile);

  const tests = spreadWindows(data.split.test, options.windows);
  const agreement = verifyModel(compiled.int8, bytes, tests, onEvent);
  const frames = recordedFrames(`test windows of ${bandFile}`, tests, quantizer);
  const size = elementCount(tensorOf(graph, graph.output).shape);
  const decided = classesOf(agreement.outputs, size);
  const read = classesOf(int8Outputs(graph, frames.inputs, frames.windows), size);
  const own = ownComparison(agreement, compareDecisions(decided, read, frames.truth));
  const model = { graph, bytes };
  return report(shown, model, frames, [own, ...(await compareAll(model, frames, runtimes, options))]);
}

/**
 * Any int8 file, on recordings where its metadata says how to read them, else on random frames.
 * @throws UserError verify/*, runtime/*, cli/*, file/not-found, tflite/corrupt, data/*
 */
export async function verifyFile(
  file: string,
  data: DataSource | null,
  options: VerifyOptions,
): Promise<Verification> {
  checkCounts(options);
  const seed = seedOrDefault(options.seed);
  const model = readModelFile(file);
  const input = tensorOf(model.graph, model.graph.input);
  if (input.dtype !== "int8") throw notInt8Model(file, input.dtype, "verify compares int8 models");
  if (options.against.length === 0) throw nothingToCompare(file);
  const runtimes = await loadRuntimes(options);
  const frames =
    data === null
      ? randomFrames(elementCount(input.shape), options.windows ?? DEFAULT_RANDOM_WINDOWS, seed)
      : await framesOf(model.graph, file, data, options);
  return report(file, model, frames, await compareAll(model, frames, runtimes, options));
}

async function framesOf(
  { metadata }: Graph,
  file: string,
  data: DataSource,
  { windows: limit, onEvent }: VerifyOptions,
): Promise<FrameSet> {
  const quantizer = metadata?.inputQuantizer ?? null;
  if (metadata === null || quantizer === null) throw modelWithoutPreprocessing(file);
  const { windows, truth, description } = await windowsFor(metadata.preprocessing, data, limit, onEvent);
  return recordedFrames(description, windows, quantizer, truth);
}

function checkCounts({ windows, timeoutSeconds }: VerifyOptions): void {
  checkCount("--windows", windows);
  checkCount("--timeout", timeoutSeconds);
}

/** One after another: each takes a core, and a machine that is missing something says so once. */
async function loadRuntimes({ against, ...python }: VerifyOptions): Promise<LoadedRuntime[]> {
  const loaded: LoadedRuntime[] = [];
  for (const id of against) loaded.push(await loadRuntime(id, python));
  return loaded;
}

async function compareAll(
  model: ModelUnderTest,
  frames: FrameSet,
  runtimes: readonly LoadedRuntime[],
  { layers }: VerifyOptions,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const runtime of runtimes) {
    comparisons.push(await compareWithRuntime(model, frames, runtime, layers));
  }
  return comparisons;
}

function report(
  file: string,
  { bytes }: ModelUnderTest,
  { description, windows }: FrameSet,
  comparisons: readonly Comparison[],
): Verification {
  return {
    model: { file, bytes: bytes.length, sha256: sha256(bytes) },
    inputs: description,
    windows,
    comparisons,
    passed: comparisons.every(({ passed }) => passed),
  };
}

/** Operators, types and shapes as text: graphs of equal structure can be compared value by value. */
function structureOf(graph: Graph): string {
  const describe = (name: string): string => {
    const { dtype, shape } = tensorOf(graph, name);
    return `${dtype}[${shape.join("x")}]`;
  };
  return [
    describe(graph.input),
    ...layersOf(graph).map((layer) => `${layer.operator} ${describe(layer.tensor)}`),
  ].join();
}
