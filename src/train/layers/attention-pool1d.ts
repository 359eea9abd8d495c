// A weighted sum over time: the weights are the softmax of one score a step, which the step's values give.
// Source: Bahdanau et al. 2015 (arXiv 1409.0473), section 3.1; as TinierHAR has it, and with a hidden layer and the last
// step beside it as TinyHAR (Zhou et al., ISWC 2022, section 3.5).
import type * as tf from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../../ir/builder.ts";
import { add, batchMatmul, mul, reshape, slice, softmax, tanh } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import {
  addScaled,
  reshape as differentiableReshape,
  tanh as differentiableTanh,
  lastStep,
} from "../differentiable.ts";
import { createVector, createWeights } from "../parameters.ts";
import { convolutionAttrs, writeConv2d } from "./convolution.ts";
import type { LayerBuilder } from "./layer.ts";

const POINTWISE = convolutionAttrs("valid", 1, 1, "none");

/** A bias of the score would move all steps' alike, which softmax does not see. */
export const attentionPool1d: LayerBuilder<LayerOf<"attentionPool1d">> = (layer, name, random) => {
  const [time, features] = layer.input as readonly [number, number];
  const { hidden, residual } = layer;
  const weightsOf = (part: string, inputs: number, outputs: number): ReturnType<typeof createWeights> =>
    createWeights(
      `${name}/${part}/weights`,
      [1, inputs, outputs],
      { in: inputs, out: outputs },
      false,
      random,
    );
  const first =
    hidden === undefined
      ? null
      : {
          weights: weightsOf("hidden", features, hidden),
          bias: createVector(`${name}/hidden/bias`, hidden, 0),
        };
  const last = weightsOf("score", hidden ?? features, 1);
  const gamma = residual ? createVector(`${name}/gamma`, 1, 0) : null;

  const matrix = ({ tensor }: { readonly tensor: tf.Tensor }): tf.Tensor2D =>
    differentiableReshape<tf.Rank.R2>(tensor, [tensor.shape[1]!, tensor.shape[2]!]);

  return {
    parameters: [
      ...(first === null ? [] : [first.weights, first.bias]),
      last,
      ...(gamma === null ? [] : [gamma]),
    ],
    state: [],
    forward(x, { ops }) {
      const batch = x.shape[0];
      const steps = differentiableReshape<tf.Rank.R2>(x, [batch * time, features]);
      const seen =
        first === null
          ? steps
          : differentiableTanh(ops.dense(steps, matrix(first.weights), first.bias.tensor as tf.Tensor1D));
      const scores = differentiableReshape<tf.Rank.R3>(ops.dense(seen, matrix(last), null), [batch, 1, time]);
      const pooled = ops.attend(scores, x as tf.Tensor3D);
      const context = differentiableReshape<tf.Rank.R2>(pooled, [batch, features]);
      return gamma === null
        ? context
        : addScaled(lastStep(x as tf.Tensor3D), context, gamma.tensor as tf.Tensor1D);
    },
    write(writer, from) {
      let seen = from;
      if (first !== null) {
        const sums = writeConv2d(writer, `${name}/hidden`, from, first.weights, first.bias, POINTWISE);
        seen = writer.node(tanh, {}, [sums], `${name}/squashed`);
      }
      const score = writeConv2d(writer, `${name}/score`, seen, last, null, POINTWISE);
      const row = writer.node(reshape, { newShape: [1, 1, 1, time] }, [score], `${name}/row`);
      const weights = writer.node(softmax, { beta: 1 }, [row], `${name}/attention`);
      const context = gamma === null ? name : `${name}/context`;
      writer.node(batchMatmul, { adjX: false, adjY: false }, [weights, from], context);
      return gamma === null
        ? context
        : writeResidual(writer, from, context, gamma.values, { time, features, name });
    },
  };
};

/** The last step and γ times the context. */
function writeResidual(
  writer: GraphBuilder,
  from: string,
  context: string,
  gamma: Float32Array,
  { time, features, name }: { readonly time: number; readonly features: number; readonly name: string },
): string {
  const block = { begin: [0, 0, time - 1, 0], size: [1, 1, 1, features] };
  const end = writer.node(slice, block, [from], `${name}/last`);
  const factor = writer.constant(`${name}/gamma`, [1], gamma.slice());
  const scaled = writer.node(mul, { activation: "NONE" }, [context, factor], `${name}/scaled`);
  return writer.node(add, { activation: "NONE" }, [end, scaled], name);
}
