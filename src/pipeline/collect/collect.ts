// bandsmith collect: labelled recordings off a band on a serial port.
//
//   project ─1─▶ axes, ranges, rate ─────────────────────┐
//   port ─2─▶ lines ─▶ samples ─3─▶ takes, one an activity ┴─4─▶ files
import { randomInt } from "node:crypto";
import { appendFileSync, existsSync } from "node:fs";
import path from "node:path";
import type { Gap } from "../../device/sample-follower.ts";
import { type RequestEnd, SampleRequest } from "../../device/sample-request.ts";
import { parseSerialLine } from "../../device/serial-line.ts";
import { CHANNEL_COUNT } from "../../signal/preprocessing.ts";
import { collectLogExists, collectLost, collectOtherModel, collectSilent } from "../../util/messages.ts";
import { checkWritable, writeWhole } from "../files.ts";
import { checkSeconds } from "../option-values.ts";
import { openSerial, type SerialDevice } from "../serial-device.ts";
import { onlyPort } from "../serial-ports.ts";
import { type Time, WALL_TIME } from "../wall-time.ts";
import { physicalSample } from "./physical.ts";
import { type CollectPlan, readPlan } from "./plan.ts";
import { ArrivalRate } from "./rate.ts";
import { writeTake } from "./recording-folder.ts";
import { CollectSession, type Order, type Phase } from "./session.ts";
import { type Taken, takenOf } from "./taken.ts";

export interface CollectOptions extends CollectPlan {
  /** Default: the one port that a board may hang on. */
  readonly port: string | undefined;
  /** Longest recording. */
  readonly seconds: number;
  readonly countdownSeconds: number;
  /** Nobody is there to press a key: each recording begins by itself. */
  readonly isUnattended: boolean;
  /** Every line of the band's as it came, for `--from` later; undefined for none. */
  readonly log: string | undefined;
  /** What was pressed since the last call; "interrupt" drops the recording under way and ends. */
  readonly orders: () => readonly (Order | "interrupt")[];
  readonly onPhase: (phase: Phase, activity: string | null) => void;
  readonly onTake: (taken: Taken) => void;
  /** Several times a second. */
  readonly onView: (view: CollectView) => void;
  /** Default: the real port; tests have their own. */
  readonly open?: (port: string) => SerialDevice;
  readonly time?: Time;
}

/** What a person sees meanwhile. */
export interface CollectView {
  readonly phase: Phase;
  readonly activity: string | null;
  readonly countdownSeconds: number;
  /** Of the recording under way. */
  readonly seconds: number;
  readonly windows: number;
  /** Samples a second as they come; 0 while none do. */
  readonly rateHz: number;
  /** Since the beginning. */
  readonly gaps: number;
  readonly lost: number;
  /** The last sample in g and deg/s; null before the first. */
  readonly sample: readonly number[] | null;
}

export interface CollectResult {
  readonly subject: string;
  readonly port: string;
  readonly recordings: readonly Taken[];
  /** Recorded or not. */
  readonly gaps: readonly Gap[];
  /** Samples that are known to be missing. */
  readonly lost: number;
  /** Lines of samples that were damaged. */
  readonly damaged: number;
  /** The activity whose recording was dropped because of Ctrl+C. */
  readonly dropped: string | null;
  readonly interrupted: boolean;
}

const LOOK_MILLIS = 20;
const VIEW_MILLIS = 100;

/** @throws UserError collect/…, device/…, project/…, data/bad-dataset-yaml, file/… */
export async function collect(options: CollectOptions): Promise<CollectResult> {
  // 1. What cannot be written or understood is refused before anybody moves.
  checkSeconds("--seconds", options.seconds);
  if (options.countdownSeconds !== 0) checkSeconds("--countdown", options.countdownSeconds);
  const { mounting, windowShape, activities, subject, model } = readPlan(options);
  if (options.log !== undefined) checkLog(options.log);
  const port = options.port ?? onlyPort();
  const { millis, pause } = options.time ?? WALL_TIME;
  const recordings: Taken[] = [];
  const rate = new ArrivalRate();
  let damaged = 0;
  const session = new CollectSession({
    activities,
    samples: Math.max(1, Math.round(options.seconds * mounting.sampleRateHz)),
    countdownMillis: options.countdownSeconds * 1000,
    isUnattended: options.isUnattended,
    onPhase: options.onPhase,
    onTake(take) {
      const file = writeTake(options.out, subject, take, mounting);
      const taken = takenOf(take, file, mounting.sampleRateHz, windowShape);
      recordings.push(taken);
      options.onTake(taken);
    },
  });
  const view = (): CollectView => {
    const { last, gaps, take } = session;
    return {
      phase: session.phase,
      activity: session.activity,
      countdownSeconds: session.millisLeft(millis()) / 1000,
      seconds: (take?.samples ?? 0) / mounting.sampleRateHz,
      windows: take?.windows(windowShape) ?? 0,
      rateHz: rate.hz(millis()),
      gaps: gaps.length,
      lost: gaps.reduce((sum, { samples }) => sum + samples, 0),
      sample: last && physicalSample(last.counts.subarray(-CHANNEL_COUNT), last.bias, mounting),
    };
  };
  let [interrupted, dropped]: [boolean, string | null] = [false, null];
  const device = (options.open ?? openSerial)(port);
  try {
    if (options.log !== undefined) writeWhole(options.log, "");
    // 2. The protocol asks again by itself.
    const request = new SampleRequest(
      {
        send: (text) => {
          device.send(text);
        },
        onBlock(block) {
          rate.add(millis(), block.counts.length / CHANNEL_COUNT);
          if (session.last === null) session.start(millis());
          session.block(block, millis());
        },
        onDamaged: () => damaged++,
      },
      model,
      randomInt(1, 65_536),
    );
    request.start(millis());
    // 3. and 4. A file is written as soon as its recording is complete.
    for (let shownAt = Number.NEGATIVE_INFINITY; request.end === null; ) {
      await pause(LOOK_MILLIS);
      const lines = device.lines();
      if (options.log !== undefined && lines.length > 0)
        appendFileSync(options.log, lines.map((line) => `${line}\n`).join(""));
      for (const line of lines) {
        const parsed = parseSerialLine(line);
        if (parsed.kind !== "text") request.line(parsed.value, millis());
      }
      for (const order of options.orders()) {
        if (order !== "interrupt") session.obey(order, millis());
        else {
          [interrupted, dropped] = [true, session.take?.activity ?? dropped];
          session.abandon();
        }
      }
      session.tick(millis());
      if (session.phase === "done") request.stop(millis());
      request.tick(millis());
      if (millis() - shownAt < VIEW_MILLIS) continue;
      shownAt = millis();
      options.onView(view());
    }
    complain(request.end, port, options.project, recordings.length);
  } finally {
    device.close();
  }
  const { lost } = view();
  return { subject, port, recordings, gaps: session.gaps, lost, damaged, dropped, interrupted };
}

/** @throws UserError collect/log-exists, file/unwritable */
function checkLog(file: string): void {
  if (existsSync(file)) throw collectLogExists(file);
  checkWritable(path.dirname(file));
}

function complain(end: RequestEnd, port: string, project: string, kept: number): void {
  if (end.kind === "silent") throw collectSilent(port, end.heard);
  if (end.kind === "otherModel") throw collectOtherModel(end.model, project);
  if (end.kind === "lost") throw collectLost(port, kept);
}
