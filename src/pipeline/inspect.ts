// The facts about a .tflite file, as plain data.
import { countMacs, countParameters, type Graph, inputsOf, outputsOf, tensorOf } from "../ir/graph.ts";
import { printTensor } from "../ir/print.ts";
import { COST_CORES, type CoreEstimate, costCoreOf, estimate } from "../plan/instructions.ts";
import { planOffsets } from "../plan/offsets.ts";
import { tflmArena } from "../plan/tflm-arena.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import { MCUS } from "../spec/mcu.ts";
import { readTflite } from "../tflite/read.ts";
import { sha256 } from "../util/hash.ts";
import { loadBoard } from "./board-file.ts";
import { readNeeded } from "./files.ts";

export interface OperatorFacts {
  readonly name: string;
  readonly attributes: string;
  /** Shape, such as "1x1x60x16". */
  readonly output: string;
  readonly type: string;
  readonly macs: number;
  readonly parameters: number;
}

export interface ModelFacts {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly operators: readonly OperatorFacts[];
  readonly input: string;
  readonly output: string;
  readonly macs: number;
  readonly parameters: number;
  readonly activationBytes: number;
  readonly activationLowerBound: number;
  /** Estimated TFLite Micro arena in bytes; null for a float model. */
  readonly arena: number | null;
  /** What the compiled engine would take, for each core; empty for a float model, or one that it has no kernels for. */
  readonly compiled: readonly CoreEstimate[];
  readonly preprocessing: Preprocessing | null;
}

export function readModelFile(file: string): { graph: Graph; bytes: Uint8Array } {
  const bytes = readNeeded(file, "The model");
  return { graph: readTflite(bytes, file), bytes };
}

/**
 * @param board whose core alone is estimated for
 * @throws UserError file/not-found, tflite/corrupt, board/unknown
 */
export function inspectModel(file: string, board?: string): ModelFacts {
  const cores = board === undefined ? COST_CORES : [costCoreOf(MCUS[loadBoard(board, "--board").mcu])];
  const { graph, bytes } = readModelFile(file);
  const plan = planOffsets(graph);
  const input = tensorOf(graph, graph.input);
  return {
    name: graph.name,
    bytes: bytes.length,
    sha256: sha256(bytes),
    operators: graph.nodes.map((node) => {
      const inputs = inputsOf(graph, node);
      const [output] = outputsOf(graph, node);
      return {
        name: node.op.name,
        attributes: node.op.describe(node.attrs),
        output: output.shape.join("x"),
        type: output.dtype,
        macs: node.op.macs(node.attrs, inputs),
        parameters: inputs.reduce((sum, tensor) => sum + (tensor.constant?.length ?? 0), 0),
      };
    }),
    input: printTensor(input),
    output: printTensor(tensorOf(graph, graph.output)),
    macs: countMacs(graph),
    parameters: countParameters(graph),
    activationBytes: plan.bytes,
    activationLowerBound: plan.lowerBound,
    arena: input.dtype === "int8" ? tflmArena(graph, false).total : null,
    compiled: cores.flatMap((core) => estimate(graph, core) ?? []),
    preprocessing: graph.metadata?.preprocessing ?? null,
  };
}
