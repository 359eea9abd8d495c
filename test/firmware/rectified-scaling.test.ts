// The lines that the compiler finds for rectified layers, in C++, against the definition: every sum that can be.
import { beforeAll, describe, expect, it } from "vitest";
import { highLine, type RectifiedChannel, splitLine } from "../../src/ops/rectified-scaling.ts";
import { quantizeMultiplier } from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";
import { clang, textsBelow } from "./support/wasm.ts";

const MAIN = `#include "bandsmith/nn/rectified_scaling.h"
#include "bandsmith/nn/requantize.h"
using namespace bandsmith;
namespace {
template <typename Scaling>
int32_t wrong(const Scaling& channel, int32_t offset, int32_t most, int32_t m, int32_t e, int32_t z, int32_t max) {
  const ClampedRange range = {z, max};
  const OutputRange definition = {z, z, max};
  int32_t count = 0;
  for (int32_t x = -most; x <= most; ++x) {
    const int8_t wanted = toInt8(multiplyByQuantizedMultiplier(x, m, -e), definition);
    if (scaledOutput(x + offset, channel, range) != wanted) ++count;
  }
  return count;
}
}
extern "C" __attribute__((export_name("high"))) int32_t high(int32_t mantissa, int32_t rounding, int32_t shift,
    int32_t offset, int32_t, int32_t most, int32_t m, int32_t e, int32_t z, int32_t max) {
  return wrong(HighScaling{0, mantissa, rounding, shift}, offset, most, m, e, z, max);
}
extern "C" __attribute__((export_name("split"))) int32_t split(int32_t mantissa, int32_t rounding, int32_t shift,
    int32_t offset, int32_t top, int32_t most, int32_t m, int32_t e, int32_t z, int32_t max) {
  const SplitScaling channel = {0, top, mantissa >> kSplitBits, mantissa & ((1 << kSplitBits) - 1), rounding, shift};
  return wrong(channel, offset, most, m, e, z, max);
}
`;

type Check = (...numbers: number[]) => number;
let checks: { readonly high: Check; readonly split: Check };

beforeAll(async () => {
  const firmware = [...textsBelow("firmware")].filter(([file]) => file.startsWith("bandsmith/nn/"));
  const flags = "-O2 -fsanitize=undefined -fno-sanitize=vptr -fsanitize-trap=undefined".split(" ");
  const link = "-I. -nostartfiles -Wl,--no-entry main.cpp -o a.wasm".split(" ");
  const tree = await clang([...flags, ...link], new Map([...firmware, ["main.cpp", MAIN]]));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(tree["a.wasm"] as Uint8Array));
  checks = instance.exports as unknown as typeof checks;
});

/** Multipliers from 0.4 to 2^-11, sums that reach the largest output and sums that do not. */
function channels(): RectifiedChannel[] {
  const random = seededRandom("rectified");
  const drawn = Array.from({ length: 120 }, (_, i): RectifiedChannel => {
    const real = 0.4 * 2 ** (-i / 12) * (0.9 + random.uniform() / 10);
    const zeroPoint = [-128, -128, -100, -1, 0, 90][random.integer(6)]!;
    const max = random.integer(4) === 0 ? zeroPoint + 1 + random.integer(127 - zeroPoint) : 127;
    const most = Math.round((random.integer(3) === 0 ? 0.4 : 3) * (255 / real));
    return { most, scaling: quantizeMultiplier(real), zeroPoint, max };
  });
  const [first] = drawn as [RectifiedChannel];
  return [
    ...drawn,
    { ...first, scaling: { mantissa: 0, shift: 0 } },
    { ...first, most: 0 },
    { ...first, max: -128, zeroPoint: -128 },
    { ...first, scaling: { mantissa: 2 ** 31 - 1, shift: -1 } },
    { ...first, scaling: { mantissa: 2 ** 30, shift: -6 }, most: 2 ** 16 },
  ];
}

describe.each([
  ["high", highLine],
  ["split", splitLine],
] as const)("the %s form", (form, lineOf) => {
  it("gives the definition's output for every sum", () => {
    let found = 0;
    for (const channel of channels()) {
      const line = lineOf(channel);
      if (line === null) continue;
      found++;
      const { most, scaling, zeroPoint, max } = channel;
      const { mantissa, rounding, shift, offset, top } = line;
      const own = [mantissa, rounding, shift, offset, top, most];
      const wrong = checks[form](...own, scaling.mantissa, -scaling.shift, zeroPoint, max);
      expect(wrong, JSON.stringify({ channel, line })).toBe(0);
    }
    // There is none for the smallest multipliers.
    expect(found).toBeGreaterThan(100);
  }, 60_000);

  it("is refused where a product would not be exact", () => {
    const scaling = quantizeMultiplier(2 ** -20);
    expect(lineOf({ most: 2 ** 22, scaling, zeroPoint: -128, max: 127 })).toBeNull();
  });
});
