// Which way a band is worn, told from where gravity was in a wearer's windows: whole numbers, the same in the firmware
// (firmware/bandsmith/app/wrist_detector.h).
//
// The four ways differ in the signs of x and y alone, which are told apart one by one. With labels: each window says for
// either axis as much as its mean and what people have there have in common. Without: each window lies as far from the
// nearest activity as its mean does, and the way with the smallest sum is it. The network is not asked.
import { mapAxes } from "./frontend.ts";
import { ACCEL_SCALE } from "./mpu6050.ts";
import { CHANNEL_COUNT, type SensorSettings } from "./preprocessing.ts";
import { WRIST_ORIENTATIONS, type WristOrientation, wristSigns } from "./wrist.ts";
import { REFERENCE_ONE_G, type WristReference } from "./wrist-reference.ts";

/** 64ths of g a window by which a way must lie nearer than all others, where no window has a label. */
const MARGIN = 5;
/** Windows before it answers, with labels and without. */
const LEAST_LABELLED = 5;
const LEAST_UNLABELLED = 60;
/** A window's samples; more are left out, so that their sum fits 32 bits. */
const MOST_SAMPLES = 65535;

export interface WristDetector {
  /** Forgets every window. */
  reset(): void;
  /** One sample, six raw counts in the chip's axes, whatever way the front end believes the band to be worn. */
  push(counts: Int16Array): void;
  /** Ends a window; null where nobody says what was done. */
  close(label: number | null): void;
  /** By the windows with labels; null where they do not say. */
  byLabel(): WristOrientation | null;
  /** By all windows, whatever was done; null where they do not say. Wants several activities. */
  byItself(): WristOrientation | null;
}

export function createWristDetector(
  reference: WristReference,
  { accelRangeG, axes }: Pick<SensorSettings, "accelRangeG" | "axes">,
): WristDetector {
  // A power of two, whatever the range.
  const unit = ACCEL_SCALE[accelRangeG].countsPerG / REFERENCE_ONE_G;
  const classes = reference.map(([x, y, z, leanX, leanY]) => ({
    mean: [x * unit, y * unit, z * unit],
    lean: [leanX * unit, leanY * unit],
  }));
  const sums = new Int32Array(3);
  const mapped = new Int16Array(CHANNEL_COUNT);
  /** For and against x, y as recorded, and the most that there could be. */
  const evidence = [0, 0];
  const said = [0, 0];
  const costs = WRIST_ORIENTATIONS.map(() => 0);
  let [samples, windows, labelled] = [0, 0, 0];

  function hear(means: readonly number[], lean: readonly number[]): void {
    labelled++;
    lean.forEach((most, i) => {
      const agreed = Math.min(Math.abs(means[i]!), Math.abs(most));
      evidence[i]! += means[i]! < 0 === most < 0 ? agreed : -agreed;
      said[i]! += Math.abs(most);
    });
  }

  /** Distance, along the axes, to the nearest activity. */
  function nearest(means: readonly number[], wrist: WristOrientation): number {
    const signs = wristSigns(wrist);
    const distances = classes.map(({ mean }) =>
      mean.reduce((sum, there, i) => sum + Math.abs(signs[i]! * means[i]! - there), 0),
    );
    return Math.min(...distances);
  }

  return {
    reset() {
      for (const list of [sums, evidence, said, costs]) list.fill(0);
      [samples, windows, labelled] = [0, 0, 0];
    },
    push(counts) {
      if (samples === MOST_SAMPLES) return;
      samples++;
      mapped.set(counts);
      mapAxes(mapped, axes);
      for (let i = 0; i < 3; i++) sums[i]! += mapped[i]!;
    },
    close(label) {
      if (samples === 0) return;
      const means = Array.from(sums, (sum) => Math.trunc(sum / samples));
      sums.fill(0);
      samples = 0;
      windows++;
      for (const wrist of WRIST_ORIENTATIONS) costs[wrist]! += nearest(means, wrist);
      if (label !== null) hear(means, classes[label]!.lean);
    },
    byLabel() {
      if (labelled < LEAST_LABELLED) return null;
      const sure = evidence.every((sum, i) => said[i]! > 0 && 2 * Math.abs(sum) >= said[i]!);
      if (!sure) return null;
      const [x, y] = evidence as [number, number];
      // Either way y changes its sign when the band is turned; x changes it once more on the other wrist.
      return ((x < 0 !== y < 0 ? 1 : 0) | (y < 0 ? 2 : 0)) as WristOrientation;
    },
    byItself() {
      if (windows < LEAST_UNLABELLED) return null;
      const best = costs.indexOf(Math.min(...costs)) as WristOrientation;
      const near = costs.some(
        (cost, wrist) => wrist !== best && cost - costs[best]! < MARGIN * unit * windows,
      );
      return near ? null : best;
    },
  };
}
