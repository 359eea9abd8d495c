// CONV_2D: NHWC input, OHWI weights, per-channel int8. A Conv1D is the case of height 1.
import { type Op, type Operand, type Paddings, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { activationCode, type FusedActivation } from "./activation.ts";
import { type ConvolutionGeometry, emitBlockedConv } from "./blocked-conv.ts";
import {
  bindConvolutionFloat,
  bindConvolutionInt8,
  CONVOLUTION_ROLES,
  type ConvolutionInputs,
  type Convolve,
  emitConvolution,
  tensorsOf,
} from "./convolution.ts";
import { dotProducts } from "./dot-products.ts";
import { addProducts } from "./float-sums.ts";
import { emitMac16Conv } from "./mac16-conv.ts";
import { readActivation, readPadding } from "./options.ts";
import { padInput, tapOffsets } from "./padded-input.ts";
import { asInt8 } from "./quantization.ts";
import type { ChannelSums } from "./requantize.ts";
import { type Border, checkReach, nhwc, PADDING_CODES, type Padding, slide } from "./window2d.ts";
import { slidingWork } from "./work.ts";

export interface Conv2DAttrs {
  readonly padding: Padding;
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly activation: FusedActivation;
  /** Rows and columns of zeros around the input; only the compiled engine folds them in, no file has any. */
  readonly borders?: readonly [rows: Border, columns: Border];
}

/** A PAD of rows and columns, for a convolution that has no padding of its own. */
export function withBorders<A extends Conv2DAttrs>(attrs: A, paddings: Paddings): A | null {
  const [batch, rows, columns, depth] = paddings;
  if (paddings.length !== 4 || [...batch!, ...depth!].some((zeros) => zeros > 0)) return null;
  if (attrs.padding !== "VALID" || attrs.borders !== undefined) return null;
  return { ...attrs, borders: [rows!, columns!] };
}

export function describeWindows({
  padding,
  strideH,
  strideW,
  dilationH,
  dilationW,
  borders,
}: Conv2DAttrs): string {
  const zeros = (borders ?? []).map(([before, after]) => `${before}+${after}`).join("x");
  const border = zeros === "" ? "" : ` border ${zeros}`;
  return `${padding}${border} stride ${strideH}x${strideW} dilation ${dilationH}x${dilationW}`;
}

function geometryOf(
  attrs: Conv2DAttrs,
  [input, weights, bias]: ConvolutionInputs<Tensor>,
): ConvolutionGeometry {
  const x = nhwc(input);
  const w = nhwc(weights);
  // Weights are [out, height, width, in].
  if (w.channels !== x.channels) {
    throw new ShapeError(`weights take ${w.channels} channels, the input has ${x.channels}`);
  }
  if (bias.shape.length !== 1 || bias.shape[0] !== w.batch) {
    throw new ShapeError(`bias has shape [${bias.shape.join(", ")}], [${w.batch}] expected`);
  }
  const [above, beside] = attrs.borders ?? [];
  const rows = slide(attrs.padding, x.height, w.height, attrs.strideH, attrs.dilationH, above);
  const columns = slide(attrs.padding, x.width, w.width, attrs.strideW, attrs.dilationW, beside);
  checkReach(x.batch, rows, columns, x.channels);
  return {
    batch: x.batch,
    rows,
    columns,
    inputDepth: x.channels,
    outputDepth: w.batch,
  };
}

function convolver({ batch, rows, columns, inputDepth, outputDepth }: ConvolutionGeometry): Convolve {
  const filterSize = rows.filter * columns.filter * inputDepth;
  /** Neighbouring taps of a row, whose values stand one after the other. */
  const together = columns.dilation === 1 ? columns.filter : 1;
  const sums = new Float64Array(outputDepth);
  return (input, weights, visit) => {
    let index = 0;
    for (let b = 0; b < batch; b++) {
      for (let oy = 0; oy < rows.output; oy++) {
        for (let ox = 0; ox < columns.output; ox++) {
          sums.fill(0);
          for (let ky = 0; ky < rows.filter; ky++) {
            const y = oy * rows.stride - rows.pad + ky * rows.dilation;
            if (y < 0 || y >= rows.input) continue;
            for (let kx = 0; kx < columns.filter; kx += together) {
              const x = ox * columns.stride - columns.pad + kx * columns.dilation;
              const [first, end] = [Math.max(0, -x), Math.min(together, columns.input - x)];
              if (first >= end) continue;
              const from = ((b * rows.input + y) * columns.input + x + first) * inputDepth;
              const tap = (ky * columns.filter + kx + first) * inputDepth;
              addProducts(sums, [input, from], [weights, tap, filterSize], (end - first) * inputDepth);
            }
          }
          for (let oc = 0; oc < outputDepth; oc++) visit(index++, oc, sums[oc]!);
        }
      }
    }
  };
}

/** Every output position is a row of dot products with all filters. */
function bindSums(
  { batch, rows, columns, inputDepth, outputDepth }: ConvolutionGeometry,
  [input, weights]: ConvolutionInputs<Operand>,
): ChannelSums {
  const channels = { depth: inputDepth, repeat: 1, slack: 0 };
  const { data, rowSize, imageSize, load } = padInput(input, batch, rows, columns, channels);
  const offsets = tapOffsets(rows, columns, rowSize, inputDepth);
  const taps = offsets.length * inputDepth;
  const { pitch, weightSums, add } = dotProducts(Int16Array.from(asInt8(weights.data)), outputDepth, taps);
  const stride = columns.stride * inputDepth;
  // The taps of an undilated Conv1D lie side by side in the input; others are gathered for two positions at a time.
  const inPlace = rows.filter === 1 && columns.dilation === 1;
  const gathered = new Float64Array(inPlace ? 0 : 2 * taps);
  return {
    pitch,
    weightSums,
    add(sums) {
      load();
      for (let line = 0; line < batch * rows.output; line++) {
        const image = Math.floor(line / rows.output);
        const corner = image * imageSize + (line % rows.output) * rows.stride * rowSize;
        const at = line * columns.output * pitch;
        if (inPlace) add(data, corner, stride, columns.output, sums, at);
        else {
          for (let ox = 0; ox < columns.output; ox += 2) {
            const count = Math.min(2, columns.output - ox);
            for (let i = 0; i < count; i++) {
              gather(data, corner + (ox + i) * stride, offsets, inputDepth, gathered, i * taps);
            }
            add(gathered, 0, taps, count, sums, at + ox * pitch);
          }
        }
      }
    },
  };
}

/** Copies the taps of one position side by side. */
function gather(
  data: Float64Array,
  position: number,
  offsets: Int32Array,
  depth: number,
  gathered: Float64Array,
  at: number,
): void {
  let to = at;
  for (let tap = 0; tap < offsets.length; tap++) {
    const from = position + offsets[tap]!;
    for (let i = from; i < from + depth; i++) gathered[to++] = data[i]!;
  }
}

export const conv2d: Op<Conv2DAttrs, typeof CONVOLUTION_ROLES> = {
  name: "CONV_2D",
  roles: CONVOLUTION_ROLES,
  resolverMethod: "AddConv2D",
  describe: (a) => `${describeWindows(a)} ${a.activation}`,
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
    const sums = bindSums(geometryOf(attrs, tensorsOf(inputs)), inputs);
    return bindConvolutionInt8(sums, attrs.activation, inputs, output);
  },
  emit(attrs, inputs, [output], target) {
    const geometry = geometryOf(attrs, inputs);
    const { batch, rows, columns, inputDepth, outputDepth } = geometry;
    const fast =
      (target.mac16 ? emitMac16Conv(geometry, attrs.activation, inputs, output, target) : null) ??
      emitBlockedConv(geometry, attrs.activation, inputs, output, target);
    if (fast !== null) return [fast];
    const names = { header: "conv_2d.h", function: "conv2d", parameters: "Conv2dParameters" };
    const depths = [
      [inputDepth, "input depth"],
      [outputDepth, "output depth"],
    ] as const;
    const work = slidingWork(geometry, outputDepth, inputDepth);
    return emitConvolution({ names, batch, rows, columns, depths, work }, attrs.activation, inputs, output);
  },
  withPaddings: withBorders,
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
