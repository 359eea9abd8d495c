// How large a tensor arena TFLite Micro needs on a 32-bit chip: the planned activations, exactly, and its own records.
import { type Body, bodiesOf, type Graph, inputsOf, type Node, tensorOf } from "../ir/graph.ts";
import { roleOf } from "../ir/op.ts";
import { byteLength } from "../ir/tensor.ts";
import type { Arena } from "./arena.ts";
import { planOffsets } from "./offsets.ts";

// TFLite Micro keeps records at the end of the arena. Three ILP32 builds (esp-tflite-micro's sources) used 1,692,
// 2,588 and 2,076 bytes for 16, 22 and 22 tensors, 6, 8 and 8 nodes, 72, 144 and 80 requantised channels. The first
// two constants follow from TFLite Micro's structures (TfLiteEvalTensor; a multiplier and a shift), the other two
// from those figures; then each is rounded up.
const BYTES_PER_TENSOR = 12;
const BYTES_PER_CHANNEL = 8;
const BYTES_PER_NODE = 136; // 124 measured
const BYTES_FIXED = 320; // 180 measured
/** While it plans, TFLite Micro keeps this much a tensor where the activations will be. */
const PLANNING_BYTES_PER_TENSOR = 64;
/** ESP-NN asks for at least this much scratch memory, whatever the layer. */
const MINIMUM_SCRATCH = 16;

/**
 * Estimates the arena for a chip.
 * @param vectorKernels true for chips whose ESP-NN kernels keep copies of input and weights (the ESP32-S3)
 */
export function tflmArena(graph: Graph, vectorKernels: boolean): Arena {
  const bodies = bodiesOf(graph).map(({ body }) => body);
  const total = (count: (body: Body) => number): number => bodies.reduce((sum, body) => sum + count(body), 0);
  const tensorCount = total((body) => body.tensors.size);
  const nodeCount = total((body) => body.nodes.length);
  const channels = total((body) => body.nodes.reduce((sum, node) => sum + biasLength(body, node), 0));
  const activations = Math.max(planOffsets(graph).bytes, PLANNING_BYTES_PER_TENSOR * tensorCount);
  const records =
    BYTES_FIXED + BYTES_PER_TENSOR * tensorCount + BYTES_PER_CHANNEL * channels + BYTES_PER_NODE * nodeCount;
  const scratch = vectorKernels ? vectorScratch(graph) : MINIMUM_SCRATCH;
  const sum = activations + records + scratch;
  return { activations, records, scratch, total: Math.ceil(sum / 64) * 64 };
}

function biasLength(body: Body, node: Node): number {
  return inputsOf(body, node).reduce(
    (sum, tensor, i) => sum + (roleOf(node.op, i) === "bias" ? tensor.shape[0]! : 0),
    0,
  );
}

/** An upper bound: the largest layer's input and weights, each in 16 bits, and their alignment. */
function vectorScratch(graph: Graph): number {
  const needs = graph.nodes.map((node) => {
    const weights = node.inputs[node.op.roles.indexOf("weight")];
    if (weights === undefined) return MINIMUM_SCRATCH;
    return 2 * (byteLength(tensorOf(graph, node.inputs[0]!)) + byteLength(tensorOf(graph, weights))) + 64;
  });
  return Math.max(MINIMUM_SCRATCH, ...needs);
}
