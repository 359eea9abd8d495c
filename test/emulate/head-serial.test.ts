// A head over the serial port into the whole firmware: with lost bytes, restarts and sleep in between, and back again.
import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { generateProject } from "../../src/codegen/generate-project.ts";
import { commandLine, HeadPush, type PushEnd, type PushOrder } from "../../src/device/head-push.ts";
import { Band } from "../../src/emulate/band.ts";
import { type BandHost, type HostSettings, RestartSignal } from "../../src/emulate/host.ts";
import { sourceOf } from "../../src/emulate/motion-source.ts";
import { type Proof, prove } from "../../src/emulate/proof.ts";
import type { HeadOnBand } from "../../src/emulate/reference.ts";
import { type Head, withHead } from "../../src/personalize/head.ts";
import { decodeHeadFile } from "../../src/personalize/head-file.ts";
import { compileToWasm } from "../../src/pipeline/twin/compile-wasm.ts";
import { twinSources } from "../../src/pipeline/twin/sources.ts";
import type { WristOrientation } from "../../src/signal/wrist.ts";
import { seededRandom } from "../../src/util/random.ts";
import { projectInput, smallGraph } from "../codegen/small-project.ts";
import { headFileFor, personalHead as headOf } from "../support/head-for-project.ts";
import { hostOf } from "./support.ts";

const KEYS = generateKeyPairSync("ed25519");
const GRAPH = smallGraph();
const PROJECT = generateProject({
  ...projectInput("bandx-esp32"),
  // What a head says of how it is worn comes on top.
  wrist: "other",
  publicKey: new Uint8Array(KEYS.publicKey.export({ type: "spki", format: "der" })).slice(-32),
});
const RULE = { smoothWindows: 3, unknownBelowPercent: 50, wrist: 1 } as const;
const WRIST = sourceOf("physical", (t) => [
  0.1 + 0.6 * Math.sin(5 * t),
  0.4 * Math.sin(3.1 * t),
  0.9 + 0.3 * Math.cos(7 * t),
  90 * Math.sin(4 * t),
  60 * Math.cos(2.3 * t),
  -45 * Math.sin(6 * t),
]);
const STILL = sourceOf("physical", () => [0, 0, 1, 0, 0, 0]);

let module: WebAssembly.Module;
beforeAll(async () => {
  const options = { cacheFolder: null, sanitize: true } as const;
  module = (await compileToWasm(twinSources(PROJECT), options)).module;
});

const personalHead = (classes: number): Head => headOf(GRAPH, classes);
const signed = (head: Head, sequence: number, orientation: WristOrientation = 0): Uint8Array =>
  headFileFor(PROJECT, head, sequence, KEYS.privateKey, { orientation });

const orderOf = (file: Uint8Array): PushOrder => ({
  kind: "install",
  file,
  crc: decodeHeadFile(file, "test").crc,
});

interface Desk {
  readonly band: Band;
  readonly host: BandHost;
  /** Begins an order now, and lets the band run for so long. */
  readonly order: (order: PushOrder, seconds: number, through?: (text: string) => string) => PushEnd | null;
  readonly run: (seconds: number) => void;
  readonly events: (name: string) => readonly Readonly<Record<string, unknown>>[];
  /** @param heads as the reference has them; default: as they were sent */
  readonly proof: (change?: (head: HeadOnBand) => HeadOnBand) => Proof;
}

