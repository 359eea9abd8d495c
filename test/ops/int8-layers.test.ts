// Int8 layers against loops as plain as the reference kernels', where the random graphs of scripts/conformance.ts do
// not reach: batches, dilated rows, more taps than a lane holds, weights with a zero point, sums that wrap in int32.
import { describe, expect, it } from "vitest";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import { elementCount, type Tensor } from "../../src/ir/tensor.ts";
import { int8Range } from "../../src/ops/activation.ts";
import {
  add,
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  maxPool2d,
} from "../../src/ops/index.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../../src/util/fixedpoint.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";

type Changes = Readonly<Record<string, Partial<Tensor>>>;
const ACTIVATIONS = ["NONE", "RELU", "RELU6"] as const;
const PADDINGS = ["SAME", "VALID"] as const;

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!;
const int8s = (random: Random, count: number): Int8Array =>
  Int8Array.from({ length: count }, () => random.integer(256) - 128);
const quant = (scale: number, zeroPoint: number): Pick<Tensor, "quant"> => ({
  quant: { kind: "perTensor", scale: Math.fround(scale), zeroPoint },
});
const zeroOf = (tensor: Tensor): number => (tensor.quant?.kind === "perTensor" ? tensor.quant.zeroPoint : 0);

/** Runs one layer on random inputs and compares every output with `expected`. */
function check(
  random: Random,
  inputShape: readonly number[],
  layer: (b: GraphBuilder) => string,
  changes: Changes,
  expected: (x: (...index: number[]) => number, tensors: ReadonlyMap<string, Tensor>) => number[],
): void {
  const b = buildGraph("layer", "x", inputShape);
  const graph = b.build(layer(b), null);
  const tensors = new Map(
    [...graph.tensors].map(([name, tensor]) => [
      name,
      { ...tensor, dtype: "int8" as const, ...changes[name] },
    ]),
  );
  const interpreter = int8Interpreter({ ...graph, tensors });
  for (let run = 0; run < 2; run++) {
    interpreter.input.set(int8s(random, interpreter.input.length));
    interpreter.run();
    const at = indexer(inputShape, interpreter.input);
    expect(Array.from(interpreter.output)).toEqual(expected(at, tensors));
  }
}

/** Reads [batch, row, column, channel] of NHWC data. */
function indexer([, h, w, c]: readonly number[], data: ArrayLike<number>): (...index: number[]) => number {
  return (b, row, column, channel) => data[((b * h! + row) * w! + column) * c! + channel]!;
}

interface Attrs {
  readonly padding: "SAME" | "VALID";
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly activation: (typeof ACTIVATIONS)[number];
}

/** Every output position with the input positions under its taps, those in the padding left out. */
function* positions(
  [batch, h, w]: readonly number[],
  [kh, kw]: readonly [number, number],
  a: Attrs,
): Generator<{ readonly b: number; readonly taps: { ky: number; kx: number; y: number; x: number }[] }> {
  const axis = (input: number, filter: number, stride: number, dilation: number): [number, number] => {
    const extent = (filter - 1) * dilation + 1;
    if (a.padding === "VALID") return [Math.floor((input - extent) / stride) + 1, 0];
    const output = Math.ceil(input / stride);
    return [output, Math.max((output - 1) * stride + extent - input, 0) >> 1];
  };
  const [outH, top] = axis(h!, kh, a.strideH, a.dilationH);
  const [outW, left] = axis(w!, kw, a.strideW, a.dilationW);
  for (let b = 0; b < batch!; b++) {
    for (let oy = 0; oy < outH; oy++) {
      for (let ox = 0; ox < outW; ox++) {
        const taps = [];
        for (let ky = 0; ky < kh; ky++) {
          for (let kx = 0; kx < kw; kx++) {
            const y = oy * a.strideH - top + ky * a.dilationH;
            const x = ox * a.strideW - left + kx * a.dilationW;
            if (y >= 0 && y < h! && x >= 0 && x < w!) taps.push({ ky, kx, y, x });
          }
        }
        yield { b, taps };
      }
    }
  }
}

function requantize(sum: number, real: number, output: Tensor, activation: Attrs["activation"]): number {
  const { mantissa, shift } = quantizeMultiplier(real);
  const { min, max } = int8Range(activation, output);
  const scaled = multiplyByQuantizedMultiplier(sum | 0, mantissa, shift) + zeroOf(output);
  return Math.min(Math.max(scaled, min), max);
}

interface Convolution {
  readonly shape: readonly number[];
  readonly filter: readonly [number, number];
  /** Output channels, or filters of each channel where depthwise. */
  readonly filters: number;
  readonly attrs: Attrs;
  readonly biasSize: number;
  readonly outputScale: number;
}

