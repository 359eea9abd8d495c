// bandsmith monitor: the band's serial lines, for people, or for scripts.
import { describeEvent, describeWindow, parseSerialLine, type SerialLine } from "../../device/serial-line.ts";
import type { Command } from "../command.ts";
import { DEVICE_OPTIONS, type DeviceOptions } from "../shared-options.ts";

export const monitor: Command<DeviceOptions & { raw: boolean }> = {
  usage: "monitor [band]",
  about:
    "Show what the board says: windows, events, and everything else dimmed; --json: its JSON lines alone",
  options: (args) =>
    args
      .positional("band", DEVICE_OPTIONS.band)
      .option("env", DEVICE_OPTIONS.env)
      .option("port", DEVICE_OPTIONS.port)
      .option("pio", DEVICE_OPTIONS.pio)
      .option("raw", { type: "boolean", default: false, describe: "Every line as it comes" })
      .example("$0 monitor my-band/band.yaml", "Until Ctrl+C")
      .example(
        "$0 monitor my-band/band.yaml --json > lines.jsonl",
        "For a script; PlatformIO wants a terminal",
      ),
  async run({ band, env, port, pio, raw, json }) {
    const { findProject } = await import("../../pipeline/device-project.ts");
    const { monitorProject } = await import("../../pipeline/pio.ts");
    const project = findProject(band);
    const show = json ? printJson : raw ? printRaw : printReadable;
    await monitorProject({ pio, project, environment: env, port }, (line, from) => {
      if (from === "stdout") show(line);
      else console.error(dimmed(line, process.stderr.isTTY));
    });
    return 0;
  },
};

// Lines are printed past Output: --json means JSON lines here, and nothing is a result that --quiet could spare.

function printJson(line: string): void {
  const parsed = parseSerialLine(line);
  if (parsed.kind !== "text") console.log(JSON.stringify(parsed.value));
}

function printRaw(line: string): void {
  console.log(line);
}

function printReadable(line: string): void {
  const parsed = parseSerialLine(line);
  console.log(
    parsed.kind === "text" ? dimmed(parsed.text, process.stdout.isTTY) : `${time()}  ${words(parsed)}`,
  );
}

function words(parsed: SerialLine & { readonly kind: "window" | "event" }): string {
  return parsed.kind === "window" ? describeWindow(parsed.value) : describeEvent(parsed.value);
}

/** When the line came, 13:05:59.123 of this machine's day. */
function time(): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, "0");
  const millis = String(now.getMilliseconds()).padStart(3, "0");
  return `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${millis}`;
}

function dimmed(text: string, terminal: boolean): string {
  return terminal ? `\u001b[2m${text}\u001b[0m` : text;
}
