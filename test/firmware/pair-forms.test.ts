// The short forms of ADD, SUB and MUL in C++ against the definition: every one of the 65,536 pairs of stored inputs.
import { beforeAll, describe, expect, it } from "vitest";
import {
  type KernelCall,
  type KernelTarget,
  MAC16,
  PORTABLE,
  WITHOUT_HIGH_PRODUCT,
} from "../../src/ir/kernel.ts";
import type { PerTensorQuantization, Tensor } from "../../src/ir/tensor.ts";
import { type FusedActivation, int8Range } from "../../src/ops/activation.ts";
import { add, mul, sub } from "../../src/ops/index.ts";
import { definitionFields, planeFields } from "../../src/ops/scaled-sum.ts";
import { quantizeMultiplier } from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";
import { clang, textsBelow } from "./support/wasm.ts";

/** The definition as TFLite's reference kernels have it, and each form of kernel on all pairs at once. */
const MAIN = `#include "bandsmith/nn/add.h"
#include "bandsmith/nn/plane_sum.h"
#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/scaled_product.h"
#include "bandsmith/nn/sub.h"
using namespace bandsmith;
namespace {
constexpr int32_t kPairs = 65536;
int8_t lefts[kPairs];
int8_t rights[kPairs];
int8_t wanted[kPairs];
int8_t got[kPairs];
int32_t numbers[64];
void fillInputs() {
  for (int32_t i = 0; i < kPairs; ++i) {
    lefts[i] = static_cast<int8_t>((i >> 8) - 128);
    rights[i] = static_cast<int8_t>((i & 255) - 128);
    got[i] = 0;
  }
}
int32_t wrong() {
  int32_t count = 0;
  for (int32_t i = 0; i < kPairs; ++i) count += got[i] != wanted[i] ? 1 : 0;
  return count;
}
// One less than all, so that a rest of the loop is tried, and the last alone.
template <typename Kernel>
int32_t onAll(Kernel kernel) {
  kernel(SideBySide{kPairs - 1}, lefts, rights, got);
  kernel(SideBySide{1}, lefts + kPairs - 1, rights + kPairs - 1, got + kPairs - 1);
  return wrong();
}
template <typename Scaling>
int32_t products(const Scaling& scaling) {
  const int32_t* n = numbers;
  const ClampedRange range = {n[2], n[3]};
  return onAll([&](const SideBySide& block, const int8_t* x, const int8_t* z, int8_t* y) {
    scaledProduct(ScaledProductParameters<SideBySide, Scaling>{block, n[0], n[1], scaling, range}, x, z, y);
  });
}
}
extern "C" __attribute__((export_name("place"))) int32_t* place() { return numbers; }
extern "C" __attribute__((export_name("sum"))) void sum(int32_t za, int32_t ma, int32_t ea, int32_t zb, int32_t mb,
    int32_t eb, int32_t sign, int32_t m, int32_t e, int32_t z, int32_t min, int32_t max) {
  fillInputs();
  for (int32_t i = 0; i < kPairs; ++i) {
    const int32_t x = multiplyByQuantizedMultiplier((lefts[i] - za) * (1 << 20), ma, ea);
    const int32_t y = multiplyByQuantizedMultiplier((rights[i] - zb) * (1 << 20), mb, eb);
    wanted[i] = toInt8(multiplyByQuantizedMultiplier(x + sign * y, m, e), {z, min, max});
  }
}
extern "C" __attribute__((export_name("product"))) void product(int32_t za, int32_t zb, int32_t m, int32_t e, int32_t z,
    int32_t min, int32_t max) {
  fillInputs();
  for (int32_t i = 0; i < kPairs; ++i) {
    const int32_t x = (lefts[i] - za) * (rights[i] - zb);
    wanted[i] = toInt8(multiplyByQuantizedMultiplier(x, m, e), {z, min, max});
  }
}
extern "C" __attribute__((export_name("planeSum"))) int32_t tryPlane() {
  const int32_t* n = numbers;
  return onAll([&](const SideBySide& block, const int8_t* x, const int8_t* z, int8_t* y) {
    planeSum(PlaneSumParameters<SideBySide>{block, {n[0], n[1], n[2], n[3]}, {n[4], n[5]}}, x, z, y);
  });
}
extern "C" __attribute__((export_name("scaledSum"))) int32_t tryScaled(int32_t sign) {
  const int32_t* n = numbers;
  return onAll([&](const SideBySide& block, const int8_t* x, const int8_t* z, int8_t* y) {
    const ScaledSumParameters<SideBySide> p = {block, n[0], n[1], {n[2], n[3], n[4], n[5], n[6], n[7]},
        {n[8], n[9], n[10], n[11], n[12], n[13]}, {n[14], n[15], n[16], n[17], n[18], n[19]}, {n[20], n[21], n[22]}};
    sign > 0 ? add(p, x, z, y) : sub(p, x, z, y);
  });
}
extern "C" __attribute__((export_name("DefinedScaling"))) int32_t tryDefined() {
  return products(DefinedScaling{numbers[4], numbers[5], numbers[6], numbers[7]});
}
extern "C" __attribute__((export_name("ChannelScaling"))) int32_t tryChannel() {
  return products(ChannelScaling{numbers[4], numbers[5], numbers[6], numbers[7]});
}
extern "C" __attribute__((export_name("HighScaling"))) int32_t tryHigh() {
  return products(HighScaling{numbers[4], numbers[5], numbers[6], numbers[7]});
}
extern "C" __attribute__((export_name("NarrowScaling"))) int32_t tryNarrow() {
  const int32_t* n = numbers + 4;
  return products(NarrowScaling{n[0], n[1], n[2], n[3], n[4]});
}
extern "C" __attribute__((export_name("NarrowSignedScaling"))) int32_t tryNarrowSigned() {
  const int32_t* n = numbers + 4;
  return products(NarrowSignedScaling{n[0], n[1], n[2], n[3], n[4], n[5]});
}
extern "C" __attribute__((export_name("FineScaling"))) int32_t tryFine() {
  const int32_t* n = numbers + 4;
  return products(FineScaling{n[0], n[1], n[2], n[3], n[4], n[5]});
}
extern "C" __attribute__((export_name("SplitScaling"))) int32_t trySplit() {
  const int32_t* n = numbers + 4;
  return products(SplitScaling{n[0], n[1], n[2], n[3], n[4], n[5]});
}
extern "C" __attribute__((export_name("SignedScaling"))) int32_t trySigned() {
  const int32_t* n = numbers + 4;
  return products(SignedScaling{n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]});
}
`;

