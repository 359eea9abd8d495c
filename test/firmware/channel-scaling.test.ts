// The short requantisation of channel_scaling.h, in both of its forms, against multiplyByQuantizedMultiplier and a
// clamp: every sum near the ends and near zero, and random ones, with mantissas and shifts at their ends and random.
import { beforeAll, describe, expect, it } from "vitest";
import { MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { scalingOf, sumScaling } from "../../src/ops/channel-scaling.ts";
import { clang, textsBelow } from "./support/wasm.ts";

/** Sums that are tried with each mantissa, shift and zero point. */
const MAIN = `#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/requantize.h"
using namespace bandsmith;
namespace {
uint32_t state = 1;
uint32_t draw() {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}
constexpr int32_t kBound = (1 << 24) - 1;
int32_t wrong = 0;
/** Multipliers from one half on, of a layer whose least output is the zero point. */
void checkRectified(int32_t x, int32_t m, int32_t z) {
  const ClampedRange range = {z, 127};
  const int8_t wanted = toInt8(multiplyByQuantizedMultiplier(x, m, 0), OutputRange{z, z, 127});
  if (scaledOutput(x, ChannelScaling{0, m, z, 0}, range) != wanted) ++wrong;
}
void check(int32_t x, int32_t m, int32_t e, int32_t z) {
  const int32_t wanted = multiplyByQuantizedMultiplier(x, m, -e) + z;
  const int32_t rounding =
      static_cast<int32_t>((INT64_C(1) << (e - 1)) + static_cast<int64_t>(z) * (INT64_C(1) << e));
  const ChannelScaling channel = {0, m, rounding, e};
  if (requantized(x, channel) != wanted) ++wrong;
  if (highProductOfHalves(x, m) != doublingHighMul(x, m)) ++wrong;
  if (highProduct(x, m) != doublingHighMul(x, m)) ++wrong;
  const ClampedRange range = {-128, 127};
  if (clamped(requantized(x, channel), range) != toInt8(wanted - z, OutputRange{z, -128, 127})) ++wrong;
}
}
extern "C" __attribute__((export_name("near"))) int32_t near(int32_t m, int32_t e, int32_t z) {
  wrong = 0;
  for (int32_t i = 0; i < 3000; ++i) {
    check(i, m, e, z);
    check(-i, m, e, z);
    check(kBound - i, m, e, z);
    check(i - kBound, m, e, z);
    check(static_cast<int32_t>(draw()) >> 7, m, e, z);
    check(static_cast<int32_t>(draw()) >> 16, m, e, z);
  }
  // Where the rounded value steps up: x · m / 2^(31 + e) near n + 1/2.
  for (int64_t n = -300; n <= 300; ++n) {
    const int64_t x = ((2 * n + 1) * (INT64_C(1) << (30 + e))) / m;
    for (int64_t d = -2; d <= 2; ++d) {
      if (x + d <= kBound && x + d >= -kBound) check(static_cast<int32_t>(x + d), m, e, z);
    }
  }
  return wrong;
}
extern "C" __attribute__((export_name("rectified"))) int32_t rectified(int32_t m, int32_t z) {
  wrong = 0;
  for (int32_t i = 0; i < 3000; ++i) {
    checkRectified(i, m, z);
    checkRectified(-i, m, z);
    checkRectified(kBound - i, m, z);
    checkRectified(i - kBound, m, z);
    checkRectified(static_cast<int32_t>(draw()) >> 7, m, z);
  }
  return wrong;
}
extern "C" __attribute__((export_name("every"))) int32_t every(int32_t m, int32_t e, int32_t z) {
  wrong = 0;
  for (int32_t x = -kBound; x <= kBound; x += 1) check(x, m, e, z);
  return wrong;
}
`;

type Check = (mantissa: number, shift: number, zeroPoint: number) => number;
let near: Check;
let every: Check;
let rectified: (mantissa: number, zeroPoint: number) => number;

beforeAll(async () => {
  const firmware = [...textsBelow("firmware")].filter(([file]) => file.startsWith("bandsmith/nn/"));
  const flags = "-O2 -fsanitize=undefined -fno-sanitize=vptr -fsanitize-trap=undefined".split(" ");
  const link = "-I. -nostartfiles -Wl,--no-entry main.cpp -o a.wasm".split(" ");
  const tree = await clang([...flags, ...link], new Map([...firmware, ["main.cpp", MAIN]]));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(tree["a.wasm"] as Uint8Array));
  ({ near, every, rectified } = instance.exports as unknown as {
    near: Check;
    every: Check;
    rectified: typeof rectified;
  });
});

