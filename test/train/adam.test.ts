// The optimiser's step, by hand.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createAdam } from "../../src/train/adam.ts";
import { openBackend } from "../../src/train/backend.ts";
import { createParameter } from "../../src/train/parameters.ts";

/** What two parameters of one number each are after a step for each pair of slopes at a rate of 0.1. */
function after(clipNorm: number | null, ...slopes: readonly (readonly [number, number])[]): number[] {
  const parameters = ["a", "b"].map((name) => createParameter(name, [1], Float32Array.of(0), false));
  const optimizer = createAdam(parameters, { weightDecay: 0, clipNorm });
  for (const pair of slopes) {
    const gradients = pair.map((slope) => tf.tensor1d([slope]));
    optimizer.step(gradients, 0.1);
    tf.dispose(gradients);
  }
  return parameters.map(({ values }) => values[0]!);
}

describe("clipNorm", () => {
  beforeAll(async () => {
    await openBackend("cpu");
  });

  it("shortens the gradient of all parameters together and keeps its direction", () => {
    // (30, 40) is 50 long.
    const [a, b] = after(1, [0.1, 0.1], [30, 40]);
    const [byHandA, byHandB] = after(null, [0.1, 0.1], [0.6, 0.8]);
    expect(a).toBeCloseTo(byHandA!, 6);
    expect(b).toBeCloseTo(byHandB!, 6);
    const [freeA, freeB] = after(null, [0.1, 0.1], [30, 40]);
    expect(Math.abs(freeA! - a!)).toBeGreaterThan(0.001);
    expect(Math.abs(freeB! - b!)).toBeGreaterThan(0.001);
  });

  it("leaves a short gradient as it is", () => {
    expect(after(1, [0.1, 0.1], [0.6, 0.7])).toEqual(after(null, [0.1, 0.1], [0.6, 0.7]));
    expect(after(1, [0, 0])).toEqual([0, 0]);
  });
});
