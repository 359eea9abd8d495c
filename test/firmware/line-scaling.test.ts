// The lines that the compiler finds, in C++, against the definition: every sum that can be.
import { beforeAll, describe, expect, it } from "vitest";
import {
  fineLine,
  highLine,
  type LineChannel,
  narrowLine,
  narrowSignedLine,
  splitLine,
} from "../../src/ops/line-scaling.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";
import { clang, textsBelow } from "./support/wasm.ts";

const MAIN = `#include "bandsmith/nn/line_scaling.h"
#include "bandsmith/nn/requantize.h"
using namespace bandsmith;
namespace {
template <typename Scaling>
int32_t wrong(const Scaling& channel, int32_t offset, int32_t least, int32_t most, int32_t m, int32_t e, int32_t z,
              int32_t min, int32_t max) {
  const ClampedRange range = {min, max};
  const OutputRange definition = {z, min, max};
  int32_t count = 0;
  for (int32_t x = least; x <= most; ++x) {
    const int8_t wanted = toInt8(multiplyByQuantizedMultiplier(x, m, -e), definition);
    if (scaledOutput(x + offset, channel, range) != wanted) ++count;
  }
  return count;
}
}
extern "C" __attribute__((export_name("high"))) int32_t high(int32_t mantissa, int32_t rounding, int32_t shift,
    int32_t negative, int32_t offset, int32_t bottom, int32_t top, int32_t least, int32_t most, int32_t m, int32_t e,
    int32_t z, int32_t min, int32_t max) {
  (void)negative, (void)bottom, (void)top;
  return wrong(HighScaling{0, mantissa, rounding, shift}, offset, least, most, m, e, z, min, max);
}
extern "C" __attribute__((export_name("split"))) int32_t split(int32_t mantissa, int32_t rounding, int32_t shift,
    int32_t negative, int32_t offset, int32_t bottom, int32_t top, int32_t least, int32_t most, int32_t m, int32_t e,
    int32_t z, int32_t min, int32_t max) {
  const int32_t upper = mantissa >> kSplitBits;
  const int32_t lower = mantissa & ((1 << kSplitBits) - 1);
  if (bottom == 0) {
    return wrong(SplitScaling{0, top, upper, lower, rounding, shift}, offset, least, most, m, e, z, min, max);
  }
  const SignedScaling channel = {0, bottom, top, upper, lower, rounding, shift, negative};
  return wrong(channel, offset, least, most, m, e, z, min, max);
}
extern "C" __attribute__((export_name("narrow"))) int32_t narrow(int32_t mantissa, int32_t rounding, int32_t shift,
    int32_t negative, int32_t offset, int32_t bottom, int32_t top, int32_t least, int32_t most, int32_t m, int32_t e,
    int32_t z, int32_t min, int32_t max) {
  (void)negative, (void)bottom, (void)top;
  const int32_t lower = mantissa & ((1 << kSplitBits) - 1);
  const NarrowScaling channel = {0, mantissa >> kSplitBits, lower, rounding, shift};
  return wrong(channel, offset, least, most, m, e, z, min, max);
}
extern "C" __attribute__((export_name("narrowSigned"))) int32_t narrowSigned(int32_t mantissa, int32_t rounding,
    int32_t shift, int32_t negative, int32_t offset, int32_t bottom, int32_t top, int32_t least, int32_t most, int32_t m,
    int32_t e, int32_t z, int32_t min, int32_t max) {
  (void)bottom, (void)top;
  const int32_t lower = mantissa & ((1 << kSplitBits) - 1);
  const NarrowSignedScaling channel = {0, mantissa >> kSplitBits, lower, rounding, shift, negative};
  return wrong(channel, offset, least, most, m, e, z, min, max);
}
extern "C" __attribute__((export_name("fine"))) int32_t fine(uint32_t mantissa, int32_t rounding, int32_t shift,
    int32_t negative, int32_t offset, int32_t bottom, int32_t top, int32_t least, int32_t most, int32_t m, int32_t e,
    int32_t z, int32_t min, int32_t max) {
  (void)negative, (void)bottom, (void)top;
  constexpr uint32_t kPart = (1 << kFineSplitBits) - 1;
  const FineScaling channel = {0, static_cast<int32_t>(mantissa >> 2 * kFineSplitBits),
      static_cast<int32_t>(mantissa >> kFineSplitBits & kPart), static_cast<int32_t>(mantissa & kPart), rounding, shift};
  return wrong(channel, offset, least, most, m, e, z, min, max);
}
`;

