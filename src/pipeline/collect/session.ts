// Recording one activity after the other: waiting, counting down, recording. It knows no port, no file and no clock.
import type { SampleBlock } from "../../device/sample-block.ts";
import { type Gap, SampleFollower } from "../../device/sample-follower.ts";
import { CHANNEL_COUNT } from "../../signal/preprocessing.ts";
import { Take } from "./take.ts";

/** What a person can do: start or stop, go to the next activity, end. */
export type Order = "toggle" | "next" | "quit";
export type Phase = "connecting" | "waiting" | "countdown" | "recording" | "done";

export interface SessionSettings {
  readonly activities: readonly string[];
  /** Longest recording, in samples. */
  readonly samples: number;
  readonly countdownMillis: number;
  /** Each recording begins by itself. */
  readonly isUnattended: boolean;
  readonly onPhase: (phase: Phase, activity: string | null) => void;
  /** A recording that is complete. */
  readonly onTake: (take: Take) => void;
}

export class CollectSession {
  phase: Phase = "connecting";
  /** The recording under way. */
  take: Take | null = null;
  /** Of everything that came, recorded or not. */
  readonly gaps: Gap[] = [];
  last: SampleBlock | null = null;
  private readonly settings: SessionSettings;
  private readonly follower = new SampleFollower();
  private index = 0;
  private startsAtMillis = 0;

  constructor(settings: SessionSettings) {
    this.settings = settings;
  }

  /** Samples come from now on. */
  start(nowMillis: number): void {
    this.wait(nowMillis);
  }

  get activity(): string | null {
    return this.settings.activities[this.index] ?? null;
  }

  /** Of the countdown; 0 when there is none. */
  millisLeft(nowMillis: number): number {
    return this.phase === "countdown" ? Math.max(0, this.startsAtMillis - nowMillis) : 0;
  }

  tick(nowMillis: number): void {
    if (this.phase !== "countdown" || nowMillis < this.startsAtMillis) return;
    this.take = new Take(this.activity!);
    this.enter("recording");
  }

  obey(order: Order, nowMillis: number): void {
    const { phase } = this;
    if (phase === "done" || (phase === "connecting" && order !== "quit")) return;
    if (phase === "recording") this.finish(nowMillis, order === "quit");
    else if (order === "quit") this.enter("done");
    else if (order === "next") this.next(nowMillis);
    else if (phase === "waiting") this.count(nowMillis);
    else this.enter("waiting");
  }

  /** Without the recording under way. */
  abandon(): void {
    this.take = null;
    if (this.phase !== "done") this.enter("done");
  }

  block(block: SampleBlock, nowMillis: number): void {
    const { last } = this;
    const gap = this.follower.follow(block);
    if (gap !== null) this.gaps.push(gap);
    this.last = block;
    // The band's own button, pressed before the block's first sample.
    if (last !== null && gap?.why !== "band" && block.marks !== last.marks) this.obey("toggle", nowMillis);
    const { take } = this;
    if (take === null) return;
    const left = this.settings.samples - take.samples;
    take.add(block, gap, left);
    if (block.counts.length / CHANNEL_COUNT >= left) this.finish(nowMillis, false);
  }

  private finish(nowMillis: number, isLast: boolean): void {
    const { take } = this;
    this.take = null;
    if (take !== null && take.samples > 0) this.settings.onTake(take);
    if (isLast) this.enter("done");
    else this.next(nowMillis);
  }

  private next(nowMillis: number): void {
    this.index++;
    this.wait(nowMillis);
  }

  private wait(nowMillis: number): void {
    if (this.activity === null) this.enter("done");
    else if (this.settings.isUnattended) this.count(nowMillis);
    else this.enter("waiting");
  }

  private count(nowMillis: number): void {
    this.startsAtMillis = nowMillis + this.settings.countdownMillis;
    this.enter("countdown");
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.settings.onPhase(phase, this.activity);
  }
}
