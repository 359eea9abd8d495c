// One recording of one activity while it grows: stretches of samples that follow each other, and what lies between them.
import type { SampleBlock } from "../../device/sample-block.ts";
import type { Gap } from "../../device/sample-follower.ts";
import { CHANNEL_COUNT } from "../../signal/preprocessing.ts";

export interface Stretch {
  /** Counts that the gyroscope says at rest. */
  readonly bias: Int16Array;
  /** [samples, 6] as the chip gave them. */
  readonly counts: number[];
}

export class Take {
  readonly activity: string;
  readonly stretches: Stretch[] = [];
  /** Between two samples of this recording. */
  readonly gaps: Gap[] = [];

  constructor(activity: string) {
    this.activity = activity;
  }

  get samples(): number {
    return this.stretches.reduce((sum, { counts }) => sum + counts.length, 0) / CHANNEL_COUNT;
  }

  /** Samples that are known to be missing. */
  get lost(): number {
    return this.gaps.reduce((sum, { samples }) => sum + samples, 0);
  }

  /** @param most samples of the block to take @param gap what lies before the block */
  add({ bias, counts }: SampleBlock, gap: Gap | null, most = Number.POSITIVE_INFINITY): void {
    let stretch = this.stretches.at(-1);
    if (stretch !== undefined && gap !== null) this.gaps.push(gap);
    if (stretch === undefined || gap !== null) {
      stretch = { bias, counts: [] };
      this.stretches.push(stretch);
    }
    for (const count of counts.subarray(0, Math.min(counts.length, most * CHANNEL_COUNT)))
      stretch.counts.push(count);
  }

  /** How many whole windows fit, none across a gap. */
  windows({ windowSamples, strideSamples }: WindowShape): number {
    const whole = ({ counts }: Stretch): number =>
      Math.max(0, Math.floor((counts.length / CHANNEL_COUNT - windowSamples) / strideSamples) + 1);
    return this.stretches.reduce((sum, stretch) => sum + whole(stretch), 0);
  }
}

export interface WindowShape {
  readonly windowSamples: number;
  readonly strideSamples: number;
}
