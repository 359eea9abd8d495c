// Mistakes with a board on the desk, told by a PlatformIO that is a shell script.
import { mkdirSync, writeFileSync } from "node:fs";
import { findProject } from "../../../src/pipeline/device-project.ts";
import { flashProject, type PioOptions } from "../../../src/pipeline/pio.ts";
import { type BadInput, silent } from "./support.ts";

/** Flashes with a PlatformIO that is this shell script, in a project that was built. */
function flashWith(script: string, changes: Partial<PioOptions> = {}): Promise<void> {
  writeFileSync("pio", `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  mkdirSync("build/tiny/firmware", { recursive: true });
  writeFileSync("build/tiny/firmware/platformio.ini", "[platformio]\ndefault_envs = esp32-devkit\n");
  const project = findProject("band.yaml");
  return flashProject({ pio: "./pio", project, environment: undefined, port: undefined, ...changes }, silent);
}

const says = (text: string): string => `echo "${text}" >&2; exit 1`;

export const DESK: readonly BadInput[] = [
  { what: "flashing before building", code: "device/no-project", act: () => findProject("band.yaml") },
  { what: "a folder without a project", code: "device/no-project", act: () => findProject("recordings") },
  {
    what: "a PlatformIO that is not there",
    code: "device/no-pio",
    act: () => flashWith("", { pio: "./platformio" }),
  },
  {
    what: "a PlatformIO that cannot reach its registry",
    code: "device/no-registry",
    act: () => flashWith(says("UnknownPlatform: Unknown development platform 'espressif32@6.13.0'")),
  },
  {
    what: "an environment that the project does not have",
    code: "device/unknown-environment",
    act: () =>
      flashWith(
        says(
          "UnknownEnvNamesError: Unknown environment names 'esp64'. Valid names are 'esp32-devkit, esp32-devkit-arduino, native'",
        ),
        { environment: "esp64" },
      ),
  },
  {
    what: "a build that fails",
    code: "device/pio-failed",
    act: () =>
      flashWith("echo \"src/main.cpp:7:1: error: expected ';'\"; echo '*** [main.o] Error 1' >&2; exit 1"),
  },
  {
    what: "no board plugged in",
    code: "device/no-port",
    act: () =>
      flashWith(
        says(
          "Error: Please specify \\`upload_port\\` for environment or use global \\`--upload-port\\` option.",
        ),
      ),
  },
  {
    what: "a port that is not there",
    code: "device/no-port",
    act: () =>
      flashWith(
        says(
          "UserSideException: [Errno 2] could not open port /dev/ttyUSB9: [Errno 2] No such file or directory: '/dev/ttyUSB9'",
        ),
        {
          port: "/dev/ttyUSB9",
        },
      ),
  },
  {
    what: "a port that is in use",
    code: "device/port-busy",
    act: () =>
      flashWith(
        says(
          "A fatal error occurred: Could not open /dev/ttyUSB0, the port is busy or doesn't exist. ([Errno 16] could not open port /dev/ttyUSB0: [Errno 16] Device or resource busy: '/dev/ttyUSB0')",
        ),
      ),
  },
  {
    what: "a port that may not be opened",
    code: "device/port-forbidden",
    act: () =>
      flashWith(
        says(
          "A fatal error occurred: Could not open /dev/ttyUSB0, the port is busy or doesn't exist. ([Errno 13] could not open port /dev/ttyUSB0: [Errno 13] Permission denied: '/dev/ttyUSB0')",
        ),
      ),
  },
  {
    what: "a board that does not answer",
    code: "device/no-chip",
    act: () =>
      flashWith(
        "echo 'Serial port /dev/ttyUSB0'; echo 'A fatal error occurred: Failed to connect to ESP32: No serial data received.' >&2; exit 2",
      ),
  },
  {
    what: "a monitor without a terminal",
    code: "device/no-terminal",
    act: () =>
      flashWith(
        says(
          "UserSideException: pio device monitor requires an interactive terminal on stdin and cannot run with piped or redirected input.",
        ),
      ),
  },
];