function checkConvolution(random: Random, kind: "full" | "depthwise", c: Convolution): void {
  const depth = c.shape[3]!;
  const [kh, kw] = c.filter;
  const channels = kind === "full" ? c.filters : depth * c.filters;
  const shape = kind === "full" ? [channels, kh, kw, depth] : [1, kh, kw, channels];
  const weights = int8s(random, elementCount(shape));
  const bias = Int32Array.from({ length: channels }, () => (random.uniform() * 2 - 1) * c.biasSize);
  const scales = Array.from({ length: channels }, () => Math.fround(0.002 + 0.01 * random.uniform()));
  const axis = kind === "full" ? 0 : 3;
  check(
    random,
    c.shape,
    (b) => {
      const w = b.constant("w", shape, new Float32Array(weights));
      const inputs = ["x", w, b.constant("b", [channels], new Float32Array(channels))] as const;
      return kind === "full"
        ? b.node(conv2d, c.attrs, inputs, "y")
        : b.node(depthwiseConv2d, { ...c.attrs, depthMultiplier: c.filters }, inputs, "y");
    },
    {
      x: quant(0.04, random.integer(256) - 128),
      w: { constant: weights, quant: { kind: "perChannel", axis, scales } },
      b: { constant: bias, dtype: "int32" },
      y: quant(c.outputScale, random.integer(256) - 128),
    },
    (x, tensors) => {
      const [input, output] = [tensors.get("x")!, tensors.get("y")!];
      const values: number[] = [];
      for (const { b, taps } of positions(c.shape, c.filter, c.attrs)) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = bias[channel]!;
          for (const tap of taps) {
            for (let ic = 0; ic < (kind === "full" ? depth : 1); ic++) {
              const weight =
                kind === "full"
                  ? weights[((channel * kh + tap.ky) * kw + tap.kx) * depth + ic]!
                  : weights[(tap.ky * kw + tap.kx) * channels + channel]!;
              const from = kind === "full" ? ic : Math.floor(channel / c.filters);
              sum += (x(b, tap.y, tap.x, from) - zeroOf(input)) * weight;
            }
          }
          const real = (Math.fround(0.04) * scales[channel]!) / Math.fround(c.outputScale);
          values.push(requantize(sum, real, output, c.attrs.activation));
        }
      }
      return values;
    },
  );
}

function randomConvolution(random: Random): Convolution {
  const filter = [1 + random.integer(3), 1 + random.integer(5)] as const;
  const [dilationH, dilationW] = [1 + random.integer(2), 1 + random.integer(3)];
  const height = (filter[0] - 1) * dilationH + 1 + random.integer(3);
  const width = (filter[1] - 1) * dilationW + 1 + random.integer(9);
  return {
    shape: [1 + random.integer(2), height, width, 1 + random.integer(9)],
    filter,
    filters: 1 + random.integer(3),
    attrs: {
      padding: pick(random, PADDINGS),
      strideH: 1 + random.integer(3),
      strideW: 1 + random.integer(3),
      dilationH,
      dilationW,
      activation: pick(random, ACTIVATIONS),
    },
    biasSize: 3000,
    outputScale: 0.02 + 0.2 * random.uniform(),
  };
}

const PLAIN = {
  padding: "SAME",
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  activation: "NONE",
} as const;