function desk(settings: Partial<HostSettings> = {}): Desk {
  const host = hostOf({ sensor: { source: WRIST }, ...settings });
  const band = new Band(module, host);
  const millis = (): number => host.clock.micros / 1000;
  const run = (seconds: number): void => {
    band.run(host.clock.micros / 1e6 + seconds);
  };
  const files = new Map<number, HeadOnBand>();
  return {
    band,
    host,
    run,
    order(order, seconds, through = (text) => text) {
      if (order.kind === "install" && order.crc !== 0) {
        const { head, orientation } = decodeHeadFile(order.file, "test");
        files.set(order.crc, { graph: withHead(GRAPH, head), orientation });
      }
      const push = new HeadPush(order, (text) => {
        host.serialInput.send(through(text));
      });
      host.onLine = ({ json }) => {
        if (json !== null) push.line(json, millis());
      };
      const tick = (): void => {
        push.tick(millis());
        if (push.end === null) host.clock.at(host.clock.micros + 200_000, tick);
      };
      // The chip sleeps half a second at a time.
      host.clock.at(host.clock.micros + 100_000, () => {
        push.start(millis());
        tick();
      });
      run(seconds);
      host.onLine = null;
      return push.end;
    },
    events: (name) => host.lines.flatMap(({ json }) => (json?.["event"] === name ? [json] : [])),
    proof(change = (head) => head) {
      const heads = new Map([...files].map(([crc, head]) => [crc, change(head)] as const));
      return prove(host.lines, host.sensor.fifo.log, GRAPH, RULE, { heads });
    },
  };
}

const SOUND = { different: 0, wrongInputs: 0, missing: 0, malformed: 0, wrongDecisions: 0 };

