// Messages of a board on the desk: flash and monitor.
import { UserError } from "../errors.ts";

export const noProject = (folder: string, band: string): UserError =>
  new UserError(
    "device/no-project",
    `There is no PlatformIO project in ${folder}.`,
    `Make it first: bandsmith build ${band}`,
  );

export const pioMissing = (pio: string, found: string): UserError =>
  new UserError(
    "device/no-pio",
    `PlatformIO's "${pio}" cannot be started (${found}).`,
    "Install it: pip install platformio (or pipx install platformio), or name the one to use: --pio PATH.",
  );

export const pioWithoutTerminal = (): UserError =>
  new UserError(
    "device/no-terminal",
    "PlatformIO's monitor runs in a terminal only, and stdin is none.",
    "Start it in a terminal; its output may go through a pipe: bandsmith monitor --json | your-script",
  );

export const pioUnreachable = (said: string): UserError =>
  new UserError(
    "device/no-registry",
    `PlatformIO could not fetch what the build needs: ${said}`,
    "Check the network: the first build downloads the platform and its compilers, later ones do not.",
  );

export const pioFailed = (exitCode: number | null, lines: readonly string[]): UserError =>
  new UserError(
    "device/pio-failed",
    `PlatformIO failed${exitCode === null ? "" : ` with exit code ${exitCode}`}. It said last:\n${lines.map((line) => `    ${line}`).join("\n")}`,
    "After an upgrade of PlatformIO, pio run -t fullclean helps; sources that you edited are made anew with bandsmith build --force.",
  );

export const unknownEnvironment = (found: string, known: string): UserError =>
  new UserError("device/unknown-environment", `--env: the project has no "${found}".`, `It has ${known}.`);

export const portMissing = (port: string | null): UserError =>
  new UserError(
    "device/no-port",
    port === null ? "There is no serial port that a board may hang on." : `There is no serial port ${port}.`,
    "Plug the board in with a cable that carries data, see what is there with bandsmith doctor, and name it: --port PORT.",
  );

export const portGone = (port: string): UserError =>
  new UserError(
    "device/port-gone",
    `${port} is gone: what hung on it was unplugged, or has lost its supply.`,
    "Plug the band in again and give the command anew. What is complete stays; what was under way is not there.",
  );

export const portBusy = (port: string): UserError =>
  new UserError(
    "device/port-busy",
    `Another program uses ${port}.`,
    "Close other serial monitors, such as the one of an editor or a second bandsmith monitor.",
  );

export const portForbidden = (port: string): UserError =>
  new UserError(
    "device/port-forbidden",
    `You may not open ${port}.`,
    "On Linux: sudo usermod -aG dialout $USER (uucp on Arch), log in anew, and install PlatformIO's udev rules (99-platformio-udev.rules).",
  );

export const portSilent = (port: string): UserError =>
  new UserError(
    "device/no-chip",
    `No ESP32 answers on ${port}.`,
    "Hold BOOT, press and release RESET, let BOOT go, and flash again. Otherwise try another cable, or --port.",
  );
