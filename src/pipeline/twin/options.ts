// What a person asks of the twin, read and checked before anything is compiled.
import path from "node:path";
import type { Press } from "../../emulate/button.ts";
import { type Fault, parseFault } from "../../emulate/faults.ts";
import { faultAfterEnd, loopWithoutEnd, pressAfterEnd } from "../../util/messages.ts";
import type { DataSource } from "../data.ts";
import type { OnEvent } from "../events.ts";
import { checkWritable } from "../files.ts";
import { checkSeconds, seedOrDefault } from "../option-values.ts";
import { parsePress } from "./press.ts";

export interface EmulateOptions {
  /** A project's or a build's folder, or the band.yaml that was built. */
  readonly project: string;
  /** What is on the wrist; null for a band that lies on a table. */
  readonly recording: DataSource | null;
  /** Play it again and again. */
  readonly loop: boolean;
  /** Virtual time; undefined for the whole recording. */
  readonly untilSeconds: number | undefined;
  /** Such as `nack:sensor@10s-12s`. */
  readonly faults: readonly string[];
  /** Such as `20s` or, held, `20s-23s`. */
  readonly presses: readonly string[];
  readonly framesFolder: string | null;
  /** A head file that is sent to the band over its serial port; null for none. */
  readonly headFile?: string | null;
  /** Ask the band for its samples, as `bandsmith collect` does; default: no. */
  readonly collect?: boolean;
  /** Every line of the serial port goes to this file; null for none. */
  readonly serialFile?: string | null;
  /** A system's compiler instead of the one that comes along. */
  readonly compiler: string | null;
  readonly sanitize: boolean;
  /** Of faults that are drawn; undefined for 1. */
  readonly seed: number | undefined;
  readonly onEvent: OnEvent;
}

export interface Asked {
  readonly faults: readonly Fault[];
  readonly presses: readonly Press[];
  readonly seed: number;
}

/** @throws UserError fault/…, twin/bad-press, cli/…, file/unwritable */
export function readAsked(options: EmulateOptions): Asked {
  const asked = {
    faults: options.faults.map(parseFault),
    presses: options.presses.map(parsePress),
    seed: seedOrDefault(options.seed),
  };
  checkSeconds("--until", options.untilSeconds);
  if (options.loop && (options.recording === null || options.untilSeconds === undefined))
    throw loopWithoutEnd();
  // A day takes a while: better now than when there are pictures to write.
  if (options.framesFolder !== null) checkWritable(options.framesFolder);
  if (options.serialFile != null) checkWritable(path.dirname(options.serialFile));
  return asked;
}

/**
 * What is asked for after the run's end never happens, and must not look as if it had been survived.
 * @throws UserError fault/after-end, twin/late-press
 */
export function checkInTime(options: EmulateOptions, { faults, presses }: Asked, untilSeconds: number): void {
  faults.forEach(({ fromSeconds }, i) => {
    if (fromSeconds >= untilSeconds) throw faultAfterEnd(options.faults[i]!, untilSeconds);
  });
  presses.forEach(({ fromSeconds }, i) => {
    if (fromSeconds >= untilSeconds) throw pressAfterEnd(options.presses[i]!, untilSeconds);
  });
}
