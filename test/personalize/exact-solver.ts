// The solver once more, slowly and in integers of any size, with whole matrices: what src/personalize computes in doubles
// must be this to the bit. Written from docs/personalize.md.
import type { Head } from "../../src/personalize/head.ts";
import type { HeadMetric } from "../../src/personalize/metric.ts";
import type { Examples } from "../../src/personalize/solve.ts";
import { quantizeMultiplier } from "../../src/util/fixedpoint.ts";

type Vector = bigint[];
type Matrix = Vector[];

/** vector · 2^exponent */
interface Scaled {
  readonly vector: Vector;
  readonly exponent: bigint;
}

const sum = (values: readonly bigint[]): bigint => values.reduce((all, value) => all + value, 0n);
const dot = (a: readonly bigint[], b: readonly bigint[]): bigint => sum(a.map((value, i) => value * b[i]!));
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const largest = (values: readonly bigint[]): bigint =>
  values.reduce((most, value) => (magnitude(value) > most ? magnitude(value) : most), 0n);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Nearest, ties away from zero. */
function divide(value: bigint, divisor: bigint): bigint {
  const quotient = (magnitude(value) + divisor / 2n) / divisor;
  return value < 0n ? -quotient : quotient;
}

/** Nearest, ties up; bits that are fewer than none are to be had. */
const shift = (value: bigint, bits: bigint): bigint =>
  bits > 0n ? (value + (1n << (bits - 1n))) >> bits : value << -bits;

const bitsOf = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

function root(value: bigint): bigint {
  let low = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((low + bit) ** 2n <= value) low += bit;
  return low;
}

function clamp(value: bigint, limit: bigint): bigint {
  return value > limit ? limit : value < -limit ? -limit : value;
}

function toInt32(value: bigint): bigint {
  const most = (1n << 31n) - 1n;
  return value > most ? most : value < -most - 1n ? -most - 1n : value;
}

export function exactSolution(
  general: Head,
  metric: HeadMetric,
  { features, classOf, generalClass }: Examples,
  rounds: number,
): { weights: bigint[]; centre: bigint[] } {
  const width = general.features;
  const windows = range(classOf.length).map((w) =>
    Array.from(features.subarray(w * width, (w + 1) * width), BigInt),
  );
  const labels = Array.from(classOf);
  const classes = range(generalClass.length);
  const mean = (members: readonly Vector[]): Vector =>
    range(width).map((j) => divide(sum(members.map((window) => window[j]!)), BigInt(members.length)));
  const centre = mean(windows);
  const centred = windows.map((window) => window.map((value, j) => value - centre[j]!));
  const scatter = sum(centred.map((window) => dot(window, window)));
  const values = BigInt(windows.length * width);
  const total = scatter > values ? scatter : values;

  const factor = squareOf(metric.factor, width);
  const apply = (vector: Vector): Scaled => {
    const first = narrow(vector);
    const second = narrow(factor.map((row) => dot(row, first.vector)));
    const columns = range(width).map((j) => factor.map((row) => row[j]!));
    const mapped = columns.map((column) => dot(column, second.vector));
    return { vector: mapped, exponent: first.exponent + second.exponent - 24n };
  };
  const curvature = curvatureOf(centred, apply, total);

  const penalty = divide(8n * total, BigInt(windows.length));
  const largest = Math.max(...classes.map((k) => labels.filter((label) => label === k).length));
  const share = BigInt(Math.min(Math.ceil((64 * largest) / windows.length), 16));
  const steepness = divide(share * BigInt(width) * curvature, 16n) + penalty;
  const unit = general.inputScale * general.weightScale;
  const real = (width * 128) / (unit * Number(steepness));
  const multiplier = quantizeMultiplier(Math.min(Math.max(real, 2 ** -29), 2 ** 9));
  const mantissa = (BigInt(multiplier.mantissa) + 16384n) >> 15n;
  const down = BigInt(16 - multiplier.shift);
  const pull = divide(penalty << 19n, steepness);
  const flat = root(pull << 11n);
  const momentum = divide((32768n - flat) << 15n, 32768n + flat);
  const ofBias = divide(4n * total, values);
  const biasInverse = ofBias > 1n ? ofBias : 1n;

  const prior: Matrix = classes.map((k) => {
    const from = generalClass[k]!;
    if (from < 0) return [...range(width), 0].map(() => 0n);
    const own = Array.from(general.weights.subarray(from * width, (from + 1) * width), BigInt);
    const zero = BigInt(general.inputZeroPoint);
    const bias =
      BigInt(general.biases[from]!) +
      dot(
        own,
        centre.map((value) => value - zero),
      );
    return [...own.map((weight) => weight << 19n), toInt32(bias << 12n)];
  });
  const power = powersOf(unit / 16);
  let weights = prior;
  let ahead = prior;
  for (let round = 0; round < rounds; round++) {
    const image = ahead.map((row) => row.map((weight) => shift(clamp(weight, 32767n << 16n), 16n)));
    const errors = windows.map((_, w) => {
      const logits = image.map((row) => dot(row.slice(0, width), centred[w]!) + row[width]! * 128n);
      const most = logits.reduce((a, b) => (a > b ? a : b));
      const powers = logits.map((logit) => power(most - logit));
      const all = sum(powers);
      return powers.map((one, k) =>
        clamp(((one << 14n) + all / 2n) / all - (k === labels[w] ? 16384n : 0n), 16383n),
      );
    });
    const next = weights.map((row, k) => {
      const gradient = range(width).map((j) => sum(errors.map((error, w) => error[k]! * centred[w]![j]!)));
      const last = sum(errors.map((error) => error[k]!)) * 128n;
      const { vector: mapped, exponent } = apply(gradient);
      const changes = [
        ...mapped.map((value) => shift(value * mantissa, down - exponent)),
        shift(((last * biasInverse) >> 16n) * mantissa, down),
      ];
      return row.map((_, j) => {
        const at = ahead[k]![j]!;
        return toInt32(at - changes[j]! - shift((at - prior[k]![j]!) * pull, 19n));
      });
    });
    const before = weights;
    ahead = next.map((row, k) =>
      row.map((weight, j) => toInt32(weight + shift((weight - before[k]![j]!) * momentum, 15n))),
    );
    weights = next;
  }
  return { weights: weights.flat(), centre };
}

