// UNIDIRECTIONAL_SEQUENCE_LSTM as mac16_lstm.h computes it: the layout of its weights.
import type { KernelCall, KernelField, KernelNumbers } from "../ir/kernel.ts";
import { constantOf } from "./kernel-fields.ts";
import { GATES } from "./lstm-layout.ts";
import { type GateSums, gateScalings } from "./lstm-sums.ts";
import { ADDED, AHEAD, inWords, TAPS, wordOrder } from "./mac16-layout.ts";
import { mac16LstmWork } from "./work.ts";

export function mac16Lstm(
  sizes: readonly KernelField[],
  { batch, steps }: { readonly batch: number; readonly steps: number },
  outer: GateSums,
  inner: GateSums,
  end: readonly KernelField[],
): KernelCall {
  const { units } = outer;
  const parts = [outer, inner].map(({ depth }) => ({
    depth,
    turns: Math.ceil(depth / TAPS),
    words: inWords(depth),
  }));
  return {
    header: "mac16_lstm.h",
    function: "mac16Lstm",
    specialisedFor: [...parts.map(({ words }) => words), outer.isWide || inner.isWide].map(Number),
    parameters: "Mac16LstmParameters",
    fields: [
      ...sizes,
      [product("Input", outer), "input product"],
      [product("Recurrent", inner), "recurrent product"],
      ...end,
    ],
    scratch: [units, units * GATES.length, Math.max(...parts.map(({ turns }) => turns)) * TAPS + AHEAD].map(
      (length) => ({ type: "int16_t", length }),
    ),
    inputs: [0],
    outputs: [0],
    work: mac16LstmWork(batch, steps, units, parts),
  };
}

/** Mac16LstmProduct of the kernel; weights and starts are shifted as their gate's sums would be. */
function product(name: string, sums: GateSums): KernelNumbers {
  const { weights, depth, units, scalings, lefts } = sums;
  const turns = Math.ceil(depth / TAPS);
  const values = new Int16Array(GATES.length * units * turns * TAPS + AHEAD);
  const starts: number[] = [];
  weights.forEach((tensor, gate) => {
    const own = constantOf(tensor);
    const factor = 2 ** lefts[gate]!;
    for (let unit = 0; unit < units; unit++) {
      const row = [...own.slice(unit * depth, (unit + 1) * depth)];
      const to = (gate * units + unit) * turns * TAPS;
      for (let i = 0; i < depth; i++) values[to + i] = factor * row[inWords(depth) ? wordOrder(i) : i]!;
      const added = inWords(depth) ? ADDED * row.reduce((sum, weight) => sum + weight, 0) : 0;
      starts.push(factor * (scalings[gate]![unit]![0]! - added));
    }
  });
  return [
    depth,
    turns,
    gateScalings(sums),
    { name: `${name}Weights`, type: "int16_t", values },
    { name: `${name}Starts`, type: "int32_t", values: starts },
  ];
}