type Check = (...numbers: number[]) => number;
let checks: Readonly<Record<"high" | "split" | "narrow" | "narrowSigned" | "fine", Check>>;

beforeAll(async () => {
  const firmware = [...textsBelow("firmware")].filter(([file]) => file.startsWith("bandsmith/nn/"));
  const flags = "-O2 -fsanitize=undefined -fno-sanitize=vptr -fsanitize-trap=undefined".split(" ");
  const link = "-I. -nostartfiles -Wl,--no-entry main.cpp -o a.wasm".split(" ");
  const tree = await clang([...flags, ...link], new Map([...firmware, ["main.cpp", MAIN]]));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(tree["a.wasm"] as Uint8Array));
  checks = instance.exports as unknown as typeof checks;
});

/** Multipliers from 8 to 2^-11, sums that reach the largest output and sums that do not. */
function channels(): LineChannel[] {
  const random = seededRandom("rectified");
  const drawn = Array.from({ length: 200 }, (_, i): LineChannel => {
    const real = 0.4 * 2 ** (-i / 20) * (0.9 + random.uniform() / 10);
    const zeroPoint = [-128, -128, -100, -1, 0, 90][random.integer(6)]!;
    const max = random.integer(4) === 0 ? zeroPoint + 1 + random.integer(127 - zeroPoint) : 127;
    const min = random.integer(2) === 0 ? zeroPoint : -128;
    const reach = (): number => Math.round((random.integer(3) === 0 ? 0.4 : 3) * (255 / real));
    return { least: -reach(), most: reach(), scaling: quantizeMultiplier(real), zeroPoint, min, max };
  });
  const first = { ...drawn[0]!, min: -128, zeroPoint: -128 };
  // The largest sum is the last before a step, which a line must not take too early.
  const short = drawn.map((channel, i): LineChannel => {
    const value = 2 + (i % 60);
    const { mantissa, shift } = channel.scaling;
    let sum = 0;
    while (multiplyByQuantizedMultiplier(sum, mantissa, shift) < value) sum++;
    return { ...channel, zeroPoint: -128, min: -128, max: 127, most: sum - 1 };
  });
  // The least sum is the first of an output, or the last before the next: a step must come neither early nor late.
  const deep = drawn.flatMap((channel, i): LineChannel[] => {
    const value = -1 - (i % 40);
    const { mantissa, shift } = channel.scaling;
    let sum = 0;
    while (multiplyByQuantizedMultiplier(sum - 1, mantissa, shift) >= value) sum--;
    const shape = { zeroPoint: [-57, 0, 30][i % 3]!, min: -128, max: 127 };
    return [0, 1].map((before) => ({ ...channel, ...shape, least: sum - before, most: -sum }));
  });
  return [
    ...drawn,
    ...short,
    ...deep,
    // From one on, the last step may lead beyond the largest output.
    ...drawn.slice(0, 120).map((channel, i): LineChannel => {
      const real = 0.5 * 2 ** (i / 20);
      const shape = i % 2 === 0 ? { min: -128, zeroPoint: -128, max: 127 } : {};
      return { ...channel, ...shape, least: -400, most: 400, scaling: quantizeMultiplier(real) };
    }),
    { ...first, scaling: { mantissa: 0, shift: 0 } },
    { ...first, most: 0 },
    { ...first, max: -128 },
    { ...first, zeroPoint: 127, max: 127 },
    { ...first, zeroPoint: 127, least: 0, most: 9 },
    { ...first, scaling: { mantissa: 2 ** 31 - 1, shift: -1 } },
    { ...first, scaling: { mantissa: 2 ** 30, shift: -6 }, most: 2 ** 16 },
    ...small(),
  ];
}

