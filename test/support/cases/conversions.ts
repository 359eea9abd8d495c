// Random conversions between types: they stand between float and int8, where no float graph has them.
import type { Graph } from "../../../src/ir/graph.ts";
import type { AnyOp } from "../../../src/ir/op.ts";
import type { DType, QuantizationParams, Tensor } from "../../../src/ir/tensor.ts";
import { dequantize, quantize, shape } from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { anyShape, type OperatorCases } from "./case.ts";

export const CONVERSIONS: OperatorCases = {
  QUANTIZE: {
    graph: (random) =>
      random.uniform() < 0.5
        ? single(quantize, random, ["float32", null], ["int8", scale(random)])
        : single(quantize, random, ["int8", scale(random)], ["int8", scale(random)]),
  },
  SHAPE: {
    graph: (random) => single(shape, random, ["int8", scale(random)], ["int32", null]),
  },
  DEQUANTIZE: {
    graph: (random) => single(dequantize, random, ["int8", scale(random)], ["float32", null]),
  },
};

function scale(random: Random): QuantizationParams {
  return {
    kind: "perTensor",
    scale: Math.fround(2 ** (random.uniform() * 10 - 8)),
    zeroPoint: random.integer(256) - 128,
  };
}

function single(
  op: AnyOp,
  random: Random,
  [inputType, inputQuant]: readonly [DType, QuantizationParams | null],
  [outputType, outputQuant]: readonly [DType, QuantizationParams | null],
): Graph {
  const dimensions = anyShape(random);
  const tensors: Tensor[] = [
    { name: "input", dtype: inputType, shape: dimensions, quant: inputQuant, constant: null },
    {
      name: "output",
      dtype: outputType,
      shape: op === shape ? [dimensions.length] : dimensions,
      quant: outputQuant,
      constant: null,
    },
  ];
  return {
    name: op.name.toLowerCase(),
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    nodes: [{ op, attrs: {}, inputs: ["input"], outputs: ["output"] }],
    input: "input",
    output: "output",
    metadata: null,
  };
}
