// The build's end, tried before its long middle: a model that cannot fit its board is refused before it is trained.
import type { PreparedData } from "../data/prepare.ts";
import { observedNames } from "../interpret/observe.ts";
import { foldGraph } from "../quantize/fold.ts";
import { quantizeGraph } from "../quantize/quantize.ts";
import type { Board } from "../spec/board.ts";
import { prunedWidths, withWidths } from "../spec/prune-model.ts";
import { writeTflite } from "../tflite/write.ts";
import { untrainedGraph } from "../train/untrained.ts";
import type { BandFile } from "./band-file.ts";
import { generateFirmware } from "./firmware.ts";
import { emptyHeadMetric } from "./head-metric.ts";
import { trainingInputs } from "./training.ts";

/**
 * Generates a project from the untrained network and throws it away: sizes do not depend on what is learnt.
 * @throws UserError board/too-small, project/sensor-rate, model/*
 */
export async function rehearse(file: BandFile, board: Board, data: PreparedData): Promise<void> {
  const { prune, train } = file.band;
  const { model, preprocessing } = trainingInputs(file, data);
  const shipped = prune === undefined ? model : withWidths(model, prunedWidths(model, prune.share));
  const graph = foldGraph(await untrainedGraph(shipped, preprocessing, train.backend));
  const int8 = quantizeGraph(graph, new Map(observedNames(graph).map((name) => [name, { min: -1, max: 1 }])));
  generateFirmware(file, board, { int8, tflite: writeTflite(int8) }, { metric: emptyHeadMetric(int8) });
}