/** 2^(−difference · step · log2(e)), 16 fractional bits, by the table's entries worked out anew. */
function powersOf(step: number): (difference: bigint) => bigint {
  const real = step * 94548.46;
  const nothing = BigInt(Math.min(Math.floor((18 * 65536) / real), 2147483647));
  const { mantissa, shift: exponent } = quantizeMultiplier(real);
  const entry = (i: number): bigint => BigInt(Math.round(65536 * 2 ** (-i / 64)));
  return (difference) => {
    if (difference >= nothing) return 0n;
    const left = exponent > 0 ? difference << BigInt(exponent) : difference;
    const high = (left * BigInt(mantissa) + (1n << 30n)) >> 31n;
    const exponentOfTwo = exponent < 0 ? shift(high, BigInt(-exponent)) : high;
    const index = Number((exponentOfTwo & 0xffffn) >> 10n);
    const line = (entry(index) << 10n) - (entry(index) - entry(index + 1)) * (exponentOfTwo & 1023n);
    return shift(line, 10n + (exponentOfTwo >> 16n));
  };
}

/** 20 steps of power iteration. */
function curvatureOf(centred: Matrix, apply: (vector: Vector) => Scaled, total: bigint): bigint {
  const width = centred[0]!.length;
  let vector = range(width)
    .map((j) => BigInt.asIntN(32, BigInt(j + 1) * 0x9e3779b1n) >> 18n)
    .map((v) => v | 1n);
  let curvature = 0n;
  for (let i = 0; i < 20 && largest(vector) > 0n; i++) {
    const along = centred.map((window) => dot(window, vector));
    const product = range(width).map((j) => sum(centred.map((window, w) => window[j]! * along[w]!)));
    const { vector: mapped, exponent } = apply(product);
    const ratio = largest(mapped) / largest(vector) + 1n;
    curvature = (exponent > 0n ? ratio << exponent : ratio >> -exponent) + 1n;
    const surplus = BigInt(Math.max(bitsOf(largest(mapped)) - 14, 0));
    vector = mapped.map((value) => value >> surplus);
  }
  curvature += curvature / 8n;
  const least = (total + BigInt(width) - 1n) / BigInt(width);
  const atLeast = curvature > least ? curvature : least;
  return atLeast < 64n * total ? atLeast : 64n * total;
}

/** By the power of two that leaves 15 bits, then by that which leaves squares of 29 in all. */
function narrow(vector: Vector): Scaled {
  const first = BigInt(Math.max(bitsOf(largest(vector)) - 15, 0));
  const squares = sum(vector.map((value) => (value >> first) ** 2n));
  const exponent = first + BigInt(Math.max(Math.ceil((bitsOf(squares) - 29) / 2), 0));
  return { vector: vector.map((value) => shift(value, exponent)), exponent };
}

/** A lower triangle from its rows, packed. */
function squareOf(triangle: Int16Array, width: number): Matrix {
  const at = (i: number, j: number): bigint => BigInt(triangle[(i * (i + 1)) / 2 + j]!);
  return range(width).map((i) => range(width).map((j) => (j <= i ? at(i, j) : 0n)));
}
