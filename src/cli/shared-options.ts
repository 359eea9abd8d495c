// Options that several commands take, worded once.
import type { DataSource } from "../pipeline/data.ts";
import { DATA_FORMATS } from "../spec/band.ts";

export interface BandOptions {
  readonly band: string;
  readonly seed: number | undefined;
  readonly fresh: boolean;
}

export const BAND_OPTIONS = {
  band: { type: "string", default: "band.yaml", describe: "The band file" },
  seed: { type: "number", describe: "Instead of the band file's seed; the same seed gives the same bytes" },
  fresh: { type: "boolean", default: false, describe: "Train again even if nothing has changed" },
} as const;

export interface DeviceOptions {
  readonly band: string;
  readonly env: string | undefined;
  readonly port: string | undefined;
  readonly pio: string;
}

export const DEVICE_OPTIONS = {
  band: {
    type: "string",
    default: "band.yaml",
    describe: "A band file that was built, or a project's folder",
  },
  env: { type: "string", describe: "The project's environment; default: its board with ESP-IDF" },
  port: { type: "string", describe: "The serial port; default: the one that PlatformIO finds" },
  pio: { type: "string", default: "pio", describe: "The PlatformIO to use" },
} as const;

/** How recordings are written, where no band.yaml says it. */
export const RECORDING_OPTIONS = {
  format: { choices: DATA_FORMATS, default: "recordings", describe: "How the recordings are written" },
  accel: { choices: ["g", "m/s^2"], describe: "Unit of the accelerometer, where nothing else says it" },
  gyro: { choices: ["deg/s", "rad/s"], describe: "Unit of the gyroscope, where nothing else says it" },
  repeatedStamps: {
    choices: ["error", "drop"],
    default: "error",
    describe: "What to do with rows of one time stamp",
  },
  sessions: { type: "string", describe: "Only sessions with such names, * for any letters: R-*" },
} as const;

/** Recordings that a command may be given. */
export interface DataOptions extends Omit<DataSource, "path"> {
  readonly data: string | undefined;
}

export const DATA_OPTION = {
  type: "string",
  describe: "Recordings to compare on; default: random inputs",
} as const;

export function dataSourceOf({ data, ...how }: DataOptions): DataSource | null {
  const { format, accel, gyro, repeatedStamps, sessions } = how;
  return data === undefined ? null : { path: data, format, accel, gyro, repeatedStamps, sessions };
}
