// Where the simulated wrist's motion comes from.

/** Accelerometer x, y, z and gyroscope x, y, z, in the chip's own axes. */
export const SENSOR_AXES = 6;

export interface MotionSource {
  /** "physical": g and deg/s, which the chip converts by its range; "counts": what its converter would say. */
  readonly unit: "physical" | "counts";
  /**
   * Writes the six values at a virtual time into `into`.
   * @returns the time within the recording in seconds; NaN where nothing recorded is played
   */
  at(virtualSeconds: number, into: Float64Array): number;
}

/** A band that lies still, display up. */
export const LYING_STILL: MotionSource = {
  unit: "physical",
  at: (_, into) => {
    into.fill(0);
    into[2] = 1;
    return Number.NaN;
  },
};

/** Plays the `periodSeconds` from `startSeconds` on again and again. */
export function looped(source: MotionSource, startSeconds: number, periodSeconds: number): MotionSource {
  return {
    unit: source.unit,
    at: (seconds, into) =>
      source.at(
        seconds < startSeconds ? seconds : startSeconds + ((seconds - startSeconds) % periodSeconds),
        into,
      ),
  };
}

/** A source from a plain function. */
export function sourceOf(
  unit: MotionSource["unit"],
  values: (virtualSeconds: number) => readonly number[],
): MotionSource {
  return {
    unit,
    at: (seconds, into) => {
      into.set(values(seconds));
      return seconds;
    },
  };
}
