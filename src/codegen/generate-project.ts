// An int8 graph, its .tflite bytes and a board to a PlatformIO project. Same input, same bytes.
import { type Graph, tensorOf } from "../ir/graph.ts";
import { byteLength, elementCount } from "../ir/tensor.ts";
import { fullyConnected } from "../ops/fully-connected.ts";
import type { CompiledSize } from "../plan/compiled-size.ts";
import { headFeatures } from "../plan/head-features.ts";
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import { type WristName, wristOrientation } from "../signal/wrist.ts";
import type { BandSpec, DecisionSpec, Engine, Optimize, PowerSpec } from "../spec/band.ts";
import { type Board, kernelTarget } from "../spec/board.ts";
import { checkFits, type Footprint } from "../spec/board-fit.ts";
import { type HeadManifest, manifestOf } from "../spec/manifest.ts";
import { invariant } from "../util/errors.ts";
import { sha256 } from "../util/hash.ts";
import { behaviourView, unknownBelowPercent } from "./behaviour-view.ts";
import { boardView } from "./board-view.ts";
import { collectView } from "./collect-view.ts";
import { configView } from "./config-view.ts";
import { byteLines, commentText, identifier, stringLiteral } from "./cpp.ts";
import { belongs, engineView, projectEngine } from "./engine.ts";
import type { FileContent, FileTree, Resources } from "./file-tree.ts";
import { goldenView, randomWindows } from "./golden-windows.ts";
import { headManifest, headView } from "./head-view.ts";
import { hasState, layerViews, resolverMethods } from "./layers.ts";
import { type LearnInput, learnStorageBytes, learnView } from "./learn-view.ts";
import { render, type View } from "./template.ts";
import { wristView } from "./wrist-view.ts";

export interface ProjectInput {
  /** The band's name, shown on its display. */
  readonly name: string;
  /** Quantised, with its pre-processing. */
  readonly graph: Graph;
  /** The same graph, encoded. */
  readonly tflite: Uint8Array;
  readonly board: Board;
  /** band.yaml's: which recorded labels an activity stands for. */
  readonly activities?: BandSpec["activities"];
  /** How the band is worn when it starts; default: as in the recordings. */
  readonly wrist?: WristName;
  readonly decision: DecisionSpec;
  readonly power: PowerSpec;
  /** What runs the network on the band. */
  readonly engine: Engine;
  readonly optimize?: Optimize | undefined;
  readonly arenaBytes: number;
  /** Of the network in C++; null where it is not what runs on the band. */
  readonly compiledSize: CompiledSize | null;
  readonly resources: Resources;
  readonly toolVersion: string;
  /** Windows, int8 as the network takes them, that the firmware is checked with; default: random ones. */
  readonly goldenWindows?: readonly Int8Array[] | undefined;
  /** The file for whoever fits heads to the network; none if absent. */
  readonly headMetric?: Uint8Array | null | undefined;
  /** What the band may learn from its wearer; nothing if absent. */
  readonly learn?: LearnInput | undefined;
  /** Ed25519, of whoever may send heads to the band; nobody if absent. */
  readonly publicKey?: Uint8Array | undefined;
  /** Raw samples may leave the band; not if absent. */
  readonly collect?: boolean | undefined;
}

/** Beside bandsmith.json, which names its hash. */
const MODEL_FILE = "model.tflite";
/** What fits heads to it (src/pipeline/head-metric.ts). */
const HEAD_METRIC_FILE = "head-metric.bin";
const TEMPLATE_SUFFIX = ".hbs";

/** Where the hand-written sources go: what runs anywhere is a library, what needs the chip is part of src/. */
const FIRMWARE_PLACES: readonly (readonly [from: string, to: string])[] = [
  ["bandsmith/", "lib/bandsmith/src/bandsmith/"],
  ["third_party/", "lib/bandsmith/src/third_party/"],
  ["esp32/", "src/esp32/"],
  ["tflm/", "src/tflm/"],
  ["compiled/", "src/compiled/"],
  ["host/", "src/host/"],
];

