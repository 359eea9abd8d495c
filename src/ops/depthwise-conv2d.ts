// DEPTHWISE_CONV_2D: each input channel has its own filters; weights [1, h, w, C·multiplier], per-channel int8.
import { type Op, type Operand, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { activationCode } from "./activation.ts";
import { type Conv2DAttrs, describeWindows, withBorders } from "./conv2d.ts";
import {
  bindConvolutionFloat,
  bindConvolutionInt8,
  CONVOLUTION_ROLES,
  type ConvolutionInputs,
  type Convolve,
  emitConvolution,
  tensorsOf,
} from "./convolution.ts";
import { readActivation, readPadding } from "./options.ts";
import { padInput, tapOffsets } from "./padded-input.ts";
import { asInt8 } from "./quantization.ts";
import type { ChannelSums } from "./requantize.ts";
import { emitSlidingDepthwise } from "./sliding-depthwise.ts";
import { type DepthwiseGeometry, emitUnrolledDepthwise } from "./unrolled-depthwise.ts";
import { checkReach, nhwc, PADDING_CODES, slide } from "./window2d.ts";
import { slidingWork } from "./work.ts";

export interface DepthwiseConv2DAttrs extends Conv2DAttrs {
  readonly depthMultiplier: number;
}

function geometryOf(
  attrs: DepthwiseConv2DAttrs,
  [input, weights, bias]: ConvolutionInputs<Tensor>,
): DepthwiseGeometry {
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
  const [above, beside] = attrs.borders ?? [];
  const rows = slide(attrs.padding, x.height, w.height, attrs.strideH, attrs.dilationH, above);
  const columns = slide(attrs.padding, x.width, w.width, attrs.strideW, attrs.dilationW, beside);
  checkReach(x.batch, rows, columns, outputDepth);
  return {
    batch: x.batch,
    rows,
    columns,
    inputDepth: x.channels,
    multiplier: attrs.depthMultiplier,
  };
}

function convolver({ batch, rows, columns, inputDepth, multiplier }: DepthwiseGeometry): Convolve {
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

/** Channels that are computed together. */
const BLOCK = 4;

/** The padded input has each channel as often as it has filters, so that input, weights and sums run in parallel. */
function bindSums(
  { batch, rows, columns, inputDepth, multiplier }: DepthwiseGeometry,
  [input, weights]: ConvolutionInputs<Operand>,
): ChannelSums {
  const outputDepth = inputDepth * multiplier;
  const pitch = Math.ceil(outputDepth / BLOCK) * BLOCK;
  const channels = { depth: inputDepth, repeat: multiplier, slack: pitch - outputDepth };
  const { data, rowSize, imageSize, load } = padInput(input, batch, rows, columns, channels);
  const taps = tapOffsets(rows, columns, rowSize, outputDepth);
  // Weights of 0 for the channels of a last block that are not there.
  const filters = new Float64Array(taps.length * pitch);
  const weightSums = new Float64Array(outputDepth);
  asInt8(weights.data).forEach((weight, i) => {
    const channel = i % outputDepth;
    filters[Math.floor(i / outputDepth) * pitch + channel] = weight;
    weightSums[channel] = weightSums[channel]! + weight;
  });
  return {
    pitch,
    weightSums,
    add(sums) {
      load();
      for (let line = 0; line < batch * rows.output; line++) {
        const image = Math.floor(line / rows.output);
        const corner = image * imageSize + (line % rows.output) * rows.stride * rowSize;
        const at = line * columns.output * pitch;
        addLine(data, corner, columns.stride * outputDepth, columns.output, taps, filters, sums, at, pitch);
      }
    },
  };
}

/** Integers in doubles: their products are summed without rounding. */
function addLine(
  data: Float64Array,
  from: number,
  stride: number,
  positions: number,
  taps: Int32Array,
  filters: Float64Array,
  sums: Float64Array,
  at: number,
  pitch: number,
): void {
  for (let position = 0; position < positions; position++) {
    const start = from + position * stride;
    const out = at + position * pitch;
    for (let c = 0; c < pitch; c += BLOCK) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let tap = 0, w = c; tap < taps.length; tap++, w += pitch) {
        const i = start + taps[tap]! + c;
        s0 += data[i]! * filters[w]!;
        s1 += data[i + 1]! * filters[w + 1]!;
        s2 += data[i + 2]! * filters[w + 2]!;
        s3 += data[i + 3]! * filters[w + 3]!;
      }
      const o = out + c;
      sums[o] = sums[o]! + s0;
      sums[o + 1] = sums[o + 1]! + s1;
      sums[o + 2] = sums[o + 2]! + s2;
      sums[o + 3] = sums[o + 3]! + s3;
    }
  }
}

export const depthwiseConv2d: Op<DepthwiseConv2DAttrs, typeof CONVOLUTION_ROLES> = {
  name: "DEPTHWISE_CONV_2D",
  roles: CONVOLUTION_ROLES,
  resolverMethod: "AddDepthwiseConv2D",
  describe: (a) => `${describeWindows(a)} multiplier ${a.depthMultiplier} ${a.activation}`,
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
    const sums = bindSums(geometryOf(attrs, tensorsOf(inputs)), inputs);
    return bindConvolutionInt8(sums, attrs.activation, inputs, output);
  },
  emit(attrs, inputs, [output], target) {
    const geometry = geometryOf(attrs, inputs);
    const { batch, rows, columns, inputDepth, multiplier } = geometry;
    const fast =
      emitSlidingDepthwise(geometry, attrs.activation, inputs, output, target) ??
      emitUnrolledDepthwise(geometry, attrs.activation, inputs, output, target);
    if (fast !== null) return [fast];
    const names = {
      header: "depthwise_conv_2d.h",
      function: "depthwiseConv2d",
      parameters: "DepthwiseConv2dParameters",
    };
    const depths = [
      [inputDepth, "input depth"],
      [multiplier, "filters for each input channel"],
    ] as const;
    const work = slidingWork(geometry, inputDepth * multiplier, 1);
    return emitConvolution({ names, batch, rows, columns, depths, work }, attrs.activation, inputs, output);
  },
  withPaddings: withBorders,
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
