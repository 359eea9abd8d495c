// Why PlatformIO failed, read from what it printed: the words are those of pio, esptool and pyserial.

export type PioFailure =
  | "portMissing"
  | "portBusy"
  | "portForbidden"
  | "noChip"
  | "noTerminal"
  | "unreachable"
  | "noEnvironment"
  | "other";

/** In the order in which they are looked for: what a port says names its cause, what follows it does not. */
const SIGNS: readonly (readonly [failure: PioFailure, pattern: RegExp])[] = [
  ["noTerminal", /requires an interactive terminal/i],
  ["noEnvironment", /UnknownEnvNames|Unknown environment names/],
  ["portForbidden", /\[Errno 13\]|permission denied.*\/dev\/|\/dev\/\S+.*permission denied|PermissionError/i],
  ["portBusy", /\[Errno 16\]|resource busy|multiple access on port|could not exclusively lock port/i],
  [
    "portMissing",
    /could not open port|port doesn't exist|specify `?upload_port|please specify.*port|no serial ports? found/i,
  ],
  ["noChip", /failed to connect to ESP32|no serial data received|wrong boot mode detected/i],
  [
    "unreachable",
    /HTTPClientError|InternetConnectionError|InternetIsOffline|could not resolve|UnknownPlatform/i,
  ],
];

export function classifyPioFailure(printed: string): PioFailure {
  return SIGNS.find(([, pattern]) => pattern.test(printed))?.[0] ?? "other";
}

/** The end of what was printed, without colours and empty lines. */
export function lastLines(printed: string, count: number): string[] {
  return plain(printed)
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .slice(-count);
}

/** Without the escape sequences that colour a terminal. */
export function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "");
}
