// The board's supply and supervision: reset reasons, the cell's voltage, the task watchdog.

/** ResetReason of hal/system.h. */
export const RESET_REASON = {
  powerOn: 0,
  software: 1,
  watchdog: 2,
  brownOut: 3,
  panic: 4,
  other: 5,
} as const;
export type ResetReason = keyof typeof RESET_REASON;

/** Millivolts of the cell at a virtual time; 0 where it is not measured. */
export type Battery = (virtualSeconds: number) => number;

/**
 * Voltage of a lithium-polymer cell by what is left in it, in percent: the shape that such cells share (flat in the
 * middle, a knee below 10 %). An assumption for trying the firmware's reaction, not a measurement of a cell.
 */
const CELL_CURVE: readonly (readonly [percent: number, millivolts: number])[] = [
  [0, 3000],
  [5, 3450],
  [10, 3680],
  [20, 3740],
  [30, 3770],
  [40, 3790],
  [50, 3820],
  [60, 3870],
  [70, 3920],
  [80, 3980],
  [90, 4060],
  [100, 4200],
];

/** A cell that empties evenly within `hours`, beginning with `percent`. */
export function dischargingCell(hours: number, percent = 100): Battery {
  return (seconds) => cellMillivolts(percent - (100 * seconds) / (hours * 3600));
}

export function cellMillivolts(percent: number): number {
  const [empty, full] = [CELL_CURVE[0]!, CELL_CURVE.at(-1)!];
  if (percent <= empty[0]) return empty[1];
  if (percent >= full[0]) return full[1];
  const above = CELL_CURVE.findIndex(([at]) => at > percent);
  const [lowPercent, low] = CELL_CURVE[above - 1]!;
  const [highPercent, high] = CELL_CURVE[above]!;
  return Math.round(low + ((percent - lowPercent) / (highPercent - lowPercent)) * (high - low));
}

/** A loop that does not feed it for so long is restarted. */
const WATCHDOG_MICROS = 10_000_000;

export class Watchdog {
  private fedAt = 0;
  /** Nobody has to feed it before the first time: a firmware without one is no finding. */
  private isArmed = false;

  start(micros: number): void {
    this.fedAt = micros;
    this.isArmed = false;
  }

  feed(micros: number): void {
    this.fedAt = micros;
    this.isArmed = true;
  }

  /** Time asleep does not count: the watchdog's clock stands in light sleep. */
  slept(deltaMicros: number): void {
    this.fedAt += deltaMicros;
  }

  hasBitten(micros: number): boolean {
    return this.isArmed && micros - this.fedAt > WATCHDOG_MICROS;
  }
}
