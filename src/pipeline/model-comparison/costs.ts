// What an int8 network takes of a chip: memory and flash with either engine, and the compiled one's instructions.

import { missingKernels } from "../../codegen/compiled-engine.ts";
import { bodiesOf, type Graph, inputsOf, type Node, outputsOf } from "../../ir/graph.ts";
import { byteLength, type Tensor } from "../../ir/tensor.ts";
import { compiledSize } from "../../plan/compiled-size.ts";
import { COST_CORES, type CostCore, estimate } from "../../plan/instructions.ts";
import { tflmArena } from "../../plan/tflm-arena.ts";
import { type Board, hasVectorKernels } from "../../spec/board.ts";

/** The two instruction sets that boards have, each with all that its kernels may use. */
export const COMPARED_CORES = ["lx6 MAC16", "rv32"] as const satisfies readonly CostCore["id"][];
export type ComparedCore = (typeof COMPARED_CORES)[number];

/** Of the compiled engine, laid out for speed. */
export interface CompiledCost {
  /** Exact. */
  readonly ramBytes: number;
  /** Exact. */
  readonly constantBytes: number;
  /** Estimated. */
  readonly codeBytes: number;
  /** Estimated, of one inference; null for a loop whose rounds nobody can count. */
  readonly instructions: number | null;
}

export interface EngineCosts {
  /** TFLite Micro's arena, estimated for the board. Its code is not counted: nobody has measured it. */
  readonly tflmArenaBytes: number;
  /** Null where an operator has no kernel. */
  readonly compiled: Readonly<Record<ComparedCore, CompiledCost | null>>;
  readonly operators: readonly OperatorCost[];
}

/** All of one operator in a network; a loop has what its body has. */
export interface OperatorCost {
  readonly operator: string;
  readonly count: number;
  readonly parameters: number;
  readonly macs: number;
  /** Weights, biases and other constants in the file. */
  readonly constantBytes: number;
  /** The largest of its outputs. */
  readonly outputBytes: number;
  /** Estimated, of the compiled engine; null where nothing in the network is. */
  readonly instructions: Readonly<Record<ComparedCore, number | null>>;
}

export function engineCosts(int8: Graph, board: Board): EngineCosts {
  const estimates = COMPARED_CORES.map((id) => {
    const core = COST_CORES.find((one) => one.id === id)!;
    return { id, core, of: estimate(int8, core) };
  });
  const isCompiled = missingKernels(int8).length === 0;
  const compiled = estimates.map(({ id, core, of }) => {
    if (!isCompiled) return [id, null] as const;
    const { ramBytes, constantBytes, codeBytes } = compiledSize(int8, core.target);
    return [id, { ramBytes, constantBytes, codeBytes, instructions: of?.instructions ?? null }] as const;
  });
  const layers = new Map(estimates.map(({ id, of }) => [id, of?.layers ?? null]));
  return {
    tflmArenaBytes: tflmArena(int8, hasVectorKernels(board)).total,
    compiled: Object.fromEntries(compiled) as EngineCosts["compiled"],
    operators: operatorCosts(int8, layers),
  };
}

/** In the order in which the operators first run. */
function operatorCosts(
  graph: Graph,
  layers: ReadonlyMap<ComparedCore, readonly number[] | null>,
): OperatorCost[] {
  const names = [...new Set(graph.nodes.map(({ op }) => op.name))];
  return names.map((operator) => {
    const own = [...graph.nodes.entries()].filter(([, { op }]) => op.name === operator);
    const constants = own.flatMap(([, node]) => constantsOf(graph, node));
    return {
      operator,
      count: own.length,
      parameters: sum(constants.map(({ constant }) => constant!.length)),
      macs: sum(own.map(([, node]) => node.op.macs(node.attrs, inputsOf(graph, node)))),
      constantBytes: sum(constants.map(byteLength)),
      outputBytes: Math.max(...own.flatMap(([, node]) => outputsOf(graph, node).map(byteLength))),
      instructions: Object.fromEntries(
        COMPARED_CORES.map((core) => {
          const each = layers.get(core) ?? null;
          return [core, each === null ? null : sum(own.map(([i]) => each[i]!))];
        }),
      ) as OperatorCost["instructions"],
    };
  });
}

/** What a node reads that is not computed, inside of it as well. */
function constantsOf(graph: Graph, node: Node): Tensor[] {
  const inner = (node.op.subgraphs?.(node.attrs) ?? []).flatMap((subgraph) => bodiesOf(subgraph));
  const tensors = [...inputsOf(graph, node), ...inner.flatMap(({ body }) => [...body.tensors.values()])];
  return tensors.filter(({ constant }) => constant !== null);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
