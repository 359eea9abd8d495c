// A head on its way into the twin: over the simulated serial port, by the protocol that `bandsmith push` has.
import { HeadPush, type PushEnd } from "../../device/head-push.ts";
import type { BandHost } from "../../emulate/host.ts";

/** The band has started, and sleeps between its looks at the sensor. */
const START_MICROS = 3_000_000;
const TICK_MICROS = 200_000;

/** @returns how it ended; null while it has not */
export function sendHead(host: BandHost, file: Uint8Array, crc: number): () => PushEnd | null {
  const push = new HeadPush({ kind: "install", file, crc }, (text) => {
    host.serialInput.send(text);
  });
  const millis = (): number => host.clock.micros / 1000;
  const { onLine } = host;
  host.onLine = (line) => {
    onLine?.(line);
    if (line.json !== null) push.line(line.json, millis());
  };
  const tick = (): void => {
    push.tick(millis());
    if (push.end === null) host.clock.at(host.clock.micros + TICK_MICROS, tick);
  };
  host.clock.at(START_MICROS, () => {
    push.start(millis());
    tick();
  });
  return () => push.end;
}
