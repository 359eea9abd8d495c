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
      // Then nothing to read is EAGAIN, and an end means that the port is gone.
      "min",
      "1",
      "time",
      "0",
    ];
    execFileSync("stty", [flag, port, ...settings], {
      stdio: ["ignore", "ignore", "pipe"],
      // Its complaint is part of a message in English.
      env: { ...process.env, LC_ALL: "C" },
    });
  } catch (error) {
    closeSync(fd);
    const { stderr, message } = error as { readonly stderr?: Buffer; readonly message: string };
    throw portUnusable(port, stderr?.toString("utf8").trim() || message);
  }
  return serialDevice(port, {
    read: (bytes) => readSync(fd, bytes, 0, bytes.length, null),
    write: (bytes) => writeSync(fd, bytes),
    close() {
      closeSync(fd);
    },
  });
}

/** A port's bytes; what the system says goes wrong is thrown as it says it. */
export interface PortBytes {
  /** How many came; 0 where nothing will come any more. */
  read(into: Buffer): number;
  write(bytes: Buffer): number;
  close(): void;
}

/** The device's functions throw UserError device/port-gone once nothing hangs on the port any more. */
export function serialDevice(port: string, io: PortBytes): SerialDevice {
  const bytes = Buffer.alloc(4096);
  let rest = "";
  /** null where there is nothing yet. */
  const read = (): number | null => {
    const count = unlessGone(port, () => io.read(bytes));
    if (count === 0) throw portGone(port);
    return count;
  };
  return {
    send(text) {
      // Shorter than what the system keeps for a port.
      for (let left = Buffer.from(text); left.length > 0; ) {
        const written = unlessGone(port, () => io.write(left));
        // It takes nothing: who does not hear does not answer, and is asked again.
        if (written === null) return;
        left = left.subarray(written);
      }
    },
    lines() {
      for (let count = read(); count !== null; count = read()) rest += bytes.toString("latin1", 0, count);
      const lines = rest.split(/\r?\n/);
      rest = lines.pop()!;
      // Whole lines have whole letters.
      return lines.map((line) => Buffer.from(line, "latin1").toString("utf8"));
    },
    close() {
      io.close();
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

/** Bytes that went through; null where the system would have waited. @throws UserError device/port-gone */
function unlessGone(port: string, transfer: () => number): number | null {
  try {
    return transfer();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return null;
    if (code === "EIO" || code === "ENXIO" || code === "ENODEV" || code === "EPIPE") throw portGone(port);
    throw error;
  }
}