/** Multipliers from 2^-9 to 2^-15 of rectified layers, and sums to the 20 bits that matter. */
function small(): LineChannel[] {
  const random = seededRandom("small");
  return Array.from({ length: 40 }, (_, i): LineChannel => {
    const real = 2 ** (-9 - i * 0.15) * (0.9 + random.uniform() / 10);
    const reach = Math.round(Math.min((1.2 * 255) / real, 2 ** 20 + 1000));
    const scaling = quantizeMultiplier(real);
    return { least: -reach, most: reach, scaling, zeroPoint: -128, min: -128, max: 127 };
  });
}

describe.each([
  ["high", highLine],
  ["split", splitLine],
  ["narrow", narrowLine],
  ["narrowSigned", narrowSignedLine],
  ["fine", fineLine],
] as const)("the %s form", (form, lineOf) => {
  it("gives the definition's output for every sum", () => {
    const found = { rectified: 0, other: 0, steep: 0, far: 0 };
    for (const channel of channels()) {
      const line = lineOf(channel);
      const { least, most, scaling, zeroPoint, min, max } = channel;
      const isRectified = min === zeroPoint;
      // What clamps to int8 do for.
      const isWhole = min === -128 && max === 127;
      const clamps = isWhole && (form === "narrowSigned" || (form === "narrow" && isRectified));
      const isSteep = scaling.mantissa !== 0 && scaling.shift > 0;
      if (isSteep) expect(line !== null, JSON.stringify(channel)).toBe(clamps);
      if (line === null) continue;
      found[isRectified ? "rectified" : "other"]++;
      if (isSteep) found.steep++;
      const { mantissa, rounding, negative, shift, offset, bottom, top } = line;
      if (top >= 2 ** 18) found.far++;
      const own = [mantissa, rounding, shift, negative, offset, bottom, top, least, most];
      const wrong = checks[form](...own, scaling.mantissa, -scaling.shift, zeroPoint, min, max);
      expect(wrong, JSON.stringify({ channel, line })).toBe(0);
    }
    // There is none for the smallest multipliers, nor of three forms for sums below zero.
    expect(found.rectified).toBeGreaterThan(300);
    const few = { other: 0, steep: 0, far: 0 };
    const least = {
      high: { ...few, far: 30 },
      split: { ...few, other: 400 },
      narrow: { ...few, steep: 60 },
      narrowSigned: { other: 400, steep: 60, far: 0 },
      fine: { ...few, far: 30 },
    }[form];
    for (const kind of ["other", "steep", "far"] as const) {
      if (least[kind] === 0) expect(found[kind], kind).toBe(0);
      else expect(found[kind], kind).toBeGreaterThanOrEqual(least[kind]);
    }
  });

  it("is refused where the definition wraps", () => {
    const channel = { least: -(2 ** 22), zeroPoint: -128, min: -128, max: 127 };
    const scaling = quantizeMultiplier(300);
    expect(lineOf({ ...channel, most: 2 ** 22 - 1, scaling })).toBeNull();
    expect(lineOf({ ...channel, least: -(2 ** 22) + 1, most: 2 ** 22, scaling })).toBeNull();
    const inside = lineOf({ ...channel, least: -(2 ** 22) + 1, most: 2 ** 22 - 1, scaling });
    expect(inside !== null).toBe(form === "narrow" || form === "narrowSigned");
  });

  it("is refused at once where nothing is left of a sum but its shift", () => {
    for (const shift of [13, 30, 31, 32]) {
      for (const most of [0, 1, 65_536]) {
        const scaling = { mantissa: 1_518_500_250, shift };
        expect(lineOf({ least: -most, most, scaling, zeroPoint: -128, min: -128, max: 127 })).toBeNull();
      }
    }
  });

  it("is refused where a product would not be exact", () => {
    const scaling = quantizeMultiplier(2 ** -20);
    expect(lineOf({ least: 0, most: 2 ** 22, scaling, zeroPoint: -128, min: -128, max: 127 })).toBeNull();
  });
});
