// A loop over time steps, as recurrent layers write it (layers/recurrent.ts), taken apart: a round reads one step of each
// sequence, and makes one row of each that it collects. Run so, a loop takes memory for its steps; run as its operators
// say it would take a whole copy of its sequences for each of them.
import { type Node, tensorOf } from "../../ir/graph.ts";
import type { Loop } from "../../ir/op.ts";
import type { Tensor } from "../../ir/tensor.ts";
import { type CountedLoop, countedLoop } from "../../ops/counted-loop.ts";
import { invariant } from "../../util/errors.ts";

export interface StepLoop {
  readonly counted: CountedLoop;
  /** What a round computes, in order: neither counting, nor picking a step, nor collecting rows. */
  readonly nodes: readonly Node[];
  /** By the tensor that a round's step is in: the position of its sequence among the carried values. */
  readonly steps: ReadonlyMap<string, number>;
  /** By the position among the carried values: the round's row, at the counter's place in the end. */
  readonly rows: ReadonlyMap<number, string>;
}

/** @param start the loop's inputs */
export function stepLoop(loop: Loop, start: readonly Tensor[]): StepLoop {
  const { body } = loop;
  const counted = countedLoop(loop, start);
  invariant(counted !== null, `${body.name} has as many rounds as there are steps`);
  const apart = new Set<Node>();
  const steps = new Map<string, number>();
  const rows = new Map<number, string>();
  const writer = (name: string): Node | undefined => body.nodes.find(({ outputs }) => outputs[0] === name);
  const counter = body.inputs[counted.counter]!;
  apart.add(writer(body.outputs[counted.counter]!)!);
  for (const node of body.nodes) {
    if (node.op.name !== "GATHER") continue;
    const [sequence, index] = node.inputs as [string, string];
    const position = body.inputs.indexOf(sequence);
    invariant(
      index === counter && body.outputs[position] === sequence,
      `${body.name} picks its steps in turn`,
    );
    steps.set(node.outputs[0], position);
    apart.add(node);
  }
  body.outputs.forEach((name, k) => {
    const joined = writer(name);
    if (joined?.op.name !== "CONCATENATION" || tensorOf(body, name).shape[0] !== counted.rounds) return;
    const kept = joined.inputs.find((input) => writer(input)?.inputs[0] === body.inputs[k]);
    const row = joined.inputs.find((input) => input !== kept);
    if (kept === undefined || row === undefined) return;
    rows.set(k, row);
    apart.add(joined).add(writer(kept)!);
  });
  return { counted, nodes: body.nodes.filter((node) => !apart.has(node)), steps, rows };
}
