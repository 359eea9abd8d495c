// One runtime against the interpreter on the same bytes and frames, and layer by layer where that says more.
import type { LayerAgreement } from "../evaluate/agreement.ts";
import { classesOf } from "../evaluate/classes.ts";
import { compareOutputs } from "../evaluate/difference.ts";
import { compareForeignLayers } from "../evaluate/foreign-layers.ts";
import { layersOf, truncateGraph } from "../evaluate/layers.ts";
import { int8Outputs } from "../evaluate/outputs.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { elementCount } from "../ir/tensor.ts";
import { writeTflite } from "../tflite/write.ts";
import type { FrameSet } from "./frame-set.ts";
import { RUNTIMES } from "./runtimes/index.ts";
import type { LoadedRuntime } from "./runtimes/python.ts";
import { type Rule, windowsOf } from "./runtimes/runtime.ts";
import { type Comparison, compareDecisions, firstDifference, numberLayers } from "./verification.ts";

export interface ModelUnderTest {
  /** Read from `bytes`. */
  readonly graph: Graph;
  readonly bytes: Uint8Array;
}

/**
 * @param layers look into the layers even where the outputs give no reason
 * @throws UserError runtime/*
 */
export async function compareWithRuntime(
  model: ModelUnderTest,
  { inputs, windows, truth }: FrameSet,
  runtime: LoadedRuntime,
  layers: boolean,
): Promise<Comparison> {
  const { title, rule, because, package: name } = RUNTIMES[runtime.id];
  const outputSize = sizeOf(model.graph, model.graph.output);
  const ours = int8Outputs(model.graph, inputs, windows);
  const [theirs] = await runtime.run([{ bytes: model.bytes, outputSize }], inputs, windows);
  const whole = compareOutputs(ours, theirs!, outputSize);

  const wanted = layers || (rule.kind === "equality" && whole.different > 0);
  const found = wanted ? await lookIntoLayers(model, inputs, windows, theirs!, runtime) : null;
  const numbered = found === null ? null : numberLayers(found, 0);

  const decisions = compareDecisions(classesOf(ours, outputSize), classesOf(theirs!, outputSize), truth);
  const { values, different, largest } = whole;
  return {
    left: "file",
    right: title,
    software: `${name} ${runtime.version}`,
    rule,
    because,
    scope: "outputs",
    windows,
    values,
    different,
    largest,
    first: firstDifference(numbered ?? [outputLayer(model.graph, whole)]),
    ...decisions,
    layers: numbered,
    passed:
      rule.kind === "equality"
        ? different === 0 && (found ?? []).every((layer) => layer.different === 0)
        : agrees(rule, windows, decisions),
  };
}

function agrees(
  rule: Extract<Rule, { kind: "agreement" }>,
  windows: number,
  { sameClass, accuracy }: ReturnType<typeof compareDecisions>,
): boolean {
  if (windows - sameClass > windowsOf(rule.mostOtherClass, windows)) return false;
  if (accuracy === null) return true;
  return accuracy.left - accuracy.right <= windowsOf(rule.mostAccuracyLost, accuracy.known);
}

/**
 * Every layer of every window. The output comes from the file itself, which makes the last word that of the bytes
 * under test and not of a copy.
 */
async function lookIntoLayers(
  { graph }: ModelUnderTest,
  inputs: Int8Array,
  windows: number,
  outputs: Int8Array,
  runtime: LoadedRuntime,
): Promise<LayerAgreement[]> {
  const inner = layersOf(graph).filter(({ tensor }) => tensor !== graph.output);
  const models = inner.map(({ tensor }) => ({
    bytes: writeTflite(truncateGraph(graph, tensor)),
    outputSize: sizeOf(graph, tensor),
  }));
  const values = models.length === 0 ? [] : await runtime.run(models, inputs, windows);
  const foreign = new Map(inner.map(({ tensor }, i) => [tensor, values[i]!]));
  return compareForeignLayers(graph, inputs, windows, foreign.set(graph.output, outputs));
}

function outputLayer(
  graph: Graph,
  whole: Pick<LayerAgreement, "values" | "different" | "largest" | "first">,
): LayerAgreement & { layer: number } {
  const layers = layersOf(graph);
  const layer = layers.findIndex(({ tensor }) => tensor === graph.output);
  return { ...whole, layer, operator: layers[layer]?.operator ?? "input", tensor: graph.output };
}

function sizeOf(graph: Graph, tensor: string): number {
  return elementCount(tensorOf(graph, tensor).shape);
}