describe("a head over the serial port", () => {
  it("is in use within seconds, survives restarts, and every window is proved against it", () => {
    const { order, run, events, proof, band, host } = desk();
    run(6);
    expect(order(orderOf(signed(personalHead(5), 1)), 10)).toEqual({ kind: "done", already: false });
    run(20);
    band.restart("powerOn");
    run(20);
    expect(events("head").map(({ detail, classes }) => [detail, classes])).toEqual([
      ["general", 3],
      // Asked for by the sender.
      ["general", 3],
      ["personal", 5],
      ["personal", 5],
    ]);
    expect(new Set(events("window").map(({ output }) => (output as number[]).length))).toEqual(
      new Set([3, 5]),
    );
    expect(proof()).toMatchObject(SOUND);
    expect(proof().windows.length).toBeGreaterThan(40);
    expect(host.findings).toEqual([]);
    // The bytes that woke it were lost, and asked for again.
    expect(host.serialInput.lost).toBeGreaterThan(0);
  });

  it.each([1, 2, 3] as const)("of a wearer who has the band in way %i is read so until it goes", (way) => {
    const { order, run, band, proof, events } = desk();
    run(12);
    expect(order(orderOf(signed(personalHead(3), 1, way)), 20)).toEqual({ kind: "done", already: false });
    // Only asked for: the window that is under way goes on.
    order(orderOf(signed(personalHead(3), 1, way)), 10);
    band.restart("powerOn");
    run(20);
    expect(order({ kind: "drop" }, 20)).toEqual({ kind: "done", already: false });
    expect(events("window").length).toBeGreaterThan(100);
    expect(proof()).toMatchObject(SOUND);
    const otherwise = proof((head) => ({ ...head, orientation: 0 }));
    expect(otherwise.wrongInputs).toBeGreaterThan(40);
    expect(otherwise.different).toBeGreaterThan(0);
  });

  it("is known where it already is, and goes when it is taken back", () => {
    const { order, run, events, proof } = desk();
    run(6);
    const order5 = orderOf(signed(personalHead(5), 1));
    expect(order(order5, 10)).toEqual({ kind: "done", already: false });
    expect(order(order5, 10)).toEqual({ kind: "done", already: true });
    expect(order({ kind: "drop" }, 10)).toEqual({ kind: "done", already: false });
    run(10);
    expect(events("head").at(-1)).toMatchObject({ detail: "general", classes: 3 });
    expect(order(order5, 10)).toEqual({ kind: "refused", why: "not newer" });
    expect(order(orderOf(signed(personalHead(2), 2)), 10)).toEqual({ kind: "done", already: false });
    run(10);
    expect(proof()).toMatchObject(SOUND);
  });

  it("arrives over a line that changes letters and swallows lines", () => {
    const { order, run, proof, events } = desk();
    const random = seededRandom("bad cable");
    run(6);
    const bad = (text: string): string => {
      if (random.uniform() < 0.1) return "";
      if (random.uniform() > 0.3) return text;
      const at = random.integer(text.length);
      return text.slice(0, at) + String.fromCharCode(33 + random.integer(90)) + text.slice(at + 1);
    };
    expect(order(orderOf(signed(personalHead(32), 1)), 60, bad)).toEqual({ kind: "done", already: false });
    run(10);
    expect(events("head").at(-1)).toMatchObject({ detail: "personal", classes: 32 });
    expect(proof()).toMatchObject(SOUND);
  });

  it("arrives at a band that restarts meanwhile, and at one that sleeps", () => {
    const { order, run, events, proof, host } = desk();
    run(6);
    host.clock.at(host.clock.micros + 400_000, () => {
      throw new RestartSignal("software");
    });
    expect(order(orderOf(signed(personalHead(32), 1)), 30)).toEqual({ kind: "done", already: false });
    expect(events("start").length).toBe(2);
    expect(proof()).toMatchObject(SOUND);

    const sleeping = desk({ sensor: { source: STILL } });
    sleeping.run(140);
    expect(sleeping.events("standby").length).toBe(1);
    expect(sleeping.order(orderOf(signed(personalHead(4), 1)), 15)).toEqual({ kind: "done", already: false });
  });

  it("is refused with the reason where it is none for this band, and the sender is told of silence", () => {
    const { order, run, events, proof } = desk();
    run(6);
    const file = signed(personalHead(4), 1);
    const forged = Uint8Array.from(file);
    forged[file.length - 1]! ^= 1;
    expect(order({ kind: "install", file: forged, crc: 0 }, 10)).toEqual({
      kind: "refused",
      why: "signature",
    });
    const short = file.subarray(0, 100);
    expect(order({ kind: "install", file: short, crc: 0 }, 10)).toEqual({
      kind: "refused",
      why: "wrong size",
    });
    const long = new Uint8Array(20_000);
    expect(order({ kind: "install", file: long, crc: 0 }, 10)).toEqual({
      kind: "refused",
      why: "wrong size",
    });
    expect(order(orderOf(file), 60, () => "")).toEqual({ kind: "silent", heard: true });
    expect(events("head").map(({ detail }) => detail)).not.toContain("personal");
    expect(proof()).toMatchObject(SOUND);
  });

  it("is not disturbed by what else is sent: noise, long lines, commands that nobody knows", () => {
    const { run, host, events, proof, order } = desk();
    const random = seededRandom("noise");
    run(6);
    const noise = Array.from({ length: 3000 }, () => String.fromCharCode(1 + random.integer(127))).join("");
    host.serialInput.send(`\n\n${noise}\n${"x".repeat(1000)}\nhead begin 99999999999999\nhead data\n`);
    for (const command of [
      "head",
      "head begin",
      "head begin -1",
      "head begin 5x",
      "head data 0",
      "head data 0 AAAA",
      "head end",
      "head nonsense",
    ]) {
      host.serialInput.send(commandLine(command));
    }
    run(10);
    expect(events("head").length).toBe(1);
    expect(host.findings).toEqual([]);
    expect(order(orderOf(signed(personalHead(4), 1)), 10)).toEqual({ kind: "done", already: false });
    expect(proof()).toMatchObject(SOUND);
  });

  it("is whole or not there where the supply goes while it is installed", () => {
    const file = signed(personalHead(5), 1);
    const steps = new Set<string>();
    for (const step of [0, 1, 2000, 4095, 4096, 4200, 4096 + file.length, 4096 + file.length + 3]) {
      const { host, run, order, events, proof } = desk();
      run(6);
      host.flash.cutAtStep = step;
      // The sender hears the start, and sends it again.
      expect(order(orderOf(file), 30), `cut at ${step}`).toMatchObject({ kind: "done" });
      run(5);
      expect(events("start").length, `cut at ${step}`).toBe(2);
      steps.add(String(events("head")[1]!["detail"]));
      expect(events("head").at(-1)).toMatchObject({ detail: "personal", classes: 5 });
      expect(proof()).toMatchObject(SOUND);
    }
    expect(steps.has("general")).toBe(true);
  });
});
