// Loops whose number of rounds stands in the file: a counter from a constant, by a constant, up or down to a constant.
import type { Loop, Node } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { INT32_MAX, INT32_MIN } from "../util/fixedpoint.ts";
import { add } from "./add.ts";
import { less } from "./less.ts";

export interface CountedLoop {
  /** Which of the carried values counts. */
  readonly counter: number;
  readonly first: number;
  /** Added after each round; not 0. */
  readonly step: number;
  readonly rounds: number;
}

/**
 * Recognised where the condition is one LESS of a carried int32 and a constant, and the body gives its sum with another
 * constant; null for every other loop, and for one that would not end within its limit or whose counter would overflow.
 * @param start the loop's inputs
 */
export function countedLoop({ condition, body, limit }: Loop, start: readonly Tensor[]): CountedLoop | null {
  const [test, ...others] = condition.nodes;
  if (test === undefined || others.length > 0 || test.op !== less) return null;
  if (test.outputs[0] !== condition.outputs[0]) return null;
  const [left, right] = test.inputs as [string, string];
  // Up while the counter is below the bound, down while the bound is below the counter.
  const upwards = condition.inputs.includes(left);
  const counter = condition.inputs.indexOf(upwards ? left : right);
  const bound = constantOf(condition.tensors.get(upwards ? right : left)!);
  const first = start[counter] === undefined ? null : constantOf(start[counter]);
  const step =
    counter < 0 ? null : stepOf(body.nodes, body.outputs[counter]!, body.inputs[counter]!, body.tensors);
  if (bound === null || first === null || step === null) return null;
  if (upwards ? step <= 0 : step >= 0) return null;
  const rounds = Math.max(0, Math.ceil((bound - first) / step));
  const last = first + rounds * step;
  if (rounds > limit || last > INT32_MAX || last < INT32_MIN) return null;
  return { counter, first, step, rounds };
}

/** What an ADD of a constant adds to the counter; null where its next value is anything else. */
function stepOf(
  nodes: readonly Node[],
  next: string,
  counter: string,
  tensors: ReadonlyMap<string, Tensor>,
): number | null {
  const sum = nodes.find(({ outputs }) => outputs[0] === next);
  if (sum === undefined || sum.op !== add || !sum.inputs.includes(counter)) return null;
  return constantOf(tensors.get(sum.inputs[sum.inputs[0] === counter ? 1 : 0]!)!);
}

/** The one value of an int32 constant. */
function constantOf({ dtype, shape, constant }: Tensor): number | null {
  return dtype === "int32" && constant !== null && elementCount(shape) === 1 ? constant[0]! : null;
}
