// Windows with other signs are what the front end computes for a band that is worn so.
import { describe, expect, it } from "vitest";
import { wornAs } from "../../src/data/wear.ts";
import type { WindowSet } from "../../src/data/window-set.ts";
import { mapAxes } from "../../src/signal/frontend.ts";
import { IDENTITY_AXES, SAMPLE_ONE } from "../../src/signal/preprocessing.ts";
import { WRIST_ORIENTATIONS } from "../../src/signal/wrist.ts";
import { seededRandom } from "../../src/util/random.ts";

const random = seededRandom("wear");
const counts = Int16Array.from({ length: 40 * 6 }, (_, i) =>
  i % 31 === 0 ? -32768 : random.integer(65536) - 32768,
);
const stream = {
  subject: "1",
  session: "a",
  source: "made",
  label: 0,
  samples: Int32Array.from(counts, (count) => count * SAMPLE_ONE),
};
const set: WindowSet = {
  streams: [stream, { ...stream, subject: "2" }],
  windowSamples: 20,
  streamOf: Int32Array.of(0, 0),
  startOf: Int32Array.of(0, 10),
};

describe("wornAs", () => {
  it.each(WRIST_ORIENTATIONS)("%i: as the front end has it, to the bit", (wrist) => {
    const expected = counts.slice();
    for (let i = 0; i < expected.length; i += 6) {
      mapAxes(expected.subarray(i, i + 6), IDENTITY_AXES, wrist);
    }
    const worn = wornAs(set, wrist);
    expect(Array.from(worn.streams[0]!.samples, (value) => value / SAMPLE_ONE)).toEqual([...expected]);
    expect([worn.streamOf, worn.startOf]).toEqual([set.streamOf, set.startOf]);
    // Streams that no window is of are left alone.
    expect(worn.streams[1]).toBe(set.streams[1]);
  });
});
