// The solver once more, slowly and in integers of any size, with whole matrices: what src/personalize computes in doubles
// must be this to the bit. Written from docs/personalize.md.
import type { Head } from "../../src/personalize/head.ts";
import type { Examples } from "../../src/personalize/solve.ts";
import { quantizeMultiplier } from "../../src/util/fixedpoint.ts";

type Vector = bigint[];
type Matrix = Vector[];

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

/** Nearest, ties up. */
const shift = (value: bigint, bits: bigint): bigint => (value + (1n << (bits - 1n))) >> bits;

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
  { features, classOf, generalClass, density = 1, metric }: Examples,
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

  const means = classes.map((k) => mean(windows.filter((_, w) => labels[w] === k)));
  const inverse =
    metric === undefined
      ? inverseOf(
          windows.map((window, w) => window.map((value, j) => value - means[labels[w]!]![j]!)),
          width,
        )
      : squareOf(metric.inverse, width);
  const bits = metric === undefined ? 16n : 14n;
  const apply = (vector: Vector): Vector => inverse.map((row) => dot(row, vector) >> bits);
  const curvature = curvatureOf(centred, apply, total, metric === undefined ? 9n : 64n);

  const penalty = divide(8n * BigInt(density) * total, BigInt(windows.length));
  const largest = Math.max(...classes.map((k) => labels.filter((label) => label === k).length));
  const share = BigInt(Math.min(Math.ceil((64 * largest) / windows.length), 16));
  const steepness = divide(share * BigInt(width) * curvature, 16n) + penalty;
  const unit = general.inputScale * general.weightScale;
  const real = (width * 4096) / (unit * Number(steepness));
  const multiplier = quantizeMultiplier(Math.min(Math.max(real, 2 ** -24), 2 ** 14));
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
    const eighths = metric === undefined ? 5n : 4n;
    return [...own.map((weight) => weight * 131072n * eighths), toInt32(bias * 1024n * eighths)];
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
      const gradient = range(width).map((j) =>
        shift(sum(errors.map((error, w) => error[k]! * centred[w]![j]!)), 5n),
      );
      const last = shift(sum(errors.map((error) => error[k]!)) * 128n, 5n);
      const mapped = [...apply(gradient), (last * biasInverse) >> 16n];
      return row.map((_, j) => {
        const at = ahead[k]![j]!;
        return toInt32(at - shift(mapped[j]! * mantissa, down) - shift((at - prior[k]![j]!) * pull, 19n));
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
function curvatureOf(
  centred: Matrix,
  apply: (vector: Vector) => Vector,
  total: bigint,
  most: bigint,
): bigint {
  const width = centred[0]!.length;
  const narrow = (vector: Vector, bits: number): { vector: Vector; exponent: bigint } => {
    const exponent = BigInt(Math.max(largest(vector).toString(2).length - bits, 0));
    return { vector: vector.map((value) => value >> exponent), exponent };
  };
  let vector = range(width)
    .map((j) => BigInt.asIntN(32, BigInt(j + 1) * 0x9e3779b1n) >> 18n)
    .map((v) => v | 1n);
  let curvature = 0n;
  for (let i = 0; i < 20 && largest(vector) > 0n; i++) {
    const along = centred.map((window) => dot(window, vector));
    const product = range(width).map((j) => sum(centred.map((window, w) => window[j]! * along[w]!)));
    const { vector: narrowed, exponent } = narrow(product, 28);
    const mapped = apply(narrowed);
    curvature = (largest(mapped) / largest(vector) + 1n) << exponent;
    vector = narrow(mapped, 14).vector;
  }
  curvature += curvature / 8n;
  const least = (total + BigInt(width) - 1n) / BigInt(width);
  const atLeast = curvature > least ? curvature : least;
  return atLeast < most * total ? atLeast : most * total;
}

/** A symmetric matrix from its lower triangle, packed by rows. */
function squareOf(triangle: Int32Array, width: number): Matrix {
  const at = (i: number, j: number): bigint => BigInt(triangle[(i * (i + 1)) / 2 + j]!);
  return range(width).map((i) => range(width).map((j) => (j <= i ? at(i, j) : at(j, i))));
}

/** The inverse metric of the windows' distances to their classes' means, 16 fractional bits. */
function inverseOf(distances: Matrix, width: number): Matrix {
  // Below 2^25, where nothing is lost in a double either, and the most work of all.
  const numbers = distances.map((distance) => distance.map(Number));
  // Features of different blocks move apart: with zeros between them, one matrix is as many as there are blocks.
  const blocks = Math.ceil(width / 80);
  const blockOf = (feature: number): number => Math.floor(feature / Math.ceil(width / blocks));
  const scatter = range(width).map((i) =>
    range(width).map((j) =>
      blockOf(i) === blockOf(j)
        ? BigInt(numbers.reduce((all, distance) => all + distance[i]! * distance[j]!, 0))
        : 0n,
    ),
  );
  const trace = sum(range(width).map((i) => scatter[i]![i]!));
  const metric = scatter.map((row, i) =>
    row.map((value, j) => {
      if (trace === 0n) return i === j ? 65536n : 0n;
      return divide(value * 65536n * BigInt(width) * 8n, 9n * trace) + (i === j ? 7282n : 0n);
    }),
  );
  const factor: Matrix = range(width).map(() => range(width).map(() => 0n));
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = (metric[i]![j]! << 24n) - dot(factor[i]!.slice(0, j), factor[j]!.slice(0, j));
      if (j < i) factor[i]![j] = divide(rest, factor[j]![j]!);
      else factor[i]![i] = rest > 1n << 36n ? root(rest) : 1n << 18n;
    }
  }
  const triangle: Matrix = range(width).map(() => range(width).map(() => 0n));
  for (let j = 0; j < width; j++) {
    triangle[j]![j] = divide(1n << 40n, factor[j]![j]!);
    for (let i = j + 1; i < width; i++) {
      const above = range(i).map((k) => factor[i]![k]! * triangle[k]![j]!);
      triangle[i]![j] = divide(-sum(above), factor[i]![i]!);
    }
  }
  return range(width).map((i) =>
    range(width).map((j) => shift(sum(triangle.map((row) => row[i]! * row[j]!)), 24n)),
  );
}
