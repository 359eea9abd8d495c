// A band on a pseudo terminal, which the command finds as a serial port: the real firmware in the wall's time.
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import type { Band } from "../../src/emulate/band.ts";

const HELPER = path.join(import.meta.dirname, "pty_bridge.py");
const LOOK_MILLIS = 10;

/** Python's pty module makes them. */
export const HAS_PTY = spawnSync("python3", ["-c", "import pty"]).status === 0;

export interface PtyBand {
  /** Of the computer's end. */
  readonly port: string;
  /** Nothing hangs on the port any more, from one moment to the next. */
  readonly unplug: () => void;
  /** After it the test may end. */
  readonly ended: Promise<void>;
}

/** @param through a line of the band's, as it arrives; null where it does not */
export async function ptyBand(
  band: Band,
  through: (line: string) => string | null = (line) => line,
): Promise<PtyBand> {
  const helper = spawn("python3", [HELPER], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) =>
    helper.once("exit", () => {
      resolve();
    }),
  );
  const port = await new Promise<string>((resolve, reject) => {
    helper.once("exit", () => {
      reject(new Error("the pseudo terminal could not be made"));
    });
    let text = "";
    const onName = (bytes: Buffer): void => {
      text += bytes.toString();
      if (!text.includes("\n")) return;
      helper.stdout.off("data", onName);
      resolve(text.trim());
    };
    helper.stdout.on("data", onName);
  });
  const { host } = band;
  helper.stdout.on("data", (bytes: Buffer) => {
    host.serialInput.send(bytes.toString());
  });
  host.onLine = ({ text }) => {
    const line = through(text);
    if (line !== null && helper.stdin.writable) helper.stdin.write(`${line}\r\n`);
  };
  // The band has been on for a while already.
  const startedAt = performance.now() - host.clock.micros / 1000;
  const timer = setInterval(() => {
    band.run((performance.now() - startedAt) / 1000);
  }, LOOK_MILLIS);
  const unplug = (): void => {
    clearInterval(timer);
    host.onLine = null;
    helper.stdin.end();
  };
  return { port, unplug, ended };
}
