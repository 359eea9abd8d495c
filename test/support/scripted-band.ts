// A band on a serial port that answers by a script, in a time that passes at once.
import type { SerialDevice } from "../../src/pipeline/serial-device.ts";
import type { Time } from "../../src/pipeline/wall-time.ts";

type Json = Readonly<Record<string, unknown>>;

/** @param answer JSON lines for a command, without its CRC; for null, at every look */
export function scriptedBand(answer: (command: string | null) => readonly Json[]): {
  readonly open: () => SerialDevice;
  readonly time: Time;
} {
  let now = 0;
  const coming: string[] = [];
  const add = (command: string | null): void => {
    coming.push(...answer(command).map((json) => JSON.stringify(json)));
  };
  return {
    open: () => ({
      send(text) {
        for (const line of text.split("\n")) if (line !== "") add(line.slice(0, line.lastIndexOf(" ")));
      },
      lines() {
        add(null);
        return coming.splice(0);
      },
      close: () => undefined,
    }),
    time: {
      millis: () => now,
      pause(millis) {
        now += millis;
        return Promise.resolve();
      },
    },
  };
}
