// Ranges are chosen by what the network answers: tails are cut where still windows hinge on small differences.
import { describe, expect, it } from "vitest";
import type { Stream } from "../../src/data/window-set.ts";
import { cutWindows } from "../../src/data/windows.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { fullyConnected, softmax } from "../../src/ops/index.ts";
import { compileModel, floatOutputs } from "../../src/pipeline/compile.ts";
import { bandSchema } from "../../src/spec/band.ts";
import { seededRandom } from "../../src/util/random.ts";
import { PREPROCESSING } from "../codegen/small-project.ts";

const SAMPLES = PREPROCESSING.windowSamples;
const DEVIATION = 100;
const preprocessing = {
  ...PREPROCESSING,
  labels: ["low", "high"],
  normalization: { mean: Array(6).fill(0), deviation: Array(6).fill(DEVIATION) },
};

/** Says on which side of 0 a window's first channel lies: a tenth of a deviation is certain. */
function comparator(gain: number): Graph {
  const b = buildGraph("g", "window", [1, 1, SAMPLES, 6]);
  const weights = new Float32Array(2 * SAMPLES * 6);
  for (let t = 0; t < SAMPLES; t++) {
    weights[t * 6] = -gain / SAMPLES;
    weights[(SAMPLES + t) * 6] = gain / SAMPLES;
  }
  const inputs = [
    "window",
    b.constant("w", [2, SAMPLES * 6], weights),
    b.constant("b", [2], new Float32Array(2)),
  ] as const;
  const logits = b.node(fullyConnected, { activation: "NONE" }, inputs, "logits");
  return b.build(b.node(softmax, { beta: 1 }, [logits], "answer"), { preprocessing, inputQuantizer: null });
}

/** Windows that lie still near 0, and a share of blows of 40 deviations, which decide nothing: the second channel has them. */
function windows(blows: number) {
  const random = seededRandom("windows");
  const streams = Array.from({ length: 400 }, (_, index): Stream => {
    const side = index % 2 === 0 ? -1 : 1;
    const samples = new Int32Array(SAMPLES * 6);
    for (let t = 0; t < SAMPLES; t++) {
      samples[t * 6] = Math.round(256 * DEVIATION * (0.1 * side + 0.02 * random.normal()));
      samples[t * 6 + 1] = Math.round(256 * DEVIATION * (random.uniform() < blows ? 40 : random.normal()));
    }
    return { subject: "1", session: "a", label: index % 2, source: `stream ${index}`, samples };
  });
  return cutWindows(streams, { windowSamples: SAMPLES, strideSamples: SAMPLES });
}

const quantize = (calibration: "nearest" | "mse") =>
  bandSchema.parse({ board: "any", model: "any", data: ".", quantize: { calibration } }).quantize;
const reachOf = (graph: Graph): number => {
  const { quant } = tensorOf(graph, graph.input);
  return quant?.kind === "perTensor" ? 127 * quant.scale : Number.NaN;
};

describe("the input's range", () => {
  it("leaves out what no answer hinges on", () => {
    const all = windows(0.002);
    const { int8 } = compileModel(comparator(30), all, quantize("nearest"));
    // The rule alone would keep the blows, whose squares outweigh everything.
    expect(reachOf(compileModel(comparator(30), all, quantize("mse")).int8)).toBeGreaterThan(19);
    expect(reachOf(int8)).toBeLessThan(4);
    const float = floatOutputs(comparator(30), all, () => undefined);
    expect(Math.max(...float)).toBeGreaterThan(0.9);
  });

  it("stays as the rule has it where nothing is gained", () => {
    const all = windows(0);
    const still = compileModel(comparator(0), all, quantize("nearest")).int8;
    const whole = compileModel(comparator(0), all, quantize("mse")).int8;
    // A network that always says the same is as near with every range: the first, the rule's, is kept.
    expect(reachOf(still)).toBe(reachOf(whole));
  });
});