type Check = (...numbers: number[]) => number;
let module: Readonly<Record<string, Check>> & { readonly memory: WebAssembly.Memory };

beforeAll(async () => {
  const firmware = [...textsBelow("firmware")].filter(([file]) => file.startsWith("bandsmith/nn/"));
  const flags = "-O2 -fsanitize=undefined -fno-sanitize=vptr -fsanitize-trap=undefined".split(" ");
  const link = "-I. -nostartfiles -Wl,--no-entry main.cpp -o a.wasm".split(" ");
  const tree = await clang([...flags, ...link], new Map([...firmware, ["main.cpp", MAIN]]));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(tree["a.wasm"] as Uint8Array));
  module = instance.exports as unknown as typeof module;
}, 300_000);

function hand(numbers: readonly number[]): void {
  new Int32Array(module.memory.buffer, module["place"]!(), numbers.length).set(numbers);
}

/** All numbers of a call's members, in their order. */
function numbersOf(fields: KernelCall["fields"]): number[] {
  return fields.flatMap(([value]) => value as readonly unknown[] | number as number[]).flat(3);
}

interface Scales {
  readonly a: PerTensorQuantization;
  readonly b: PerTensorQuantization;
  readonly y: PerTensorQuantization;
  readonly activation: FusedActivation;
  readonly sign: 1 | -1;
}