/** Least, most, ties of high products, and bits of all kinds. */
const MANTISSAS = [
  2 ** 30,
  2 ** 30 + 1,
  2 ** 31 - 1,
  2 ** 31 - 2,
  0x60000000,
  0x5555ffff,
  0x7fff0000,
  0x4000ffff,
  0,
];
const ZERO_POINTS = [-128, -1, 0, 5, 127];

describe("the short requantisation", () => {
  it("equals the definition at the ends, near ties and at random", () => {
    for (const mantissa of MANTISSAS) {
      for (let shift = 1; shift <= 22; shift++) {
        for (const zeroPoint of ZERO_POINTS) {
          const wrong = mantissa === 0 ? 0 : near(mantissa, shift, zeroPoint);
          expect(wrong, `${mantissa} ${shift} ${zeroPoint}`).toBe(0);
        }
      }
    }
  });

  it("equals it without a second shift, where outputs below the zero point are clamped", () => {
    for (const mantissa of MANTISSAS.filter((one) => one > 0)) {
      for (const zeroPoint of ZERO_POINTS) {
        expect(rectified(mantissa, zeroPoint), `${mantissa} ${zeroPoint}`).toBe(0);
      }
    }
  });

  it("equals it for every sum with some multipliers", () => {
    for (const [mantissa, shift] of [
      [2 ** 30, 1],
      [1518500250, 7],
      [2 ** 31 - 1, 12],
    ] as const) {
      expect(every(mantissa, shift, -128)).toBe(0);
    }
  });
});

describe("where it is used", () => {
  const channel = { weights: [127, -127], bias: 5 };
  it("takes the input's zero point off the start", () => {
    const skewed = { weights: [3, 4], bias: 10 };
    expect(scalingOf(skewed, -128, -128, { mantissa: 2 ** 30, shift: -3 })).toEqual([906, 2 ** 30, -1020, 3]);
  });
  it("is not for multipliers of a half and more, nor for sums that halves cannot hold", () => {
    expect(scalingOf(channel, 0, 0, { mantissa: 2 ** 30, shift: 0 })).toBeNull();
    expect(scalingOf({ ...channel, bias: 2 ** 24 }, 0, 0, { mantissa: 2 ** 30, shift: -3 })).toBeNull();
    expect(scalingOf(channel, 0, -128, { mantissa: 2 ** 30, shift: -24 })).toBeNull();
  });
  it("is for multipliers below one where the least output is the zero point", () => {
    const rectifiedSum = { least: -100, most: 100, zeroPoint: -7, min: -7, max: 127 };
    const fieldOf = (mantissa: number, shift: number): unknown =>
      sumScaling({ ...rectifiedSum, scaling: { mantissa, shift } }, PORTABLE).field;
    expect(fieldOf(2 ** 30, 0)).toEqual([[0, 2 ** 30, -7, 0], "start, mantissa, rounding, shift"]);
  });
  it("leaves multipliers from one on to the definition", () => {
    const sum = { least: -100, most: 100, zeroPoint: -7, min: -7, max: 127 };
    const scaling = { mantissa: 2 ** 30, shift: 1 };
    for (const target of [PORTABLE, MAC16]) {
      expect(sumScaling({ ...sum, scaling }, target)).toEqual({
        type: "DefinedScaling",
        field: [[0, 2 ** 30, 1, -7], "start, mantissa, shift to the left, zero point"],
      });
    }
  });
  it("takes a channel of nothing", () => {
    expect(scalingOf(channel, 0, -128, { mantissa: 0, shift: 0 })).toEqual([5, 0, -255, 1]);
  });
});
