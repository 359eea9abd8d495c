// The time of what talks to a band: this machine's, or a simulated one.
import { setTimeout as pause } from "node:timers/promises";

export interface Time {
  /** Of any clock that does not go back. */
  readonly millis: () => number;
  readonly pause: (millis: number) => Promise<void>;
}

export const WALL_TIME: Time = {
  millis: () => performance.now(),
  async pause(millis) {
    await pause(millis);
  },
};
