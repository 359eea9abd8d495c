// PlatformIO as a process: its output line by line, its failures in words.
import { execa } from "execa";
import { classifyPioFailure, lastLines, type PioFailure, plain } from "../device/pio-failure.ts";
import type { UserError } from "../util/errors.ts";
import {
  pioFailed,
  pioMissing,
  pioUnreachable,
  pioWithoutTerminal,
  portBusy,
  portForbidden,
  portMissing,
  portSilent,
  unknownEnvironment,
} from "../util/messages.ts";
import type { DeviceProject } from "./device-project.ts";

export interface PioOptions {
  /** A program on the path, or a path. */
  readonly pio: string;
  readonly project: DeviceProject;
  /** Default: the project's. */
  readonly environment: string | undefined;
  readonly port: string | undefined;
}

export type OnLine = (line: string, from: "stdout" | "stderr") => void;

/** What is quoted of a build that failed: the compiler's message is in there. */
const QUOTED_LINES = 12;
/** What is kept of the output in order to tell why it failed. */
const KEPT_LINES = 200;

/** Builds and flashes. @throws UserError device/* */
export async function flashProject(options: PioOptions, onLine: OnLine): Promise<void> {
  const args = ["run", "-d", options.project.folder, "-t", "upload", ...environmentArgs(options)];
  if (options.port !== undefined) args.push("--upload-port", options.port);
  await runPio(args, "ignore", options, onLine);
}

/**
 * Shows the serial port until it is interrupted.
 * @throws UserError device/*
 */
export async function monitorProject(options: PioOptions, onLine: OnLine): Promise<void> {
  const args = ["device", "monitor", "-d", options.project.folder, ...environmentArgs(options), "--quiet"];
  args.push("--raw", "--baud", "115200");
  if (options.port !== undefined) args.push("--port", options.port);
  // PlatformIO reads the keyboard itself, and refuses to run without one.
  await runPio(args, "inherit", options, onLine);
}

function environmentArgs({ environment, project }: PioOptions): string[] {
  const chosen = environment ?? project.defaultEnvironment;
  return chosen === null ? [] : ["-e", chosen];
}

async function runPio(
  args: readonly string[],
  stdin: "ignore" | "inherit",
  options: PioOptions,
  onLine: OnLine,
): Promise<void> {
  const child = execa(options.pio, args, {
    reject: false,
    stdin,
    buffer: false,
    // Python keeps lines back where it prints into a pipe.
    env: { PYTHONUNBUFFERED: "1" },
  });
  const kept: string[] = [];
  const read = async (from: "stdout" | "stderr"): Promise<void> => {
    for await (const line of child.iterable({ from })) {
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      onLine(line, from);
    }
  };
  // A program that cannot be started ends both streams, and is told by the result.
  const [result] = await Promise.all([child, read("stdout"), read("stderr")]);
  if (!result.failed || result.signal === "SIGINT") return;
  if (result.exitCode === undefined && result.signal === undefined) {
    throw pioMissing(options.pio, result.code ?? "it gave no exit code");
  }
  const printed = plain(kept.join("\n"));
  throw FAILURES[classifyPioFailure(printed)](options, printed, result.exitCode);
}

const FAILURES: Readonly<
  Record<PioFailure, (options: PioOptions, printed: string, exitCode: number | undefined) => UserError>
> = {
  noTerminal: () => pioWithoutTerminal(),
  noEnvironment: ({ environment }, printed) =>
    unknownEnvironment(
      environment ?? "",
      /Valid names are '([^']*)'/.exec(printed)?.[1] ?? "in platformio.ini",
    ),
  portForbidden: ({ port }, printed) => portForbidden(portIn(printed) ?? port ?? "the serial port"),
  portBusy: ({ port }, printed) => portBusy(portIn(printed) ?? port ?? "the serial port"),
  portMissing: ({ port }, printed) => portMissing(port ?? portIn(printed) ?? null),
  noChip: ({ port }, printed) => portSilent(portIn(printed) ?? port ?? "the serial port"),
  unreachable: (_options, printed) => pioUnreachable(lastLines(printed, 2).join(" ")),
  other: (_options, printed, exitCode) => pioFailed(exitCode ?? null, lastLines(printed, QUOTED_LINES)),
};

function portIn(printed: string): string | null {
  return /(\/dev\/[A-Za-z0-9._-]+|\bCOM\d+)\b/.exec(printed)?.[1] ?? null;
}
