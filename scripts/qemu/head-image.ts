// A head fitted to one made-up wearer as a test image, with the proportions of wristnet.
import path from "node:path";
import { numberLines } from "../../src/codegen/cpp.ts";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { fitHead } from "../../src/personalize/fit-head.ts";
import { headGraph } from "../../src/personalize/head.ts";
import { seededRandom } from "../../src/util/random.ts";
import { REPOSITORY } from "../../test/firmware/support/wasm.ts";
import { randomWearer, type Wearer } from "../../test/personalize/examples.ts";
import { hex } from "./band-image.ts";
import type { Image } from "./machine.ts";

const SHAPE = { features: 144, windowsPerClass: 15 };

export interface HeadImage extends Image {
  /** Weights, biases, scales and outputs that are not the host's. */
  readonly differences: (lines: readonly string[]) => number;
  /** Ticks of preparing the fit, of its first round, and of the whole. */
  readonly ticks: (lines: readonly string[]) => Readonly<Record<"begin" | "round" | "fit", number>>;
}

export function headImage(
  folder: string,
  classes: number,
  place: (folder: string, files: ReadonlyMap<string, string>) => void,
): HeadImage {
  const wearer = randomWearer(seededRandom("qemu head"), { ...SHAPE, classes });
  place(folder, new Map([["wearer.h", wearerHeader(wearer)]]));
  const expected = expectedLines(wearer);
  const number = (lines: readonly string[], name: string): number => {
    const line = lines.find((one) => one.startsWith(`${name} `));
    return Number.parseInt(line?.split(" ")[1] ?? "", 16);
  };
  return {
    folder,
    sources: [path.join(REPOSITORY, "test/qemu/head.cpp")],
    includes: [folder, path.join(REPOSITORY, "firmware")],
    flags: ["-O2"],
    differences: (lines) => expected.filter((line, i) => lines[i] !== line).length,
    ticks: (lines) => ({
      begin: number(lines, "begin"),
      round: number(lines, "round"),
      fit: number(lines, "fit"),
    }),
  };
}

function wearerHeader({ general, metric, examples }: Wearer): string {
  const array = (type: string, name: string, values: ArrayLike<number>): string =>
    `constexpr ${type} ${name}[] = {\n${numberLines(values).join("\n")}\n};`;
  const { features, labels, inputScale, inputZeroPoint, weightScale } = general;
  return `#pragma once
#include "bandsmith/nn/head_solver.h"
constexpr int32_t kFeatures = ${features};
constexpr int32_t kClasses = ${labels.length};
${array("int8_t", "kGeneralWeights", general.weights)}
${array("int32_t", "kGeneralBiases", general.biases)}
${array("int8_t", "kGeneralClass", examples.generalClass)}
${array("uint8_t", "kClassOf", examples.classOf)}
${array("int8_t", "kWindows", examples.features)}
constexpr bandsmith::Head kGeneral = {
    kFeatures, kClasses, ${inputScale}f, ${inputZeroPoint}, ${weightScale}f, 1, 0, kGeneralWeights, kGeneralBiases};
${array("int16_t", "kFactor", metric.factor)}
constexpr bandsmith::HeadMetric kMetric = {kFeatures, kFactor};
constexpr bandsmith::HeadExamples kExamples = {
    ${examples.classOf.length}, kClasses, kWindows, kClassOf, kGeneralClass};
`;
}

function expectedLines({ general, metric, examples }: Wearer): string[] {
  const { features, classOf } = examples;
  const head = fitHead(general, metric, { labels: general.labels, features, classOf });
  const number = (name: string, value: number): string =>
    `${name} ${(value >>> 0).toString(16).padStart(8, "0")}`;
  const float = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0]!;
  const interpreter = int8Interpreter(headGraph(head));
  const outputs = [...classOf.keys()].map((w) => {
    interpreter.input.set(features.subarray(w * head.features, (w + 1) * head.features));
    interpreter.run();
    return `output ${hex(interpreter.output)}`;
  });
  return [
    `weights ${hex(head.weights)}`,
    ...Array.from(head.biases, (bias) => number("bias", bias)),
    number("scale", float(head.weightScale)),
    number("scale", float(head.outputScale)),
    number("zero", head.outputZeroPoint),
    ...outputs,
  ];
}