describe("int8 layers equal plain loops", () => {
  it("convolutions over strides, dilations, paddings, batches and channels", () => {
    for (let i = 0; i < 150; i++) {
      const random = seededRandom(`conv/${i}`);
      const one = randomConvolution(random);
      checkConvolution(random, "full", { ...one, filters: 1 + random.integer(18) });
      checkConvolution(random, "depthwise", one);
    }
  });

  it("a convolution of more taps than a lane holds", () => {
    const shape = [1, 1, 5, 700];
    const one = { shape, filter: [1, 3] as const, filters: 9, attrs: PLAIN, biasSize: 1e5, outputScale: 3 };
    checkConvolution(seededRandom("long"), "full", one);
  });

  it("sums that wrap in int32", () => {
    const shape = [1, 2, 9, 6];
    const one = { shape, filter: [2, 5] as const, filters: 3, attrs: PLAIN, biasSize: 2 ** 31 - 1 };
    for (const outputScale of [1e-4, 3, 3000]) {
      checkConvolution(seededRandom("wrap"), "full", { ...one, outputScale });
      checkConvolution(seededRandom("wrap"), "depthwise", { ...one, outputScale });
    }
  });

  it("multipliers above one", () => {
    const shape = [1, 1, 9, 3];
    const one = { shape, filter: [1, 2] as const, filters: 5, attrs: PLAIN, biasSize: 50 };
    for (const outputScale of [1e-3, 1e-4, 1e-5, 1e-7]) {
      checkConvolution(seededRandom("large"), "full", { ...one, outputScale });
      checkConvolution(seededRandom("large"), "depthwise", { ...one, outputScale });
    }
  });

  it("FULLY_CONNECTED with batches and a zero point of the weights", () => {
    for (let i = 0; i < 60; i++) {
      const random = seededRandom(`dense/${i}`);
      const [batch, depth, units] = [1 + random.integer(4), 1 + random.integer(60), 1 + random.integer(20)];
      const weights = int8s(random, units * depth);
      const bias = Int32Array.from({ length: units }, () => random.integer(4000) - 2000);
      const activation = pick(random, ACTIVATIONS);
      const weightZero = i % 2 === 0 ? 0 : random.integer(256) - 128;
      check(
        random,
        [batch, 1, 1, depth],
        (b) => {
          const w = b.constant("w", [units, depth], new Float32Array(weights));
          const inputs = ["x", w, b.constant("b", [units], new Float32Array(units))] as const;
          return b.node(fullyConnected, { activation }, inputs, "y");
        },
        {
          x: quant(0.05, random.integer(256) - 128),
          w: { constant: weights, ...quant(0.003, weightZero) },
          b: { constant: bias, dtype: "int32" },
          y: quant(0.1, random.integer(256) - 128),
        },
        (x, tensors) => {
          const [input, output] = [tensors.get("x")!, tensors.get("y")!];
          const real = Math.fround(Math.fround(0.05) * Math.fround(0.003)) / Math.fround(0.1);
          return Array.from({ length: batch * units }, (_, n) => {
            const [row, unit] = [Math.floor(n / units), n % units];
            let sum = bias[unit]!;
            for (let k = 0; k < depth; k++) {
              sum += (x(row, 0, 0, k) - zeroOf(input)) * (weights[unit * depth + k]! - weightZero);
            }
            return requantize(sum, real, output, activation);
          });
        },
      );
    }
  });

  it("pools over batches, paddings, strides and activations", () => {
    for (let i = 0; i < 100; i++) {
      const random = seededRandom(`pool/${i}`);
      const { shape, filter, attrs } = randomConvolution(random);
      const undilated = { ...attrs, dilationH: 1, dilationW: 1 };
      const pool = { ...attrs, filterH: filter[0], filterW: filter[1] };
      const same = quant(0.05, random.integer(256) - 128);
      const half = (sum: number, count: number): number =>
        Math.sign(sum) * Math.floor((Math.abs(sum) + (count >> 1)) / count);
      for (const op of [maxPool2d, averagePool2d]) {
        check(
          random,
          shape,
          (b) => b.node(op, pool, ["x"], "y"),
          { x: same, y: same },
          (x, tensors) => {
            const { min, max } = int8Range(attrs.activation, tensors.get("y")!);
            const values: number[] = [];
            for (const { b, taps } of positions(shape, filter, undilated)) {
              for (let c = 0; c < shape[3]!; c++) {
                const window = taps.map((tap) => x(b, tap.y, tap.x, c));
                const sum = window.reduce((total, value) => total + value, 0);
                const value = op === maxPool2d ? Math.max(...window) : half(sum, window.length);
                values.push(Math.min(Math.max(value, min), max) + 0);
              }
            }
            return values;
          },
        );
      }
    }
  });

  it("ADD on every pair of values", () => {
    const random = seededRandom("add");
    const all = Int8Array.from({ length: 256 }, (_, i) => i - 128);
    const [sx, sz, sy] = [0.03, 0.07, 0.05].map(Math.fround) as [number, number, number];
    check(
      random,
      [1, 1, 64, 256],
      (b) => b.node(add, { activation: "NONE" }, ["x", b.constant("z", [256], new Float32Array(256))], "y"),
      { x: quant(sx, 11), z: { constant: all, ...quant(sz, -70) }, y: quant(sy, 5) },
      (x, tensors) => {
        const scaled = (value: number, real: number): number => {
          const { mantissa, shift } = quantizeMultiplier(real);
          return multiplyByQuantizedMultiplier(value, mantissa, shift);
        };
        const twice = 2 * Math.max(sx, sz);
        return Array.from({ length: 64 * 256 }, (_, n) => {
          const left = scaled((x(0, 0, Math.floor(n / 256), n % 256) - 11) << 20, sx / twice);
          const right = scaled((all[n % 256]! + 70) << 20, sz / twice);
          return requantize(left + right, twice / (2 ** 20 * sy), tensors.get("y")!, "NONE");
        });
      },
    );
  });
});
