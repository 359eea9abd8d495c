// An int8 graph, its .tflite bytes and a board to a PlatformIO project. Same input, same bytes.
import { type Graph, tensorOf } from "../ir/graph.ts";
import { byteLength, elementCount } from "../ir/tensor.ts";
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import type { Engine } from "../spec/band.ts";
import { APP_OFFSET, type Board } from "../spec/board.ts";
import { checkFits } from "../spec/board-fit.ts";
import { invariant } from "../util/errors.ts";
import { sha256 } from "../util/hash.ts";
import { configView } from "./config-view.ts";
import { byteLines, byteLiteral, commentText, identifier, stringLiteral } from "./cpp.ts";
import { belongs, engineView, projectEngine } from "./engine.ts";
import type { FileContent, FileTree, Resources } from "./file-tree.ts";
import { layerViews, resolverMethods } from "./layers.ts";
import { render, type View } from "./template.ts";

export interface ProjectInput {
  /** The band's name, shown on its display. */
  readonly name: string;
  /** Quantised, with its pre-processing. */
  readonly graph: Graph;
  /** The same graph, encoded. */
  readonly tflite: Uint8Array;
  readonly board: Board;
  /** What runs the network on the band. */
  readonly engine: Engine;
  readonly arenaBytes: number;
  readonly resources: Resources;
  readonly toolVersion: string;
}

const TEMPLATE_SUFFIX = ".hbs";

/** Where the hand-written sources go: what runs anywhere is a library, what needs the chip is part of src/. */
const FIRMWARE_PLACES: readonly (readonly [from: string, to: string])[] = [
  ["bandsmith/", "lib/bandsmith/src/bandsmith/"],
  ["esp32/", "src/esp32/"],
  ["tflm/", "src/tflm/"],
  ["compiled/", "src/compiled/"],
  ["host/", "src/host/"],
];

/** @throws UserError board/too-small, project/sensor-rate, project/no-kernel */
export function generateProject(input: ProjectInput): FileTree {
  // 1. What cannot work is refused before anything is made.
  checkFits({ modelBytes: input.tflite.length, arenaBytes: input.arenaBytes }, input.board);
  // 2. Everything that templates print, decided here.
  const view = projectView(input);
  // 3. Templates, then the hand-written firmware to the letter: what the engine has a use for.
  const engine = projectEngine(input.graph, input.engine);
  const files = new Map<string, FileContent>();
  for (const [path, template] of input.resources.templates) {
    invariant(path.endsWith(TEMPLATE_SUFFIX), `templates/${path} is a template`);
    const file = path.slice(0, -TEMPLATE_SUFFIX.length);
    if (belongs(file, engine)) files.set(file, render(template, view, `templates/${path}`));
  }
  for (const [path, text] of input.resources.firmware) {
    if (belongs(firmwarePlace(path), engine)) files.set(firmwarePlace(path), text);
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function firmwarePlace(path: string): string {
  const place = FIRMWARE_PLACES.find(([from]) => path.startsWith(from));
  invariant(place !== undefined, `firmware/${path} has a place in the project`);
  return place[1] + path.slice(place[0].length);
}

/** All that the templates may name. */
export function projectView(project: ProjectInput): View {
  const { name, graph, tflite, board, arenaBytes, toolVersion } = project;
  const { metadata } = graph;
  invariant(metadata?.inputQuantizer != null, `${graph.name} is quantised and knows its pre-processing`);
  const { preprocessing, inputQuantizer } = metadata;
  const input = tensorOf(graph, graph.input);
  const output = tensorOf(graph, graph.output);
  invariant(
    input.dtype === "int8" && elementCount(input.shape) === preprocessing.windowSamples * CHANNEL_COUNT,
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
  const methods = resolverMethods(graph);
  return {
    tool: commentText(toolVersion),
    name: { plain: commentText(name), literal: stringLiteral(name) },
    model: {
      hash: sha256(tflite).slice(0, 16),
      bytes: tflite.length,
      lines: byteLines(tflite),
      inputBytes: byteLength(input),
      outputBytes: byteLength(output),
      layers: layerViews(graph),
      layerCount: graph.nodes.length,
      operators: methods.map((method) => ({ method: identifier(method) })),
      operatorCount: methods.length,
      arenaBytes,
    },
    ...engineView(graph, project.engine),
    board: boardView(board),
    config: configView(preprocessing, inputQuantizer, board),
  };
}

function boardView(board: Board): View {
  const hex = (value: number): string => `0x${value.toString(16).toUpperCase()}`;
  return {
    id: board.id,
    name: board.name,
    notes: board.notes,
    platformioBoard: board.platformioBoard,
    flashMegabytes: board.flashBytes / 1048576,
    app0Offset: hex(APP_OFFSET),
    app1Offset: hex(APP_OFFSET + board.appPartitionBytes),
    appBytes: hex(board.appPartitionBytes),
    sdaPin: board.i2c.sdaPin,
    sclPin: board.i2c.sclPin,
    busHz: board.i2c.clockHz,
    displayAddress: byteLiteral(board.display.address),
    usbConsole: board.console === "usb",
    // AD0 of the sensor's breakout chooses the lower bit of its address.
    sensorAddressPin: board.sensor.address === 0x68 ? "GND (or open)" : "3V3",
  };
}