const quant = (scale: number, zeroPoint: number): PerTensorQuantization => ({
  kind: "perTensor",
  scale: Math.fround(scale),
  zeroPoint,
});
const tensor = (name: string, own: PerTensorQuantization): Tensor => ({
  name,
  dtype: "int8",
  shape: [3],
  quant: own,
  constant: null,
});

const ZERO_POINTS = [-128, -128, 127, 0, 0, -1, 5, -37, 90] as const;
const ACTIVATIONS = ["NONE", "NONE", "NONE", "RELU", "RELU6"] as const;

/** @param output scales of it over what the inputs' make of each other, as powers of two */
function drawn(seed: string, count: number, spread: number, output: readonly [number, number]): Scales[] {
  const random = seededRandom(seed);
  const zero = (): number => ZERO_POINTS[random.integer(ZERO_POINTS.length)]!;
  return Array.from({ length: count }, () => {
    const [a, b] = [0, 0].map(() => 0.03 * 2 ** ((random.uniform() * 2 - 1) * spread)) as [number, number];
    const y = Math.max(a, b) * 2 ** (output[0] + random.uniform() * (output[1] - output[0]));
    const sign = random.integer(2) === 0 ? 1 : -1;
    const activation = ACTIVATIONS[random.integer(ACTIVATIONS.length)]!;
    return { a: quant(a, zero()), b: quant(b, zero()), y: quant(y, zero()), activation, sign };
  });
}

/** Powers of two, whose sums tie by the thousand; and scales that are nearly fractions of each other. */
function related(): Scales[] {
  const parts: readonly (readonly [number, number, number])[] = [
    [1, 1, 1],
    [1, 1, 2],
    [1, 2, 4],
    [2, 1, 4],
    [1, 4, 2],
    [1, 1, 16],
    [1, 1 / 128, 1],
    [1 / 128, 1 / 100, 1 / 90],
    [1 / 10, 1 / 5, 3 / 10],
    [1 / 3, 1 / 7, 1 / 2],
  ];
  return parts.flatMap(([a, b, y], i) =>
    ([1, -1] as const).flatMap((sign) =>
      [0, 3].map((zero) => ({
        a: quant(a, ZERO_POINTS[i % ZERO_POINTS.length]!),
        b: quant(b, zero),
        y: quant(y, -zero),
        activation: "NONE" as const,
        sign,
      })),
    ),
  );
}

/** The definition's multipliers and numbers, of TFLite's ADD and SUB. */
function placeSums({ a, b, y, activation, sign }: Scales): void {
  const twice = 2 * Math.max(a.scale, b.scale);
  const [ma, mb, m] = [a.scale / twice, b.scale / twice, twice / (2 ** 20 * y.scale)].map(quantizeMultiplier);
  const { min, max } = int8Range(activation, tensor("y", y));
  const left = [a.zeroPoint, ma!.mantissa, ma!.shift];
  const right = [b.zeroPoint, mb!.mantissa, mb!.shift];
  module["sum"]!(...left, ...right, sign, m!.mantissa, m!.shift, y.zeroPoint, min, max);
}

/** How many of them have a plane; each form is held to the definition. */
function planesOf(scales: readonly Scales[]): number {
  let planes = 0;
  for (const own of scales) {
    const inputs = [tensor("a", own.a), tensor("b", own.b)] as const;
    const output = tensor("y", own.y);
    placeSums(own);
    hand(numbersOf(definitionFields(own.activation, inputs, output)));
    expect(module["scaledSum"]!(own.sign), JSON.stringify(own)).toBe(0);
    const plane = planeFields(own.activation, inputs, output, own.sign);
    if (plane === null) continue;
    planes++;
    placeSums(own);
    hand(numbersOf(plane));
    expect(module["planeSum"]!(), JSON.stringify({ own, plane })).toBe(0);
  }
  return planes;
}

