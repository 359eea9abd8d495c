// CONV_2D: NHWC input, OHWI weights, per-channel int8. A Conv1D is the case of height 1.
import { type Op, type Operand, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { activationCode, type FusedActivation } from "./activation.ts";
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
import { type Axis, checkReach, nhwc, PADDING_CODES, type Padding, slide } from "./window2d.ts";

export interface Conv2DAttrs {
  readonly padding: Padding;
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly activation: FusedActivation;
}

interface Geometry {
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly inputDepth: number;
  readonly outputDepth: number;
}

function geometryOf(attrs: Conv2DAttrs, [input, weights, bias]: ConvolutionInputs<Tensor>): Geometry {
  const x = nhwc(input);
  const w = nhwc(weights);
  // Weights are [out, height, width, in].
  if (w.channels !== x.channels) {
    throw new ShapeError(`weights take ${w.channels} channels, the input has ${x.channels}`);
  }
  if (bias.shape.length !== 1 || bias.shape[0] !== w.batch) {
    throw new ShapeError(`bias has shape [${bias.shape.join(", ")}], [${w.batch}] expected`);
  }
  const rows = slide(attrs.padding, x.height, w.height, attrs.strideH, attrs.dilationH);
  const columns = slide(attrs.padding, x.width, w.width, attrs.strideW, attrs.dilationW);
  checkReach(x.batch, rows, columns, x.channels);
  return {
    batch: x.batch,
    rows,
    columns,
    inputDepth: x.channels,
    outputDepth: w.batch,
  };
}

function convolver({ batch, rows, columns, inputDepth, outputDepth }: Geometry): Convolve {
  const filterSize = rows.filter * columns.filter * inputDepth;
  return (input, weights, visit) => {
    let index = 0;
    for (let b = 0; b < batch; b++) {
      for (let oy = 0; oy < rows.output; oy++) {
        for (let ox = 0; ox < columns.output; ox++) {
          for (let oc = 0; oc < outputDepth; oc++) {
            let sum = 0;
            for (let ky = 0; ky < rows.filter; ky++) {
              const y = oy * rows.stride - rows.pad + ky * rows.dilation;
              if (y < 0 || y >= rows.input) continue;
              for (let kx = 0; kx < columns.filter; kx++) {
                const x = ox * columns.stride - columns.pad + kx * columns.dilation;
                if (x < 0 || x >= columns.input) continue;
                let i = ((b * rows.input + y) * columns.input + x) * inputDepth;
                let w = oc * filterSize + (ky * columns.filter + kx) * inputDepth;
                for (let ic = 0; ic < inputDepth; ic++) sum += input[i++]! * weights[w++]!;
              }
            }
            visit(index++, oc, sum);
          }
        }
      }
    }
  };
}

/** Four output channels at a time: each input value is loaded once for four products. */
function bindSums(
  { batch, rows, columns, inputDepth, outputDepth }: Geometry,
  [input, weights]: ConvolutionInputs<Operand>,
  sums: Int32Array,
): () => void {
  const padded = padInput(input, batch, rows, columns, inputDepth);
  const { data, rowSize, imageSize } = padded;
  // Undilated taps of one row are neighbours in memory and make one long dot product.
  const merged = columns.dilation === 1;
  const runs = merged ? 1 : columns.filter;
  const runLength = merged ? columns.filter * inputDepth : inputDepth;
  const runStep = columns.dilation * inputDepth;
  const blocks = interleave(asInt8(weights.data), outputDepth, rows.filter * columns.filter * inputDepth);
  return () => {
    padded.load();
    let index = 0;
    for (let b = 0; b < batch; b++) {
      for (let oy = 0; oy < rows.output; oy++) {
        for (let ox = 0; ox < columns.output; ox++) {
          const corner = b * imageSize + oy * rows.stride * rowSize + ox * columns.stride * inputDepth;
          let w = 0;
          for (let oc = 0; oc < outputDepth; oc += 4) {
            let [s0, s1, s2, s3] = [0, 0, 0, 0];
            for (let ky = 0; ky < rows.filter; ky++) {
              for (let run = 0; run < runs; run++) {
                const from = corner + ky * rows.dilation * rowSize + run * runStep;
                for (let i = from; i < from + runLength; i++) {
                  const x = data[i]!;
                  s0 = (s0 + Math.imul(x, blocks[w]!)) | 0;
                  s1 = (s1 + Math.imul(x, blocks[w + 1]!)) | 0;
                  s2 = (s2 + Math.imul(x, blocks[w + 2]!)) | 0;
                  s3 = (s3 + Math.imul(x, blocks[w + 3]!)) | 0;
                  w += 4;
                }
              }
            }
            sums[index] = s0;
            if (oc + 1 < outputDepth) sums[index + 1] = s1;
            if (oc + 2 < outputDepth) sums[index + 2] = s2;
            if (oc + 3 < outputDepth) sums[index + 3] = s3;
            index += Math.min(4, outputDepth - oc);
          }
        }
      }
    }
  };
}

/** [out, size] weights as [out / 4, size, 4]; channels that are not there are zero. */
function interleave(weights: Int8Array, channels: number, size: number): Int32Array {
  const blocks = new Int32Array(Math.ceil(channels / 4) * size * 4);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < size; i++) blocks[((c >> 2) * size + i) * 4 + (c & 3)] = weights[c * size + i]!;
  }
  return blocks;
}

export const conv2d: Op<Conv2DAttrs, typeof CONVOLUTION_ROLES> = {
  name: "CONV_2D",
  roles: CONVOLUTION_ROLES,
  resolverMethod: "AddConv2D",
  describe: (a) =>
    `${a.padding} stride ${a.strideH}x${a.strideW} dilation ${a.dilationH}x${a.dilationW} ${a.activation}`,
  inferShapes(attrs, inputs) {
    const g = geometryOf(attrs, inputs);
    return [[g.batch, g.rows.output, g.columns.output, g.outputDepth]];
  },
  macs(attrs, inputs) {
    const g = geometryOf(attrs, inputs);
    const taps = g.rows.filter * g.columns.filter * g.inputDepth;
    return g.batch * g.rows.output * g.columns.output * g.outputDepth * taps;
  },
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perChannel", axis: 0 }),
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
  affine: { channelAxis: 0 },
  tflite: {
    opcode: 3,
    optionsType: 1,
    version: ([input]) => (input!.dtype === "int8" ? 3 : 1),
    write(builder, attrs) {
      builder.startObject(7);
      builder.addFieldInt8(0, PADDING_CODES[attrs.padding], 0);
      builder.addFieldInt32(1, attrs.strideW, 0);
      builder.addFieldInt32(2, attrs.strideH, 0);
      builder.addFieldInt8(3, activationCode(attrs.activation), 0);
      builder.addFieldInt32(4, attrs.dilationW, 1);
      builder.addFieldInt32(5, attrs.dilationH, 1);
      return builder.endObject();
    },
    read: ({ options, outputs }) => ({
      padding: readPadding(options, 0),
      strideW: options.int32(1, 0),
      strideH: options.int32(2, 0),
      activation: readActivation(options, 3, outputs[0]),
      dilationW: options.int32(4, 1),
      dilationH: options.int32(5, 1),
    }),
  },
};
