// The wearer's one button, pressed by a schedule.

export interface Press {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** A contact rings for a few milliseconds at each edge; here it changes its mind every one. */
const BOUNCE_STEP_MICROS = 1000;

export class SimulatedButton {
  private presses: readonly Press[] = [];
  private readonly bounceMicros: number;

  constructor(presses: readonly Press[] = [], bounceMillis = 0) {
    this.add(...presses);
    this.bounceMicros = bounceMillis * 1000;
  }

  /** Presses to come, while the band sleeps no further than to the first of them. */
  add(...presses: readonly Press[]): void {
    this.presses = [...this.presses, ...presses].sort((a, b) => a.fromSeconds - b.fromSeconds);
  }

  isDown(micros: number): boolean {
    for (const { fromSeconds, toSeconds } of this.presses) {
      const sinceDown = micros - fromSeconds * 1e6;
      const sinceUp = micros - toSeconds * 1e6;
      if (sinceDown < 0) return false;
      if (sinceUp >= this.bounceMicros) continue;
      const isHeld = sinceUp < 0;
      const sinceEdge = isHeld ? sinceDown : sinceUp;
      if (sinceEdge >= this.bounceMicros) return isHeld;
      return (Math.floor(sinceEdge / BOUNCE_STEP_MICROS) & 1) === 0 ? isHeld : !isHeld;
    }
    return false;
  }

  /** When it is next down, from `micros` on; infinity for never again. */
  nextDown(micros: number): number {
    if (this.isDown(micros)) return micros;
    for (const { fromSeconds } of this.presses) {
      if (fromSeconds * 1e6 > micros) return fromSeconds * 1e6;
    }
    return Number.POSITIVE_INFINITY;
  }
}