describe("ADD and SUB of every pair", () => {
  it("at scales as layers have them, nearly all as a plane", () => {
    expect(planesOf(drawn("layers", 120, 2, [-0.5, 1.2]))).toBeGreaterThanOrEqual(108);
  });

  it("at scales of which one is a fraction of the other", () => {
    const scales = related();
    const planes = planesOf(scales);
    expect(planes).toBeGreaterThanOrEqual(scales.length / 2);
    // Else the other form would not be tried where it is needed.
    expect(planes).toBeLessThan(scales.length);
  });

  it("at scales far apart, from the finest output that there is to one that holds next to nothing", () => {
    expect(planesOf(drawn("extremes", 60, 16, [-18.9, 12]))).toBeGreaterThan(30);
  });

  it("where the definition has a multiplier of next to 1, and where it has none that is left", () => {
    const finest = { ...drawn("finest", 1, 0, [0, 0])[0]!, a: quant(0.5, 3), b: quant(0.5, -3) };
    planesOf([
      { ...finest, y: quant(2 ** -20 * (1 + 2 ** -23), 0) },
      { ...finest, y: quant(2 ** 20, 7) },
      { ...finest, b: quant(2 ** -40, 127) },
    ]);
  });

  it("both in ADD and in SUB", () => {
    const own = drawn("both", 1, 1, [0, 0])[0]!;
    const inputs = [tensor("a", own.a), tensor("b", own.b)] as const;
    const [sum, difference] = [add, sub].map(
      (op) => op.emit!({ activation: "NONE" }, inputs, [tensor("y", own.y)], PORTABLE)[0]!,
    );
    expect([sum!.function, difference!.function]).toEqual(["planeSum", "planeSum"]);
    const slopes = [sum!, difference!].map(({ fields }) => numbersOf(fields)[2]!);
    expect(slopes[0]).toBeGreaterThan(0);
    expect(slopes[1]! + slopes[0]!).toBeLessThan(32);
  });
});

/** The forms that were taken, and how often; each is held to the definition. */
function productForms(scales: readonly Scales[], target: KernelTarget): Record<string, number> {
  const forms: Record<string, number> = {};
  for (const { a, b, y, activation } of scales) {
    const [inputs, output] = [[tensor("a", a), tensor("b", b)] as const, tensor("y", y)];
    const call = mul.emit!({ activation }, inputs, [output], target)[0]!;
    const form = call.parametersOf![1]!;
    forms[form] = (forms[form] ?? 0) + 1;
    const { mantissa, shift } = quantizeMultiplier((a.scale * b.scale) / y.scale);
    const { min, max } = int8Range(activation, output);
    module["product"]!(a.zeroPoint, b.zeroPoint, mantissa, shift, y.zeroPoint, min, max);
    // Without the walk; a scaling's numbers come behind the range in memory.
    const [left, right, scaling, range] = call.fields.slice(1).map((field) => numbersOf([field]));
    hand([...left!, ...right!, ...range!, ...scaling!]);
    expect(module[form]!(), JSON.stringify({ form, a, b, y, activation })).toBe(0);
  }
  return forms;
}

describe.each([
  ["with a high product", PORTABLE, ["ChannelScaling", "HighScaling"]],
  ["without", WITHOUT_HIGH_PRODUCT, ["SignedScaling", "SplitScaling"]],
  ["with MAC16", MAC16, ["NarrowSignedScaling", "NarrowScaling"]],
] as const)("MUL of every pair, on a chip %s", (_chip, target, expected) => {
  it("at scales as layers have them", () => {
    const forms = productForms(drawn("products", 150, 1.5, [-1, 3]), target);
    expect(Object.keys(forms).sort()).toEqual(expect.arrayContaining([...expected]));
    expect(forms["DefinedScaling"] ?? 0).toBeLessThan(15);
  });

  it("at scales far apart, from multipliers that wrap to those that leave nothing", () => {
    const forms = productForms(drawn("far products", 120, 8, [-20, 12]), target);
    expect(forms["DefinedScaling"]).toBeGreaterThan(20);
  });
});
