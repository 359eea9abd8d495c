// bandsmith push: a head to a band on a serial port, or the band's head taken back.
//
//   project ─1─▶ manifest ─┐
//   head file ─2─▶ checked ─┴─3─▶ lines on the port ─4─▶ installed, or why not
import { HeadPush, type PushOrder } from "../device/head-push.ts";
import { parseSerialLine } from "../device/serial-line.ts";
import { bandSilent, headDropRefused, headRefused } from "../util/messages.ts";
import { readHeadFor } from "./head-file-checks.ts";
import { openSerial, type SerialDevice } from "./serial-device.ts";
import { onlyPort } from "./serial-ports.ts";
import { readTwinProject } from "./twin/project.ts";
import { type Time, WALL_TIME } from "./wall-time.ts";

export interface PushOptions {
  /** A project's or a build's folder, or the band.yaml that was built. */
  readonly project: string;
  /** null takes the band's head back. */
  readonly headFile: string | null;
  /** Default: the one port that a board may hang on. */
  readonly port: string | undefined;
  readonly onProgress: (sent: number, of: number) => void;
  /** Default: the real port; tests have their own. */
  readonly open?: (port: string) => SerialDevice;
  readonly time?: Time;
}

export interface PushResult {
  readonly port: string;
  /** The band had this head already. */
  readonly already: boolean;
  readonly sequence: number | null;
  readonly labels: readonly string[];
}

const LOOK_MILLIS = 20;

/** @throws UserError head-file/…, update/…, device/…, push/… */
export async function pushHead(options: PushOptions): Promise<PushResult> {
  // 1. and 2. What the band would refuse is refused here, where there is room for words.
  const { headFile } = options;
  const head = headFile === null ? null : readHeadFor(headFile, readTwinProject(options.project).manifest);
  const order: PushOrder =
    head === null ? { kind: "drop" } : { kind: "install", file: head.bytes, crc: head.crc };
  const port = options.port ?? onlyPort();
  const device = (options.open ?? openSerial)(port);
  try {
    // 3. The protocol asks again by itself.
    const push = new HeadPush(order, (text) => {
      device.send(text);
    });
    const { millis, pause } = options.time ?? WALL_TIME;
    push.start(millis());
    while (push.end === null) {
      await pause(LOOK_MILLIS);
      for (const line of device.lines()) {
        const parsed = parseSerialLine(line);
        if (parsed.kind !== "text") push.line(parsed.value, millis());
      }
      push.tick(millis());
      if (head !== null) options.onProgress(push.sent, head.bytes.length);
    }
    // 4.
    const { end } = push;
    if (end.kind === "silent") throw bandSilent(port, end.heard);
    if (end.kind === "refused")
      throw headFile === null ? headDropRefused(end.why) : headRefused(headFile, end.why);
    return {
      port,
      already: end.already,
      sequence: head?.sequence ?? null,
      labels: head?.head.labels ?? [],
    };
  } finally {
    device.close();
  }
}
