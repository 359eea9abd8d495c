// DEPTHWISE_CONV_2D: each input channel has its own filters; weights [1, h, w, C·multiplier], per-channel int8.
import { type Op, type Operand, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { activationCode } from "./activation.ts";
import type { Conv2DAttrs } from "./conv2d.ts";
import {
  bindConvolutionFloat,
  bindConvolutionInt8,
  CONVOLUTION_ROLES,
  type ConvolutionInputs,
  type Convolve,
  tensorsOf,
} from "./convolution.ts";
import { readActivation, readPadding } from "./options.ts";
import { padInput } from "./padded-input.ts";
import { asInt8 } from "./quantization.ts";
import { type Axis, checkReach, nhwc, PADDING_CODES, slide } from "./window2d.ts";

export interface DepthwiseConv2DAttrs extends Conv2DAttrs {
  readonly depthMultiplier: number;
}

interface Geometry {
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly inputDepth: number;
  readonly multiplier: number;
}

function geometryOf(
  attrs: DepthwiseConv2DAttrs,
  [input, weights, bias]: ConvolutionInputs<Tensor>,
): Geometry {
  const x = nhwc(input);
  const w = nhwc(weights);
  const outputDepth = x.channels * attrs.depthMultiplier;
  if (w.batch !== 1 || w.channels !== outputDepth) {
    throw new ShapeError(
      `weights have shape [${weights.shape.join(", ")}], [1, h, w, ${x.channels} × multiplier ${attrs.depthMultiplier}] expected`,
    );
  }
  if (bias.shape.length !== 1 || bias.shape[0] !== outputDepth) {
    throw new ShapeError(`bias has shape [${bias.shape.join(", ")}], [${outputDepth}] expected`);
  }
  const rows = slide(attrs.padding, x.height, w.height, attrs.strideH, attrs.dilationH);
  const columns = slide(attrs.padding, x.width, w.width, attrs.strideW, attrs.dilationW);
  checkReach(x.batch, rows, columns, x.channels);
  return {
    batch: x.batch,
    rows,
    columns,
    inputDepth: x.channels,
    multiplier: attrs.depthMultiplier,
  };
}

function convolver({ batch, rows, columns, inputDepth, multiplier }: Geometry): Convolve {
  const outputDepth = inputDepth * multiplier;
  return (input, weights, visit) => {
    let index = 0;
    for (let b = 0; b < batch; b++) {
      for (let oy = 0; oy < rows.output; oy++) {
        for (let ox = 0; ox < columns.output; ox++) {
          for (let oc = 0; oc < outputDepth; oc++) {
            const ic = Math.floor(oc / multiplier);
            let sum = 0;
            for (let ky = 0; ky < rows.filter; ky++) {
              const y = oy * rows.stride - rows.pad + ky * rows.dilation;
              if (y < 0 || y >= rows.input) continue;
              for (let kx = 0; kx < columns.filter; kx++) {
                const x = ox * columns.stride - columns.pad + kx * columns.dilation;
                if (x < 0 || x >= columns.input) continue;
                const i = ((b * rows.input + y) * columns.input + x) * inputDepth + ic;
                sum += input[i]! * weights[(ky * columns.filter + kx) * outputDepth + oc]!;
              }
            }
            visit(index++, oc, sum);
          }
        }
      }
    }
  };
}

/** Channels are the inner loop: input and weights are both walked in the order of memory. */
function bindSums(
  { batch, rows, columns, inputDepth, multiplier }: Geometry,
  [input, weights]: ConvolutionInputs<Operand>,
  sums: Int32Array,
): () => void {
  const padded = padInput(input, batch, rows, columns, inputDepth);
  const { data, rowSize, imageSize } = padded;
  const outputDepth = inputDepth * multiplier;
  const taps = Int32Array.from(asInt8(weights.data));
  return () => {
    padded.load();
    sums.fill(0);
    let index = 0;
    for (let b = 0; b < batch; b++) {
      for (let oy = 0; oy < rows.output; oy++) {
        for (let ox = 0; ox < columns.output; ox++) {
          const corner = b * imageSize + oy * rows.stride * rowSize + ox * columns.stride * inputDepth;
          let w = 0;
          for (let ky = 0; ky < rows.filter; ky++) {
            for (let kx = 0; kx < columns.filter; kx++) {
              const from = corner + ky * rows.dilation * rowSize + kx * columns.dilation * inputDepth;
              for (let ic = 0, out = index; ic < inputDepth; ic++) {
                const x = data[from + ic]!;
                for (let m = 0; m < multiplier; m++, out++) {
                  sums[out] = (sums[out]! + Math.imul(x, taps[w++]!)) | 0;
                }
              }
            }
          }
          index += outputDepth;
        }
      }
    }
  };
}

export const depthwiseConv2d: Op<DepthwiseConv2DAttrs, typeof CONVOLUTION_ROLES> = {
  name: "DEPTHWISE_CONV_2D",
  roles: CONVOLUTION_ROLES,
  resolverMethod: "AddDepthwiseConv2D",
  describe: (a) =>
    `${a.padding} stride ${a.strideH}x${a.strideW} dilation ${a.dilationH}x${a.dilationW} multiplier ${a.depthMultiplier} ${a.activation}`,
  inferShapes(attrs, inputs) {
    const g = geometryOf(attrs, inputs);
    return [[g.batch, g.rows.output, g.columns.output, g.inputDepth * g.multiplier]];
  },
  macs(attrs, inputs) {
    const g = geometryOf(attrs, inputs);
    const outputs = g.batch * g.rows.output * g.columns.output * g.inputDepth * g.multiplier;
    return outputs * g.rows.filter * g.columns.filter;
  },
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perChannel", axis: 3 }),
  bindFloat(attrs, inputs, [output]) {
    return bindConvolutionFloat(
      convolver(geometryOf(attrs, tensorsOf(inputs))),
      attrs.activation,
      inputs,
      output,
    );
  },
  bindInt8(attrs, inputs, [output]) {
    const sums = new Int32Array(output.data.length);
    const sum = bindSums(geometryOf(attrs, tensorsOf(inputs)), inputs, sums);
    return bindConvolutionInt8(sum, sums, attrs.activation, inputs, output);
  },
  affine: { channelAxis: 3 },
  tflite: {
    opcode: 4,
    optionsType: 2,
    version: ([input]) => (input!.dtype === "int8" ? 3 : 1),
    write(builder, attrs) {
      builder.startObject(7);
      builder.addFieldInt8(0, PADDING_CODES[attrs.padding], 0);
      builder.addFieldInt32(1, attrs.strideW, 0);
      builder.addFieldInt32(2, attrs.strideH, 0);
      builder.addFieldInt32(3, attrs.depthMultiplier, 0);
      builder.addFieldInt8(4, activationCode(attrs.activation), 0);
      builder.addFieldInt32(5, attrs.dilationW, 1);
      builder.addFieldInt32(6, attrs.dilationH, 1);
      return builder.endObject();
    },
    read: ({ options, outputs }) => ({
      padding: readPadding(options, 0),
      strideW: options.int32(1, 0),
      strideH: options.int32(2, 0),
      depthMultiplier: options.int32(3, 0),
      activation: readActivation(options, 4, outputs[0]),
      dilationW: options.int32(5, 1),
      dilationH: options.int32(6, 1),
    }),
  },
};
