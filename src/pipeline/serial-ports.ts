// Serial ports that boards may hang on, as Linux and macOS show them: files of /dev.
import { accessSync, constants, readdirSync } from "node:fs";
import path from "node:path";
import { portMissing, severalPorts } from "../util/messages.ts";

export interface SerialPort {
  readonly path: string;
  /** This person may read and write it. */
  readonly mayOpen: boolean;
}

/** USB converters and the chip's own USB; a PC's built-in ttyS ports have no board on them. */
const NAMES = /^(ttyUSB|ttyACM|cu\.usb|cu\.wchusb|cu\.SLAB)/;

export function serialPorts(folder: string): SerialPort[] {
  return readdirSync(folder)
    .filter((name) => NAMES.test(name))
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      return { path: file, mayOpen: isReadWrite(file) };
    });
}

/** The one that there is. @throws UserError device/no-port, push/several-ports */
export function onlyPort(folder = "/dev"): string {
  const ports = serialPorts(folder).map(({ path }) => path);
  if (ports.length > 1) throw severalPorts(ports);
  const [port] = ports;
  if (port === undefined) throw portMissing(null);
  return port;
}

function isReadWrite(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
