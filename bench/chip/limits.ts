// The least that a layer could take on a core: instructions that no ordering of the same loads, products and sums could
// save (docs/performance.md, "Limits"). Not reached by anything; they say how much is left.
import { type Graph, inputsOf, type Node, outputsOf } from "../../src/ir/graph.ts";
import { PORTABLE } from "../../src/ir/kernel.ts";
import { elementCount } from "../../src/ir/tensor.ts";
import { callsOf } from "../../src/plan/instructions.ts";

type PerCore = Readonly<Record<string, number>>;

/** A multiply-accumulate where weights and values are both used again: blocks of 4 windows × 4 filters, or 2 × 4. */
const BLOCKED: PerCore = { rv32: 2.5, lx106: 2.75, lx6: 2.75, "lx6 MAC16": 1 };
/** Where a weight is used once, it must be loaded: load, product, sum. MAC16 loads in the product's instruction. */
const ONCE: PerCore = { rv32: 3, lx106: 3, lx6: 3, "lx6 MAC16": 1 };
/** Where a value meets one filter, and weights stay in registers. MAC16's product of two registers adds by itself. */
const DEPTHWISE: PerCore = { rv32: 3, lx106: 3, lx6: 3, "lx6 MAC16": 2 };
/** Requantisation and store: high product, sign, rounding, shift, two bounds, store, pointer. */
const OUTPUT = 8;
/** A value read and compared or summed, and one written, by operators that only do that to every value. */
const READ = 2;
const WRITTEN = 1;
const READERS = ["MAX_POOL_2D", "AVERAGE_POOL_2D", "MEAN", "SUM", "REDUCE_MAX"];

const RULES: Readonly<Record<string, (uses: number) => PerCore>> = {
  CONV_2D: (uses) => (uses > 1 ? BLOCKED : ONCE),
  FULLY_CONNECTED: (uses) => (uses > 1 ? BLOCKED : ONCE),
  DEPTHWISE_CONV_2D: () => DEPTHWISE,
  BATCH_MATMUL: () => BLOCKED,
  // A step's state is not known before the one before it is done: its weights cannot be used for two steps at once.
  UNIDIRECTIONAL_SEQUENCE_LSTM: () => ONCE,
};

/** Instructions; null for an operator of which no limit is stated, such as one that could move whole words. */
export function limitOf(graph: Graph, node: Node, core: string): number | null {
  const inputs = inputsOf(graph, node);
  const macs = node.op.macs(node.attrs, inputs);
  const written = elementCount(outputsOf(graph, node)[0].shape);
  if (READERS.includes(node.op.name)) return READ * elementCount(inputs[0]!.shape) + WRITTEN * written;
  const weights = inputs.filter((_, i) => node.op.roles[i] === "weight");
  const uses = macs / Math.max(1, ...weights.map(({ shape }) => elementCount(shape)));
  const perMac = RULES[node.op.name]?.(uses)[core];
  // An LSTM's first step has no state to multiply, and padding nothing either, where a kernel says so.
  const executed = callsOf(graph, node, PORTABLE)?.[0]?.work?.["macs"] ?? macs;
  return perMac === undefined ? null : perMac * executed + OUTPUT * written;
}
