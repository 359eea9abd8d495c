// A band that is set to be worn otherwise than in the recordings: its firmware, and the wrist that wears it.
import { describe, expect, it } from "vitest";
import { generateProject } from "../../src/codegen/generate-project.ts";
import { Band } from "../../src/emulate/band.ts";
import { SimulatedButton } from "../../src/emulate/button.ts";
import { sourceOf } from "../../src/emulate/motion-source.ts";
import { playlistOf, type Session } from "../../src/emulate/playlist.ts";
import { prove } from "../../src/emulate/proof.ts";
import { compileToWasm } from "../../src/pipeline/twin/compile-wasm.ts";
import { twinSources } from "../../src/pipeline/twin/sources.ts";
import { mapAxes } from "../../src/signal/frontend.ts";
import type { AxisMap } from "../../src/signal/preprocessing.ts";
import { WRIST_NAMES, wristOrientation } from "../../src/signal/wrist.ts";
import { projectInput, smallGraph } from "../codegen/small-project.ts";
import { hostOf } from "./support.ts";

describe("the firmware of a band on the other wrist", () => {
  it("gives the reference's windows for that wrist, and for no other", async () => {
    const project = generateProject({ ...projectInput("bandx-esp32"), wrist: "other-turned" });
    const { module } = await compileToWasm(twinSources(project), { cacheFolder: null });
    const lively = sourceOf("physical", (t) => [Math.sin(5 * t), 0.5, 0.2 * Math.cos(t), 90 * t, 60, -40]);
    const host = hostOf({ sensor: { source: lively }, button: new SimulatedButton([], 3), seed: 1 });
    new Band(module, host).run(30);
    const proofFor = (wrist: 0 | 3): object =>
      prove(host.lines, host.sensor.fifo.log, smallGraph(), {
        smoothWindows: 3,
        unknownBelowPercent: 50,
        wrist,
      });
    expect(proofFor(3)).toMatchObject({ different: 0, wrongInputs: 0, wrongDecisions: 0, missing: 0 });
    expect(proofFor(0)).not.toMatchObject({ wrongInputs: 0 });
  });
});

describe("a recording on the wrist of such a band", () => {
  const axes: AxisMap = [
    { axis: 1, sign: -1 },
    { axis: 2, sign: 1 },
    { axis: 0, sign: 1 },
  ];
  const session: Session = {
    subject: "anna",
    name: "one",
    tMs: Float64Array.of(0, 50),
    values: Float64Array.of(1, 2, 3, 4, 5, 6, -6, 5, -4, 3, -2, 1),
    classes: Int16Array.of(0, 0),
  };

  it.each(WRIST_NAMES)("reaches the network as it was recorded: %s", (name) => {
    const wrist = wristOrientation(name);
    const { values } = playlistOf([session], axes, wrist).motion;
    for (const sample of [0, 1]) {
      const counts = Int16Array.from({ length: 6 }, (_, c) => values[6 * sample + c]!);
      mapAxes(counts, axes, wrist);
      expect([...counts]).toEqual([...session.values.subarray(6 * sample, 6 * sample + 6)]);
    }
  });
});
