// Two channels in one double, against plain sums.
import { describe, expect, it } from "vitest";
import { dotProducts } from "../../src/ops/dot-products.ts";
import { seededRandom } from "../../src/util/random.ts";

interface Case {
  readonly channels: number;
  readonly taps: number;
  readonly rows: number;
  readonly stride: number;
}

/** Compares all sums; they start from values of their own, and the data from an offset. */
function check({ channels, taps, rows, stride }: Case, data: Float64Array, weights: Int16Array): void {
  const { pitch, weightSums, add } = dotProducts(weights, channels, taps);
  expect(pitch).toBeGreaterThanOrEqual(channels);
  const [from, at] = [3, 5];
  const sums = Float64Array.from({ length: at + rows * pitch }, (_, i) => 7 * i - 100);
  add(data, from, stride, rows, sums, at);
  const expected = Float64Array.from({ length: sums.length }, (_, i) => 7 * i - 100);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = 0; i < taps; i++) sum += data[from + row * stride + i]! * weights[c * taps + i]!;
      const index = at + row * pitch + c;
      expected[index] = expected[index]! + sum;
    }
  }
  expect(sums).toEqual(expected);
  for (let c = 0; c < channels; c++) {
    const sum = weights.subarray(c * taps, (c + 1) * taps).reduce((total, weight) => total + weight, 0);
    expect(weightSums[c]).toBe(sum);
  }
}

const size = ({ taps, rows, stride }: Case): number => 3 + (rows - 1) * stride + taps;

describe("dotProducts", () => {
  it("equals plain sums for every rest of channels and rows", () => {
    const random = seededRandom("dot-products");
    for (let channels = 1; channels <= 17; channels++) {
      for (const rows of [1, 2, 3, 6]) {
        const taps = 1 + random.integer(30);
        const one = { channels, taps, rows, stride: 1 + random.integer(taps + 2) };
        const data = Float64Array.from({ length: size(one) }, () => random.integer(256) - 128);
        const weights = Int16Array.from({ length: channels * taps }, () => random.integer(511) - 255);
        check(one, data, weights);
      }
    }
  });

  it.each([2047, 2048, 2049, 4096, 5000])("keeps the extremes of %i taps in their lanes", (taps) => {
    const one = { channels: 4, taps, rows: 3, stride: 2 };
    for (const value of [-128, 127]) {
      const data = new Float64Array(size(one)).fill(value);
      // Neighbours in a lane pair: both least, both largest, and one of each.
      const extremes = [
        [-255, -255, 255, 255],
        [-255, 255, 255, -255],
      ];
      for (const row of extremes) {
        check(
          one,
          data,
          Int16Array.from({ length: 4 * taps }, (_, i) => row[Math.floor(i / taps)]!),
        );
      }
    }
  });
});
