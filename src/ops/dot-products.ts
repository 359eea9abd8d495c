// Dot products of int8 rows with weights, exact, in the arithmetic that JavaScript is quickest at: doubles.
//
// A double holds integers of 53 bits and a product of int8 values has 17, so one double carries the weights of two
// channels, w0 + w1 · 2^27, and one multiplication and one addition do the work of two. Sums of at most 2,048 taps
// keep their lane, 2,048 · 128 · 255 < 2^26, and nothing is ever rounded.

const LANE = 2 ** 27;
const MAX_TAPS = 2048;
/** Channels that are computed together, and the doubles that carry them. */
const BLOCK = 8;
const DOUBLES = 4;

export interface DotProducts {
  /** Elements from one row of sums to the next: the channels, rounded up to whole blocks. */
  readonly pitch: number;
  /** The sum of each channel's weights. */
  readonly weightSums: Float64Array;
  /**
   * Adds the dot product of every row and channel to `sums`.
   * @param data int8 values; row r begins at `from` + r · `stride`
   * @param at where the sums of the first row begin
   */
  readonly add: (
    data: Float64Array,
    from: number,
    stride: number,
    rows: number,
    sums: Float64Array,
    at: number,
  ) => void;
}

/** @param weights [channels, taps] without their zero point */
export function dotProducts(weights: Int16Array, channels: number, taps: number): DotProducts {
  const pitch = Math.ceil(channels / BLOCK) * BLOCK;
  const packed = pack(weights, channels, taps);
  return {
    pitch,
    weightSums: Float64Array.from({ length: channels }, (_, c) =>
      weights.subarray(c * taps, (c + 1) * taps).reduce((sum, weight) => sum + weight, 0),
    ),
    add(data, from, stride, rows, sums, at) {
      const paired = rows & ~1;
      for (let first = 0; first < taps; first += MAX_TAPS) {
        const last = Math.min(first + MAX_TAPS, taps);
        addPairs(data, from, stride, paired, packed, taps, first, last, sums, at, pitch);
        if (paired < rows) {
          addRow(data, from + paired * stride, packed, taps, first, last, sums, at + paired * pitch, pitch);
        }
      }
    },
  };
}

/** [channels, taps] weights as [channels / 8, taps, 4] doubles of two channels; missing channels are zero. */
function pack(weights: Int16Array, channels: number, taps: number): Float64Array {
  const packed = new Float64Array(Math.ceil(channels / BLOCK) * taps * DOUBLES);
  for (let c = 0; c < channels; c++) {
    const lane = c % 2 === 0 ? 1 : LANE;
    for (let i = 0; i < taps; i++) {
      const to = (Math.floor(c / BLOCK) * taps + i) * DOUBLES + ((c % BLOCK) >> 1);
      packed[to] = packed[to]! + weights[c * taps + i]! * lane;
    }
  }
  return packed;
}

/** Two rows at a time: each weight is loaded once for two rows, each input once for eight channels. */
function addPairs(
  data: Float64Array,
  from: number,
  stride: number,
  rows: number,
  packed: Float64Array,
  taps: number,
  first: number,
  last: number,
  sums: Float64Array,
  at: number,
  pitch: number,
): void {
  for (let row = 0; row < rows; row += 2) {
    const start = from + row * stride;
    const out = at + row * pitch;
    for (let c = 0, block = first * DOUBLES; c < pitch; c += BLOCK, block += taps * DOUBLES) {
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      for (let i = start + first, w = block; i < start + last; i++, w += DOUBLES) {
        const a = data[i]!;
        const b = data[i + stride]!;
        const w0 = packed[w]!;
        const w1 = packed[w + 1]!;
        const w2 = packed[w + 2]!;
        const w3 = packed[w + 3]!;
        a0 += a * w0;
        a1 += a * w1;
        a2 += a * w2;
        a3 += a * w3;
        b0 += b * w0;
        b1 += b * w1;
        b2 += b * w2;
        b3 += b * w3;
      }
      addLanes(sums, out + c, a0, a1, a2, a3);
      addLanes(sums, out + pitch + c, b0, b1, b2, b3);
    }
  }
}

function addRow(
  data: Float64Array,
  start: number,
  packed: Float64Array,
  taps: number,
  first: number,
  last: number,
  sums: Float64Array,
  at: number,
  pitch: number,
): void {
  for (let c = 0, block = first * DOUBLES; c < pitch; c += BLOCK, block += taps * DOUBLES) {
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    for (let i = start + first, w = block; i < start + last; i++, w += DOUBLES) {
      const a = data[i]!;
      a0 += a * packed[w]!;
      a1 += a * packed[w + 1]!;
      a2 += a * packed[w + 2]!;
      a3 += a * packed[w + 3]!;
    }
    addLanes(sums, at + c, a0, a1, a2, a3);
  }
}

/** Takes the lanes apart: the upper one is the nearest multiple of 2^27, since the lower is less than half of it. */
function addLanes(sums: Float64Array, at: number, p0: number, p1: number, p2: number, p3: number): void {
  const u0 = Math.floor(p0 / LANE + 0.5);
  const u1 = Math.floor(p1 / LANE + 0.5);
  const u2 = Math.floor(p2 / LANE + 0.5);
  const u3 = Math.floor(p3 / LANE + 0.5);
  sums[at] = sums[at]! + (p0 - u0 * LANE);
  sums[at + 1] = sums[at + 1]! + u0;
  sums[at + 2] = sums[at + 2]! + (p1 - u1 * LANE);
  sums[at + 3] = sums[at + 3]! + u1;
  sums[at + 4] = sums[at + 4]! + (p2 - u2 * LANE);
  sums[at + 5] = sums[at + 5]! + u2;
  sums[at + 6] = sums[at + 6]! + (p3 - u3 * LANE);
  sums[at + 7] = sums[at + 7]! + u3;
}
