// Small int8 nets that end in a head, or in what is none.
import { buildGraph } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { averagePool2d, conv2d, fullyConnected, relu, softmax } from "../../src/ops/index.ts";
import type { Random } from "../../src/util/random.ts";
import { normals } from "./cases/case.ts";
import { quantizeRandomly } from "./cases/quantized.ts";

export interface NetShape {
  readonly classes?: number;
  readonly filters?: number;
  readonly activation?: "NONE" | "RELU";
  readonly beta?: number;
  readonly end?: "softmax" | "logits" | "relu";
}

/** A convolution, a global average and a head, on 20 × 6 windows. */
export function headNet(random: Random, shape: NetShape = {}): Graph {
  const { classes = 5, filters = 10, activation = "NONE", beta = 1, end = "softmax" } = shape;
  const b = buildGraph("net", "input", [1, 1, 20, 6]);
  const kernel = b.constant("kernel", [filters, 1, 3, 6], normals(random, filters * 18, 0.4));
  const offset = b.constant("offset", [filters], normals(random, filters, 0.3));
  const ones = { strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 };
  const conv = b.node(
    conv2d,
    { padding: "SAME", ...ones, activation: "RELU" },
    ["input", kernel, offset],
    "conv",
  );
  const pooled = b.node(
    averagePool2d,
    { padding: "VALID", strideH: 1, strideW: 20, filterH: 1, filterW: 20, activation: "NONE" },
    [conv],
    "pooled",
  );
  const weights = b.constant("weights", [classes, filters], normals(random, classes * filters, 0.5));
  const biases = b.constant("biases", [classes], normals(random, classes, 0.2));
  const logits = b.node(fullyConnected, { activation }, [pooled, weights, biases], "logits");
  if (end === "logits") return quantizeRandomly(b.build(logits, null), random);
  const last = end === "relu" ? b.node(relu, {}, [logits], "relu") : logits;
  return quantizeRandomly(b.build(b.node(softmax, { beta }, [last], "output"), null), random);
}
