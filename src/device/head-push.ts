// One side of the protocol that brings a head to a band (docs/update.md); firmware/bandsmith/app/head_receiver.cpp is the
// other. It knows no port and no clock: whoever has them hands lines and the time in.
import { crc32 } from "../util/crc32.ts";

/** What is to be done to the band's head. */
export type PushOrder =
  | { readonly kind: "install"; readonly file: Uint8Array /** Names the file. */; readonly crc: number }
  | { readonly kind: "drop" };

export type PushEnd =
  /** `already`: the band had it before. */
  | { readonly kind: "done"; readonly already: boolean }
  /** The band does not take it, and says why. */
  | { readonly kind: "refused"; readonly why: string }
  /** No answer, however often it was asked; `heard`: it says other things. */
  | { readonly kind: "silent"; readonly heard: boolean };

type Step = "tell" | "begin" | "data" | "end" | "drop";

/** 128 letters of base64: with all around them they fit the band's line. */
const PART_BYTES = 96;
/** A sleeping band wakes by the first letters, and does not read them. */
const WAKE = "\n\n";
/** The band looks at its port at least twice a second, and installing takes two erased sectors and a signature. */
const ANSWER_MILLIS = 1500;
const MOST_TRIES = 12;
const MOST_RESTARTS = 5;

export class HeadPush {
  /** Bytes that the band has. */
  sent = 0;
  private readonly order: PushOrder;
  private readonly send: (text: string) => void;
  private step: Step = "tell";
  private tries = 0;
  private restarts = 0;
  private askedAt = 0;
  private heard = false;
  private ended: PushEnd | null = null;

  constructor(order: PushOrder, send: (text: string) => void) {
    this.order = order;
    this.send = send;
  }

  get end(): PushEnd | null {
    return this.ended;
  }

  start(nowMillis: number): void {
    this.ask("tell", nowMillis);
  }

  /** Asks again where no answer has come. Call a few times a second. */
  tick(nowMillis: number): void {
    if (this.ended !== null || nowMillis - this.askedAt < ANSWER_MILLIS) return;
    this.again(nowMillis);
  }

  /** A JSON line of the band's. */
  line(json: Readonly<Record<string, unknown>>, nowMillis: number): void {
    if (this.ended !== null) return;
    this.heard = true;
    const { event, detail } = json;
    if (event === "head") this.tellsHead(json, nowMillis);
    // With a slot it is of the band's own start.
    else if (event === "head-refused" && json["slot"] === undefined) {
      this.ended = { kind: "refused", why: String(detail) };
    } else if (event === "head-line") this.answers(String(detail), Number(json["at"]), nowMillis);
    else if (event === "start") this.restart(nowMillis);
  }

  private tellsHead(json: Readonly<Record<string, unknown>>, nowMillis: number): void {
    const isThere =
      this.order.kind === "drop"
        ? json["detail"] === "general"
        : json["detail"] === "personal" && Number.parseInt(String(json["crc"]), 16) === this.order.crc;
    // A band that drops a head it could not read at its start says that it has none: it is told all the same.
    if (isThere && (this.order.kind === "install" || this.step !== "tell")) {
      this.ended = { kind: "done", already: this.step === "tell" && this.restarts === 0 };
    } else if (this.step === "tell") {
      this.ask(this.order.kind === "drop" ? "drop" : "begin", nowMillis);
    }
  }

  private answers(detail: string, at: number, nowMillis: number): void {
    if (detail === "installed" || detail === "dropped") {
      this.ended = { kind: "done", already: false };
    } else if (detail === "ready" && this.step === "begin") {
      this.sent = 0;
      this.ask("data", nowMillis);
    } else if (detail === "taken" && (this.step === "data" || this.step === "end")) {
      this.takes(at, nowMillis);
    } else if (detail === "begin") {
      // It has lost the beginning, or has installed the head and its answer was lost: it is asked what it has.
      this.restart(nowMillis);
    } else if (detail === "garbled" || detail === "unknown") this.again(nowMillis);
  }

  private takes(at: number, nowMillis: number): void {
    if (this.order.kind !== "install" || !Number.isInteger(at) || at < 0 || at > this.order.file.length)
      return;
    const isNews = at !== this.sent;
    this.sent = at;
    if (isNews) this.ask(at === this.order.file.length ? "end" : "data", nowMillis);
    else if (this.step === "end") this.again(nowMillis);
  }

  private restart(nowMillis: number): void {
    this.restarts++;
    if (this.restarts > MOST_RESTARTS) this.ended = { kind: "silent", heard: true };
    else this.ask("tell", nowMillis);
  }

  private ask(step: Step, nowMillis: number): void {
    this.step = step;
    this.tries = 0;
    this.write(nowMillis);
  }

  private again(nowMillis: number): void {
    this.tries++;
    if (this.tries >= MOST_TRIES) this.ended = { kind: "silent", heard: this.heard };
    else this.write(nowMillis);
  }

  private write(nowMillis: number): void {
    this.askedAt = nowMillis;
    this.send(`${this.step === "tell" || this.tries > 0 ? WAKE : ""}${commandLine(this.command())}`);
  }

  private command(): string {
    const { order, step } = this;
    if (order.kind === "drop" || step === "tell" || step === "end" || step === "drop") return `head ${step}`;
    if (step === "begin") return `head begin ${order.file.length}`;
    const part = order.file.subarray(this.sent, this.sent + PART_BYTES);
    return `head data ${this.sent} ${base64(part)}`;
  }
}

/** The line of a command: its CRC-32 behind it. */
export function commandLine(command: string): string {
  const crc = crc32(new TextEncoder().encode(command));
  return `${command} ${crc.toString(16).padStart(8, "0")}\n`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
