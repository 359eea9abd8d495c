// A serial port as lines in and text out, on Linux and macOS: stty sets it up, and then it is a file.
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { portBusy, portForbidden, portGone, portMissing, portUnusable } from "../util/messages.ts";

const BAUD = "115200";

export interface SerialDevice {
  send(text: string): void;
  /** Whole lines that have come since the last call. */
  lines(): string[];
  close(): void;
}

/**
 * The device's functions throw device/port-gone once nothing hangs on the port any more.
 * @throws UserError device/no-port, device/port-forbidden, device/port-busy, device/port-unusable
 */
export function openSerial(port: string): SerialDevice {
  const fd = openOrTell(port);
  try {
    // -hupcl: a board must not be reset when the port is closed; -clocal would wait for a modem.
    const flag = process.platform === "darwin" ? "-f" : "-F";
    const settings = [
      BAUD,
      "raw",
      "-echo",
      "-echoe",
      "-echok",
      "-hupcl",
      "clocal",
      "cs8",
      "-cstopb",
      "-parenb",
      // Then nothing to read is EAGAIN, and an end means that the port is gone.
      "min",
      "1",
      "time",
      "0",
    ];
    execFileSync("stty", [flag, port, ...settings], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    closeSync(fd);
    const { stderr, message } = error as { readonly stderr?: Buffer; readonly message: string };
    throw portUnusable(port, stderr?.toString("utf8").trim() || message);
  }
  const bytes = Buffer.alloc(4096);
  let rest = "";
  return {
    send(text) {
      // Shorter than what the system keeps for a port.
      for (let left = Buffer.from(text); left.length > 0; ) {
        const written = unlessGone(port, () => writeSync(fd, left));
        // It takes nothing: who does not hear does not answer, and is asked again.
        if (written === 0) return;
        left = left.subarray(written);
      }
    },
    lines() {
      const read = (): number => {
        const count = unlessGone(port, () => readSync(fd, bytes, 0, bytes.length, null) || -1);
        if (count < 0) throw portGone(port);
        return count;
      };
      for (let count = read(); count > 0; count = read()) {
        rest += bytes.toString("latin1", 0, count);
      }
      const lines = rest.split(/\r?\n/);
      rest = lines.pop()!;
      // Whole lines have whole letters.
      return lines.map((line) => Buffer.from(line, "latin1").toString("utf8"));
    },
    close() {
      closeSync(fd);
    },
  };
}

function openOrTell(port: string): number {
  try {
    return openSync(port, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENXIO" || code === "ENODEV") throw portMissing(port);
    if (code === "EACCES" || code === "EPERM") throw portForbidden(port);
    if (code === "EBUSY") throw portBusy(port);
    throw portUnusable(port, code ?? String(error));
  }
}

/** Bytes that went through; 0 where the system would have waited. @throws UserError device/port-gone */
function unlessGone(port: string, transfer: () => number): number {
  try {
    return transfer();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return 0;
    if (code === "EIO" || code === "ENXIO" || code === "ENODEV" || code === "EPIPE") throw portGone(port);
    throw error;
  }
}
