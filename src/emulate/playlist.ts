// Recorded sessions, one after the other, as one long motion of the simulated wrist, and what was being done when.

import type { AxisMap } from "../signal/preprocessing.ts";
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import { type WristOrientation, type WristSigns, wristSigns } from "../signal/wrist.ts";
import { invariant } from "../util/errors.ts";
import type { RecordedMotion } from "./recording-source.ts";

export interface Session {
  readonly subject: string;
  readonly name: string;
  /** Milliseconds, strictly growing. */
  readonly tMs: Float64Array;
  /** [n, 6] in g and deg/s, in the wearer's axes. */
  readonly values: Float64Array;
  /** [n] class of the network; −1 where the sample has none. */
  readonly classes: Int16Array;
}

export interface Playlist {
  /** In the chip's axes. */
  readonly motion: RecordedMotion;
  readonly seconds: number;
  /** The one class of everything between two instants of the motion; −1 where it is not one. */
  classBetween(fromSeconds: number, toSeconds: number): number;
  /** The subject of an instant; "" between two sessions. */
  subjectAt(seconds: number): string;
}

/** Between two sessions the band lies still; long enough for windows not to join them. */
export const GAP_SECONDS = 4;
/** How quickly it is put down and taken up. */
const HAND_SECONDS = 0.05;

/** The simulated wrist wears the band as it is set to be worn. */
export function playlistOf(
  sessions: readonly Session[],
  axes: AxisMap,
  wrist: WristOrientation = 0,
): Playlist {
  invariant(sessions.length > 0, "a playlist has sessions");
  const seconds: number[] = [];
  const values: number[] = [];
  const spans: { from: number; to: number; first: number; session: Session }[] = [];
  const toChip = chipOrder(axes, wristSigns(wrist));
  const put = (at: number, session: Session, sample: number, still: boolean): void => {
    seconds.push(at);
    const from = sample * CHANNEL_COUNT;
    const { values: all } = session;
    const length = still ? Math.hypot(all[from]!, all[from + 1]!, all[from + 2]!) || 1 : 1;
    for (let c = 0; c < CHANNEL_COUNT; c++) {
      const { channel, sign } = toChip[c]!;
      values.push(still && c >= 3 ? 0 : (sign * all[from + channel]!) / (still && c < 3 ? length : 1));
    }
  };
  let start = 0;
  for (const session of sessions) {
    const count = session.tMs.length;
    const origin = session.tMs[0]!;
    if (spans.length > 0) put(start - HAND_SECONDS, session, 0, true);
    const first = seconds.length;
    for (let i = 0; i < count; i++) put(start + (session.tMs[i]! - origin) / 1000, session, i, false);
    const end = seconds.at(-1)!;
    spans.push({ from: start, to: end, first, session });
    put(end + HAND_SECONDS, session, count - 1, true);
    start = end + GAP_SECONDS;
  }
  const spanOf = (at: number): (typeof spans)[number] | undefined =>
    spans.find(({ from, to }) => at >= from && at <= to);
  return {
    motion: { seconds, values, unit: "physical" },
    seconds: seconds.at(-1)!,
    subjectAt: (at) => spanOf(at)?.session.subject ?? "",
    classBetween(from, to) {
      const span = spanOf(from);
      // A window that spans the end of a loop ends before it begins.
      if (span === undefined || to > span.to || to < from) return -1;
      const { classes } = span.session;
      let i = lastNotAfter(seconds, from) - span.first;
      const found = classes[i]!;
      for (; i < classes.length && seconds[span.first + i]! <= to; i++) if (classes[i] !== found) return -1;
      return found;
    },
  };
}

/** For each of the chip's channels, the wearer's channel that it is; the inverse of the firmware's axis map. */
function chipOrder(axes: AxisMap, signs: WristSigns): { readonly channel: number; readonly sign: number }[] {
  const order: { channel: number; sign: number }[] = [];
  for (const base of [0, 3]) {
    axes.forEach(({ axis, sign }, wearer) => {
      order[base + axis] = { channel: base + wearer, sign: sign * signs[base + wearer]! };
    });
  }
  return order;
}

function lastNotAfter(seconds: readonly number[], at: number): number {
  let low = 0;
  let high = seconds.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (seconds[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
}
