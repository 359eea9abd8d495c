// A serial port as lines in and text out, on Linux and macOS: stty sets it up, and then it is a file.
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { portBusy, portForbidden, portMissing, portUnusable } from "../util/messages.ts";

const BAUD = "115200";

export interface SerialDevice {
  send(text: string): void;
  /** Whole lines that have come since the last call. */
  lines(): string[];
  close(): void;
}

/** @throws UserError device/no-port, device/port-forbidden, device/port-busy, device/port-unusable */
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
      for (let left = Buffer.from(text); left.length > 0; ) left = left.subarray(writeSync(fd, left));
    },
    lines() {
      for (let count = readSome(fd, bytes); count > 0; count = readSome(fd, bytes)) {
        rest += bytes.toString("latin1", 0, count);
      }
      const lines = rest.split(/\r?\n/);
      rest = lines.pop()!;
      return lines;
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

/** 0 where nothing is there. */
function readSome(fd: number, bytes: Buffer): number {
  try {
    return readSync(fd, bytes, 0, bytes.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}
