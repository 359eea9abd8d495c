// A whole layer's requantisation against the arithmetic of one value, which fixedpoint.test.ts holds to BigInt.
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../src/ir/tensor.ts";
import type { FusedActivation } from "../../src/ops/activation.ts";
import { int8Range } from "../../src/ops/activation.ts";
import { bindRequantized } from "../../src/ops/requantize.ts";
import { multiplyByQuantizedMultiplier } from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";

const CHANNELS = 5;
const PITCH = 8;
const ROWS = 40;

const tensor = (zeroPoint: number): Tensor => ({
  name: "t",
  dtype: "int8",
  shape: [ROWS, CHANNELS],
  quant: { kind: "perTensor", scale: 0.03, zeroPoint },
  constant: null,
});

interface Multiplier {
  readonly mantissa: number;
  readonly shift: number;
}

/** Random sums up to `magnitude`, which may be far beyond int32, for random biases and zero points. */
function check(
  seed: string,
  multipliers: readonly Multiplier[],
  activation: FusedActivation,
  magnitude: number,
): void {
  const random = seededRandom(seed);
  const [inputZero, outputZero] = [random.integer(256) - 128, random.integer(256) - 128];
  const bias = Int32Array.from({ length: CHANNELS }, () => random.integer(2 ** 32 - 1) | 0);
  const weightSums = Float64Array.from({ length: CHANNELS }, () => random.integer(4001) - 2000);
  const start = (c: number): number => bias[c]! - inputZero * weightSums[c]!;
  // The sums with their biases are drawn, two of three so that they lie near the outputs' range.
  const wanted = Float64Array.from({ length: ROWS * CHANNELS }, (_, i) => {
    const { shift } = multipliers[i % CHANNELS]!;
    const size = i % 3 === 0 ? magnitude : Math.min(magnitude, 2 ** (9 - shift));
    return Math.round((2 * random.uniform() - 1) * size);
  });
  const output = { tensor: tensor(outputZero), data: new Int8Array(ROWS * CHANNELS) };
  const run = bindRequantized(
    {
      pitch: PITCH,
      weightSums,
      add(sums) {
        wanted.forEach((sum, i) => {
          const c = i % CHANNELS;
          const index = Math.floor(i / CHANNELS) * PITCH + c;
          if (sums[index] !== start(c)) expect(sums[index]).toBe(start(c));
          sums[index] = sum;
        });
      },
    },
    bias,
    tensor(inputZero),
    {
      mantissas: Int32Array.from(multipliers, (m) => m.mantissa),
      shifts: Int32Array.from(multipliers, (m) => m.shift),
    },
    activation,
    output,
  );
  run();
  run(); // The second run starts from the biases again.
  const { min, max } = int8Range(activation, output.tensor);
  wanted.forEach((sum, i) => {
    const { mantissa, shift } = multipliers[i % CHANNELS]!;
    const scaled = multiplyByQuantizedMultiplier(sum | 0, mantissa, shift) + outputZero;
    const expected = Math.min(Math.max(scaled, min), max);
    const got = output.data[i]!;
    if (got !== expected)
      expect({ sum, mantissa, shift, outputZero, got }).toEqual({
        sum,
        mantissa,
        shift,
        outputZero,
        got: expected,
      });
  });
}

const ACTIVATIONS = ["NONE", "RELU", "RELU6"] as const;

describe("requantisation of a layer", () => {
  it.each([2 ** 12, 2 ** 22, 2 ** 31, 2 ** 36])(
    "equals that of single values, sums up to %d",
    (magnitude) => {
      const random = seededRandom(`requantize/${magnitude}`);
      for (let i = 0; i < 400; i++) {
        const multipliers = Array.from({ length: CHANNELS }, () => ({
          mantissa: 2 ** 30 + random.integer(2 ** 30),
          shift: -(1 + random.integer(31)),
        }));
        check(`${magnitude}/${i}`, multipliers, ACTIVATIONS[i % 3]!, magnitude);
      }
    },
  );

  it("equals it at ties of both roundings", () => {
    for (let right = 1; right <= 31; right++) {
      // A power of two times any sum lands on halves all the time.
      const multipliers = new Array<Multiplier>(CHANNELS).fill({ mantissa: 2 ** 30, shift: -right });
      check(`ties/${right}`, multipliers, "NONE", Math.min(2 ** (right + 9), 2 ** 31));
    }
  });

  it.each([-1, 0, 1, 7, 30])("equals it where a multiplier has shift %i", (shift) => {
    const random = seededRandom(`shift/${shift}`);
    for (let i = 0; i < 100; i++) {
      const multipliers = Array.from({ length: CHANNELS }, (_, c) => ({
        mantissa: i === 0 ? 2 ** 31 - 1 : 2 ** 30 + random.integer(2 ** 30),
        shift: c === 2 ? shift : -random.integer(12),
      }));
      check(`shift/${shift}/${i}`, multipliers, ACTIVATIONS[i % 3]!, 2 ** 33);
    }
  });

  it("gives the zero point where the multiplier was flushed to zero", () => {
    check("zero", new Array<Multiplier>(CHANNELS).fill({ mantissa: 0, shift: 0 }), "NONE", 2 ** 31);
  });
});
