// Recorded windows as they would have been, had the band been worn in another way.
import { CHANNEL_COUNT, SAMPLE_ONE } from "../signal/preprocessing.ts";
import { type WristOrientation, wristSigns } from "../signal/wrist.ts";
import type { Stream, WindowSet } from "./window-set.ts";

/** Of streams; a raw count of −32768 becomes 32767, as in the front end. */
const LARGEST = 32767 * SAMPLE_ONE;

/**
 * The same windows with other signs. Without filters that is what the front end computes, to the bit; filters round, and
 * may give another last bit where the signs are changed before them, as the band does.
 */
export function wornAs(set: WindowSet, wrist: WristOrientation): WindowSet {
  if (wrist === 0) return set;
  const signs = wristSigns(wrist);
  const turned = new Map<number, Stream>();
  for (const index of set.streamOf) {
    if (turned.has(index)) continue;
    const stream = set.streams[index]!;
    const samples = stream.samples.map((value, i) =>
      signs[i % CHANNEL_COUNT] === 1 ? value : Math.min(-value, LARGEST),
    );
    turned.set(index, { ...stream, samples });
  }
  const streams = set.streams.map((stream, index) => turned.get(index) ?? stream);
  return { ...set, streams };
}
