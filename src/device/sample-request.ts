// The computer's side of the protocol that brings samples off a band (docs/collect.md); the band's is
// firmware/bandsmith/app/sample_stream.cpp. It knows no port and no clock: whoever has them hands lines and the time in.
import { commandLine } from "./head-push.ts";
import { decodeSampleBlock, type SampleBlock } from "./sample-block.ts";

export type RequestEnd =
  /** `sent`: samples of the run, as the band counts them; null where it did not say. */
  | { readonly kind: "ended"; readonly sent: number | null }
  /** No answer, however often it was asked; `heard`: it says other things. */
  | { readonly kind: "silent"; readonly heard: boolean }
  /** It answered, and then nothing came any more. */
  | { readonly kind: "lost" }
  | { readonly kind: "otherModel"; readonly model: string };

export interface RequestEvents {
  readonly send: (text: string) => void;
  readonly onBlock: (block: SampleBlock) => void;
  /** A line of samples that was damaged: its samples are missing. */
  readonly onDamaged: () => void;
}

/** A sleeping band wakes by the first letters, and does not read them. */
const WAKE = "\n\n";
const ANSWER_MILLIS = 1500;
const MOST_TRIES = 8;
/** A band that does not hear stops by itself. */
const MOST_END_TRIES = 3;
/** The band stops 5 s after the last question. */
const MORE_MILLIS = 1000;
/** Standing up from standby and setting the sensor up takes less than a second. */
const QUIET_MILLIS = 10_000;
const MOST_RUNS = 65_535;

export class SampleRequest {
  private readonly events: RequestEvents;
  private readonly model: string;
  private step: "begin" | "stream" | "end" = "begin";
  private run: number;
  private tries = 0;
  private askedAt = 0;
  private heardAt = 0;
  private heard = false;
  private ended: RequestEnd | null = null;

  /**
   * @param model hash of the model that the project has
   * @param run any number from 1 on, so that what an earlier request left in a buffer is not taken for this one's
   */
  constructor(events: RequestEvents, model: string, run: number) {
    this.events = events;
    this.model = model;
    this.run = runOf(run);
  }

  get end(): RequestEnd | null {
    return this.ended;
  }

  start(nowMillis: number): void {
    this.step = "begin";
    this.tries = 0;
    this.ask(nowMillis);
  }

  /** No more samples are wanted. */
  stop(nowMillis: number): void {
    if (this.ended !== null || this.step === "end") return;
    this.step = "end";
    this.tries = 0;
    this.ask(nowMillis);
  }

  /** Asks again where no answer has come. Call a few times a second. */
  tick(nowMillis: number): void {
    if (this.ended !== null) return;
    const waited = nowMillis - this.askedAt;
    if (this.step === "stream") {
      if (nowMillis - this.heardAt > QUIET_MILLIS) this.ended = { kind: "lost" };
      else if (waited >= MORE_MILLIS) this.ask(nowMillis);
    } else if (waited >= ANSWER_MILLIS) {
      if (++this.tries < (this.step === "end" ? MOST_END_TRIES : MOST_TRIES)) this.ask(nowMillis);
      else if (this.step === "end") this.ended = { kind: "ended", sent: null };
      else this.ended = { kind: "silent", heard: this.heard };
    }
  }

  /** A JSON line of the band's. */
  line(json: Readonly<Record<string, unknown>>, nowMillis: number): void {
    if (this.ended !== null) return;
    this.heard = true;
    const { event } = json;
    if (event === "collect") this.answers(json, nowMillis);
    else if (event === "start" && this.step === "stream") this.again(nowMillis);
    else if (event === "samples") this.takes(json, nowMillis);
  }

  private takes(json: Readonly<Record<string, unknown>>, nowMillis: number): void {
    const block = decodeSampleBlock(json);
    if (block === null) this.events.onDamaged();
    else if (block.run === this.run && this.step !== "begin") {
      this.heardAt = nowMillis;
      this.events.onBlock(block);
    }
  }

  private answers(json: Readonly<Record<string, unknown>>, nowMillis: number): void {
    const { detail, run, at, model } = json;
    if (detail === "idle" && this.step === "stream") this.again(nowMillis);
    // A band that has begun anew meanwhile knows of no run.
    else if (detail === "ended" && this.step === "end" && run !== this.run)
      this.ended = { kind: "ended", sent: null };
    else if (run !== this.run) return;
    else if (detail === "begun" && this.step === "begin") {
      if (model !== this.model) {
        this.events.send(commandLine("collect end"));
        this.ended = { kind: "otherModel", model: String(model) };
        return;
      }
      this.step = "stream";
      this.heardAt = nowMillis;
    } else if (detail === "left" && this.step === "stream") this.again(nowMillis);
    else if (detail === "ended" && this.step === "end") {
      this.ended = { kind: "ended", sent: typeof at === "number" ? at : null };
    }
  }

  /** The band has begun anew, or has given the computer up: what comes is another run. */
  private again(nowMillis: number): void {
    this.run = runOf(this.run + 1);
    this.start(nowMillis);
  }

  private ask(nowMillis: number): void {
    this.askedAt = nowMillis;
    if (this.step === "stream") this.events.send(commandLine("collect more"));
    else
      this.events.send(
        `${WAKE}${commandLine(this.step === "end" ? "collect end" : `collect begin ${this.run}`)}`,
      );
  }
}

function runOf(number: number): number {
  return ((number - 1) % MOST_RUNS) + 1;
}