/** @throws UserError board/too-small, project/sensor-rate, project/collect-rate, project/no-kernel */
export function generateProject(input: ProjectInput): FileTree {
  // 1. What cannot work is refused before anything is made.
  checkFits(footprintOf(input), input.board);
  // 2. Everything that templates print, decided here.
  const view = projectView(input);
  // 3. Templates, then the hand-written firmware to the letter: what the engine has a use for.
  const parts = { ...projectEngine(input.graph, input.engine), learn: input.learn !== undefined };
  const files = new Map<string, FileContent>();
  for (const [path, template] of input.resources.templates) {
    invariant(path.endsWith(TEMPLATE_SUFFIX), `templates/${path} is a template`);
    const file = path.slice(0, -TEMPLATE_SUFFIX.length);
    if (belongs(file, parts)) files.set(file, render(template, view, `templates/${path}`));
  }
  for (const [path, text] of input.resources.firmware) {
    if (belongs(firmwarePlace(path), parts)) files.set(firmwarePlace(path), text);
  }
  // The model itself, for the twin and for whoever wants to look into it.
  files.set(MODEL_FILE, input.tflite);
  if (input.headMetric != null) files.set(HEAD_METRIC_FILE, input.headMetric);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function footprintOf({ compiledSize, tflite, arenaBytes, learn }: ProjectInput): Footprint {
  const [learnBytes, metricBytes, learning] =
    learn === undefined ? [0, 0, ""] : [learnStorageBytes(learn), learn.metric.byteLength, " and learning"];
  if (compiledSize === null) {
    const flash = { bytes: tflite.length + metricBytes, what: `model${learning}` };
    return {
      engine: "tflm",
      flash,
      ram: { bytes: arenaBytes + learnBytes, what: `tensor arena${learning}` },
    };
  }
  const { ramBytes, constantBytes, codeBytes } = compiledSize;
  const flash = {
    bytes: constantBytes + codeBytes + metricBytes,
    what: `constants and kernels${learning} (estimated)`,
  };
  const ram = { bytes: ramBytes + learnBytes, what: `the network's memory${learning}` };
  return { engine: "compiled", flash, ram };
}

function firmwarePlace(path: string): string {
  const place = FIRMWARE_PLACES.find(([from]) => path.startsWith(from));
  invariant(place !== undefined, `firmware/${path} has a place in the project`);
  return place[1] + path.slice(place[0].length);
}

/** All that the templates may name. */
export function projectView(project: ProjectInput): View {
  const { name, graph, tflite, board, arenaBytes, toolVersion, wrist = "same" } = project;
  const { metadata } = graph;
  invariant(metadata?.inputQuantizer != null, `${graph.name} is quantised and knows its pre-processing`);
  const { preprocessing, inputQuantizer } = metadata;
  const window = tensorOf(graph, graph.input);
  const output = tensorOf(graph, graph.output);
  invariant(
    window.dtype === "int8" && elementCount(window.shape) === preprocessing.windowSamples * CHANNEL_COUNT,
    `${graph.name} takes one int8 window`,
  );
  invariant(
    output.dtype === "int8" && elementCount(output.shape) === preprocessing.labels.length,
    `${graph.name} gives one int8 a label`,
  );
  // firmware/bandsmith/app/decision.h reads outputs as probabilities of 1/256.
  invariant(
    output.quant?.kind === "perTensor" && output.quant.scale === 1 / 256 && output.quant.zeroPoint === -128,
    `${graph.name} ends in a softmax`,
  );
  const publicKey = project.publicKey ?? null;
  const goldenWindows = project.goldenWindows ?? randomWindows(graph);
  const features = headFeatures(graph);
  const headSize = features === null ? null : byteLength(tensorOf(graph, features));
  const methods = resolverMethods(graph);
  const tool = commentText(toolVersion);
  const hash = sha256(tflite).slice(0, 16);
  return {
    tool,
    name: { plain: commentText(name), literal: stringLiteral(name) },
    model: {
      hash,
      id: hash.slice(0, 8),
      bytes: tflite.length,
      lines: byteLines(tflite),
      inputBytes: byteLength(window),
      outputBytes: byteLength(output),
      layers: layerViews(graph),
      layerCount: graph.nodes.length,
      operators: methods.map((method) => ({
        method: identifier(method),
        argument:
          method === fullyConnected.resolverMethod && headSize !== null
            ? `bandsmith::featureKeeper(${headSize})`
            : "",
      })),
      operatorCount: methods.length,
      arenaBytes,
      hasState: hasState(graph),
      ramBytes: project.compiledSize?.ramBytes ?? 0,
      constantBytes: project.compiledSize?.constantBytes ?? 0,
      codeBytes: project.compiledSize?.codeBytes ?? 0,
    },
    ...engineView(graph, project.engine, kernelTarget(board, project.optimize)),
    board: boardView(board, `Bandsmith ${tool}, model ${hash}`),
    config: configView(preprocessing, inputQuantizer, board),
    behaviour: behaviourView(preprocessing, project),
    wrist: wristView(wrist, preprocessing),
    golden: goldenView(graph, preprocessing, inputQuantizer, wristOrientation(wrist), goldenWindows),
    learn: learnView(project.learn, preprocessing),
    head: headView(graph, tflite, goldenWindows, publicKey),
    collect: collectView(project.collect ?? false, preprocessing),
    chipSources: chipSources(project),
    manifest: manifestText(project, tool, hash, headManifest(graph, goldenWindows, publicKey)),
  };
}

function manifestText(
  { board, name, activities, wrist = "same", decision, collect, learn }: ProjectInput,
  tool: string,
  model: string,
  head: HeadManifest | null,
): string {
  const manifest = manifestOf(board, {
    generator: `Bandsmith ${tool}`,
    name,
    model,
    activities: activities ?? null,
    smoothWindows: decision.smoothWindows,
    unknownBelowPercent: unknownBelowPercent(decision),
    wrist: wristOrientation(wrist),
    head,
    ...(collect === true ? { collect } : {}),
    learn: learn?.spec,
  });
  return JSON.stringify(manifest, null, 2);
}

/** What ESP-IDF's build compiles, relative to src/: the generated sources and those that need the chip. */
function chipSources({ graph, engine, learn, resources: { templates, firmware } }: ProjectInput): string[] {
  const folders = ["src", "src/esp32", engine === "tflm" ? "src/tflm" : "src/compiled"];
  const engines = { ...projectEngine(graph, engine), learn: learn !== undefined };
  return [
    ...[...templates.keys()].map((path) => path.slice(0, -TEMPLATE_SUFFIX.length)),
    ...[...firmware.keys()].map(firmwarePlace),
  ]
    .filter((path) => path.endsWith(".cpp") && folders.includes(path.slice(0, path.lastIndexOf("/"))))
    .filter((path) => belongs(path, engines))
    .map((path) => path.slice("src/".length))
    .sort();
}
