// A generated project's whole firmware on the twin: what a wearer gets on a good day, and on every bad one.
import { beforeAll, describe, expect, it } from "vitest";
import { generateProject } from "../../src/codegen/generate-project.ts";
import { Band } from "../../src/emulate/band.ts";
import { type Press, SimulatedButton } from "../../src/emulate/button.ts";
import { aftermath, FAULT_CASES } from "../../src/emulate/fault-cases.ts";
import { installFaults } from "../../src/emulate/fault-plan.ts";
import { parseFault } from "../../src/emulate/faults.ts";
import type { LogLine } from "../../src/emulate/findings.ts";
import { type Frame, frameText } from "../../src/emulate/frame.ts";
import type { HostSettings } from "../../src/emulate/host.ts";
import { type MotionSource, sourceOf } from "../../src/emulate/motion-source.ts";
import { type Proof, prove } from "../../src/emulate/proof.ts";
import { GLASS_128X32 } from "../../src/emulate/ssd1306.ts";
import { accountSamples, deafSeconds } from "../../src/emulate/summary.ts";
import { compileToWasm } from "../../src/pipeline/twin/compile-wasm.ts";
import { twinSources } from "../../src/pipeline/twin/sources.ts";
import { failuresOf } from "../../src/pipeline/twin/verdict.ts";
import { PREPROCESSING, projectInput, smallGraph, smallProject } from "../codegen/small-project.ts";
import { hostOf } from "./support.ts";

const GRAPH = smallGraph();
/** band.yaml's defaults. */
const RULE = { smoothWindows: 3, unknownBelowPercent: 50, wrist: 0 } as const;
/** Still for the first ten seconds, in which the band starts and finds its gyroscope's bias; then a lively wrist. */
const WRIST: MotionSource = sourceOf("physical", (t) =>
  t < 10
    ? [0.1, 0, 0.995, 0, 0, 0]
    : [
        0.1 + 0.6 * Math.sin(5 * t),
        0.4 * Math.sin(3.1 * t),
        0.9 + 0.3 * Math.cos(7 * t),
        90 * Math.sin(4 * t),
        60 * Math.cos(2.3 * t),
        -45 * Math.sin(6 * t),
      ],
);
const STILL: MotionSource = sourceOf("physical", () => [0, 0, 1, 0, 0, 0]);
const RATE_HZ = PREPROCESSING.sampleRateHz;

let module: WebAssembly.Module;

beforeAll(async () => {
  // Undefined behaviour traps, and a trap is a finding.
  const compiled = await compileToWasm(twinSources(smallProject("bandx-esp32")), {
    cacheFolder: null,
    sanitize: true,
  });
  module = compiled.module;
});

interface Run {
  readonly band: Band;
  readonly frames: { readonly frame: Frame; readonly seconds: number }[];
  proof(): Proof;
  events(name: string): readonly Readonly<Record<string, unknown>>[];
  /** The picture at a time, as text. */
  screen(seconds: number): string;
}

function run(
  seconds: number,
  options: {
    readonly source?: MotionSource;
    readonly faults?: readonly string[];
    readonly presses?: readonly Press[];
    readonly settings?: Partial<HostSettings>;
    readonly module?: WebAssembly.Module;
  } = {},
): Run {
  const host = hostOf({
    sensor: { source: options.source ?? WRIST },
    button: new SimulatedButton(options.presses ?? [], 3),
    seed: 1,
    ...options.settings,
  });
  installFaults(host, (options.faults ?? []).map(parseFault));
  const frames: Run["frames"] = [];
  host.onFrame = (frame, micros) => frames.push({ frame, seconds: micros / 1e6 });
  const band = new Band(options.module ?? module, host);
  band.run(seconds);
  return {
    band,
    frames,
    proof: () => prove(host.lines, host.sensor.fifo.log, GRAPH, RULE),
    events: (name) => host.lines.flatMap(({ json }) => (json?.["event"] === name ? [json] : [])),
    screen: (at) => frameText(frames.filter((one) => one.seconds <= at).at(-1)!.frame),
  };
}

/** What `bandsmith emulate` would say of it, if these faults had been asked for. */
function verdict(day: Run, faults: readonly string[]): string[] {
  const { host } = day.band;
  const { counts, log } = host.sensor.fifo;
  return failuresOf({
    lines: host.lines,
    findings: host.findings,
    faults: faults.map(parseFault),
    proof: day.proof(),
    samples: accountSamples(counts, log, host.lines),
    deafSeconds: deafSeconds(host.lines, host.clock.micros / 1e6, faults.length > 0),
    stackGrowthBytes: 0,
  });
}

const press = (...seconds: number[]): Press[] =>
  seconds.map((fromSeconds) => ({ fromSeconds, toSeconds: fromSeconds + 0.2 }));

describe("on a good day", () => {
  it("every window's input and outputs are the reference's, none is missing, and every sample is accounted for", () => {
    const day = run(600);
    const proof = day.proof();
    expect(proof).toMatchObject({
      different: 0,
      wrongInputs: 0,
      wrongDecisions: 0,
      missing: 0,
      malformed: 0,
    });
    const samples = 600 * RATE_HZ;
    expect(proof.windows.length).toBeGreaterThan(
      (samples - 5 * RATE_HZ) / PREPROCESSING.strideSamples - PREPROCESSING.windowSamples,
    );
    const { fifo } = day.band.host.sensor;
    const account = accountSamples(fifo.counts, fifo.log, day.band.host.lines);
    expect(account.untold).toBe(0);
    expect(account.lost).toBe(0);
    expect(account.read + account.waiting).toBe(account.produced);
    expect(day.band.host.findings).toEqual([]);
  });

  it("a changed output would be noticed", () => {
    const day = run(60);
    const tampered = day.band.host.lines.map((line) =>
      line.json?.["event"] === "window" && line.json["window"] === 5
        ? { ...line, json: { ...line.json, output: (line.json["output"] as number[]).map((v) => v ^ 1) } }
        : line,
    );
    const proof = prove(tampered, day.band.host.sensor.fifo.log, GRAPH, RULE);
    expect(proof.different).toBe(PREPROCESSING.labels.length);
    const without = tampered.filter(({ json }) => json?.["window"] !== 6);
    // The one that is gone shifts the count of those after it.
    expect(prove(without, day.band.host.sensor.fifo.log, GRAPH, RULE).malformed).toBeGreaterThan(0);
    const changed = (change: object): Proof =>
      prove(
        day.band.host.lines.map((line) =>
          line.json?.["window"] === 7 ? { ...line, json: { ...line.json, ...change } } : line,
        ),
        day.band.host.sensor.fifo.log,
        GRAPH,
        RULE,
      );
    expect(changed({ output: [] }).malformed).toBeGreaterThan(0);
    expect(changed({ input: "00000000" }).wrongInputs).toBe(1);
    for (const change of [{ label: "nonsense" }, { confidence: 101 }, { shown: "nonsense" }]) {
      expect(changed(change).wrongDecisions).toBe(1);
    }
  });

  it("answers the golden windows at every start, and tests its sensor at the first", () => {
    const day = run(30, { faults: ["restart@20s"] });
    expect(day.events("self-check").map((json) => json["different"])).toEqual([0, 0]);
    expect(day.events("self-test").map((json) => json["detail"])).toEqual(["passed"]);
  });

  it.each([0x70, 0x72, 0x98])("works with a chip that answers WHO_AM_I with %i", (whoAmI) => {
    const day = run(60, { settings: { sensor: { source: WRIST, whoAmI } } });
    expect(day.events("self-test")[0]!["detail"]).toBe("not available");
    expect(day.proof()).toMatchObject({ different: 0, wrongInputs: 0, missing: 0 });
    expect(day.proof().windows.length).toBeGreaterThan(20);
  });

  it("tests a sensor that was not there at first once it is, and shows a dark display's owner that it is gone", () => {
    const tests = (source: MotionSource): unknown[] =>
      run(30, { source, faults: ["unplug:sensor@0s-10s"] })
        .events("self-test")
        .map((json) => json["detail"]);
    expect(tests(STILL)).toEqual(["passed"]);
    // On a lively wrist it cannot tell.
    expect(tests(WRIST)).toEqual(["moved"]);
    const gone = run(120, { faults: ["unplug:sensor@100s"] });
    expect(gone.frames.filter(({ seconds }) => seconds > 100).some(({ frame }) => frame.isOn)).toBe(true);
  });

  it("says where the sensor's self-test fails", () => {
    const sensor = { source: STILL, selfTestDeviation: [0, 0, 0.2, 0, 0, 0] };
    const day = run(10, { settings: { sensor } });
    expect(day.events("self-test")[0]!["detail"]).toBe("deviates");
    expect(verdict(day, [])).toEqual(["1 self-tests of the sensor that deviate, with no fault to blame"]);
    // With a disturbed bus it may be the bus.
    expect(verdict(day, ["bit-errors:1e-3@0s-5s"])).toEqual([]);
  });

  it("fails a run whose sensor stays away, if no fault keeps it away", () => {
    const day = run(120, { settings: { sensor: { source: STILL, whoAmI: 0xea } } });
    expect(verdict(day, [])).toEqual(["120 seconds at the end without a window or a reason"]);
    expect(verdict(day, ["who-am-i:0xEA"])).toEqual([]);
  });

  it("finds the gyroscope's bias at rest, keeps it, and subtracts it", () => {
    const biased = sourceOf("physical", (t) => {
      const values = new Float64Array(6);
      WRIST.at(t, values);
      return [...values].map((value, i) => (i === 3 ? value + 5 : i === 5 ? value - 3 : value));
    });
    const day = run(60, { source: biased, faults: ["restart@40s"] });
    const found = day.events("gyro-bias").map((json) => json["counts"]);
    // 16.4 counts a deg/s.
    expect(found[0]).toEqual([0, 0, 0]);
    expect(found[1]).toEqual([82, 0, -49]);
    expect(found[2]).toEqual([82, 0, -49]);
    expect(day.events("gyro-bias-wanted").length).toBe(1);
    expect(day.proof()).toMatchObject({ different: 0, wrongInputs: 0, missing: 0 });
  });

  it("does not take motion for a bias", () => {
    const turning = sourceOf("physical", (t) => [0.2 * Math.sin(t), 0, 1, 40 * Math.sin(2 * t), 0, 0]);
    const day = run(60, { source: turning });
    expect(day.events("gyro-bias").length).toBe(1);
    const turntable = sourceOf("physical", () => [0, 0, 1, 45, 0, 0]);
    expect(run(60, { source: turntable }).events("gyro-bias").length).toBe(1);
  });
});

describe("the display", () => {
  it("shows the activity, turns pages by the button, dims and goes off", () => {
    const day = run(120, { presses: press(20, 24, 28, 32) });
    expect(day.screen(19.9)).toMatchSnapshot("activity");
    expect(day.screen(23.9)).toMatch(/▀/);
    expect(day.screen(31.9)).toMatchSnapshot("battery");
    const contrasts = day.frames.filter(({ frame }) => frame.isOn).map(({ frame }) => frame.contrast);
    expect(contrasts).toContain(0xcf);
    expect(contrasts).toContain(0x01);
    const last = day.frames.at(-1)!;
    expect(last.frame.isOn).toBe(false);
    // 60 s after the last press.
    expect(last.seconds).toBeGreaterThan(91);
    expect(last.seconds).toBeLessThan(95);
  });

  it("a press wakes a display that is off, and does not turn the page", () => {
    const day = run(110, { presses: press(90) });
    const lit = day.frames.filter(({ seconds, frame }) => seconds > 89.9 && frame.isOn);
    expect(lit.length).toBeGreaterThan(0);
    expect(frameText(lit.at(-1)!.frame)).toContain(day.screen(60).split("\n")[1]!.slice(0, 16));
  });

  it("a long press on the totals counts from zero", () => {
    const day = run(200, { presses: [...press(20), { fromSeconds: 100, toSeconds: 102 }] });
    expect(day.events("totals-reset").length).toBe(1);
    const sums = day
      .events("totals")
      .map((json) => (json["seconds"] as number[]).reduce((a, b) => a + b, json["unknown"] as number));
    // Told once a minute: after 60, 120 and 180 s.
    expect(sums[0]).toBeGreaterThan(45);
    expect(sums[1]).toBeLessThan(25);
    expect(sums[2]).toBeGreaterThan(70);
  });
});

describe("a display of 128×32", () => {
  it("shows every page in half the rows", async () => {
    const input = projectInput("bandx-esp32");
    const board = { ...input.board, display: { ...input.board.display, height: 32 as const } };
    const compiled = await compileToWasm(twinSources(generateProject({ ...input, board })), {
      cacheFolder: null,
    });
    const day = run(50, {
      module: compiled.module,
      presses: press(20, 26, 32),
      settings: { glass: GLASS_128X32, battery: () => 3900 },
    });
    for (const [page, at] of [
      ["activity", 19.9],
      ["totals", 25.9],
      ["motion", 31.9],
      ["battery", 40],
    ] as const) {
      expect(day.screen(at)).toMatchSnapshot(page);
    }
    expect(day.band.host.display.complaints).toEqual([]);
  });
});

describe("rest", () => {
  it("waits for motion when nothing moves, and is back within two seconds", () => {
    const night = sourceOf("physical", (t) =>
      t < 400 ? [0, 0, 1, 0, 0, 0] : [0.5 * Math.sin(5 * t), 0, 1, 50, 0, 0],
    );
    const day = run(460, { source: night, settings: { isInterruptWired: true } });
    expect(day.events("standby").length).toBe(1);
    const [awake] = day.events("awake");
    expect(awake!["detail"]).toBe("motion");
    const at = day.band.host.lines.find(({ json }) => json?.["event"] === "awake")!.atMicros / 1e6;
    expect(at).toBeGreaterThan(400);
    expect(at).toBeLessThan(402);
    expect(day.events("totals").at(-1)!["still"]).toBeGreaterThan(250);
    expect(day.proof()).toMatchObject({ different: 0, wrongInputs: 0, missing: 0 });
  });

  it("wakes without the sensor's interrupt line as well, and by the button", () => {
    const night = sourceOf("physical", (t) =>
      t < 300 ? [0, 0, 1, 0, 0, 0] : [0.5 * Math.sin(5 * t), 0, 1, 0, 0, 0],
    );
    const unwired = run(320, { source: night, settings: { isInterruptWired: false } });
    expect(unwired.events("awake")[0]!["detail"]).toBe("motion");
    const pressed = run(210, { source: STILL, presses: press(200) });
    expect(pressed.events("awake")[0]!["detail"]).toBe("button");
    // Still the page that was left: a press on a dark display only lights it.
    expect(pressed.screen(209).split("\n")[3]!.slice(0, 40)).toBe(
      pressed.screen(59).split("\n")[3]!.slice(0, 40),
    );
  });

  it("sleeps most of the time", () => {
    const { host } = run(300).band;
    expect(host.sleptMicros / host.clock.micros).toBeGreaterThan(0.9);
  });

  it("keeps the totals through a restart, all but the last minutes", () => {
    const day = run(700, { faults: ["restart@650s"] });
    expect(day.events("totals-loaded").map((json) => json["detail"])).toEqual([
      "none of this network",
      "yes",
    ]);
    const totals = day.events("totals").at(-1)!;
    const seconds = (totals["seconds"] as number[]).reduce((a, b) => a + b, totals["unknown"] as number);
    expect(seconds).toBeGreaterThan(550);
  });

  it("does not light the display for an empty cell that nobody looks at", () => {
    const night = run(1200, { source: STILL, settings: { battery: (t) => (t < 600 ? 3900 : 3400) } });
    expect(night.events("standby").length).toBe(1);
    expect(night.events("battery-low").length).toBe(1);
    expect(night.frames.at(-1)!.frame.isOn).toBe(false);
  });

  it("sleeps with a button that is stuck, and says so", () => {
    const stuck = run(300, { presses: [{ fromSeconds: 20, toSeconds: 250 }] });
    expect(stuck.events("button-stuck").length).toBe(1);
    expect(stuck.events("button-free").length).toBe(1);
    const { host } = stuck.band;
    expect(host.sleptMicros / host.clock.micros).toBeGreaterThan(0.8);
  });

  it("does not write over totals that it could not read", () => {
    const day = run(1100, { faults: ["restart@700s", "store-reads-fail@699s-703s", "restart@1060s"] });
    const seconds = day
      .events("totals")
      .map((json) => (json["seconds"] as number[]).reduce((a, b) => a + b, json["unknown"] as number));
    expect(day.events("store-failed").map((json) => json["detail"])).toContain("reading totals");
    // After the last start: what the first stretch counted, and the second.
    expect(seconds.at(-1)!).toBeGreaterThan(850);
  });

  it("says when the cell is nearly empty, once", () => {
    const day = run(400, { settings: { battery: (t) => (t < 200 ? 3900 : 3400) } });
    expect(day.events("battery-low").length).toBe(1);
  });
});

describe("every fault is survived, and none is silent", () => {
  let lines: readonly LogLine[];
  beforeAll(() => {
    lines = run(180).band.host.lines;
  });

  it("without one, nothing is told that a fault would be told by", () => {
    expect(FAULT_CASES.filter(({ tells }) => tells(lines)).map(({ fault }) => fault)).toEqual([]);
  });

  it("a fault of the whole run is not survived where windows stay away for two seconds, nor where they end", () => {
    const whole = { endsAtSeconds: null };
    const broken = run(180, { faults: ["nack:sensor@60s-62s"] }).band.host.lines;
    expect(aftermath(whole, broken, lines, 180).survived).toBe(false);
    const ended = run(180, { faults: ["unplug:sensor@160s"] }).band.host.lines;
    expect(aftermath(whole, ended, lines, 180).survived).toBe(false);
    expect(aftermath(whole, [], lines, 180)).toEqual({ seconds: null, survived: false });
    expect(aftermath(whole, lines, lines, 180).survived).toBe(true);
  });

  it.each(FAULT_CASES)("$fault: $what", ({ fault, tells, endsAtSeconds, corrupts }) => {
    const day = run(180, { faults: [fault] });
    const { host } = day.band;
    expect(tells(host.lines)).toBe(true);
    expect(aftermath({ endsAtSeconds }, host.lines, lines, 180)).toMatchObject({ survived: true });
    const account = accountSamples(host.sensor.fifo.counts, host.sensor.fifo.log, host.lines);
    expect(account.untold).toBe(0);
    expect(host.findings.filter(({ kind }) => kind !== "watchdog")).toEqual([]);
    if (corrupts !== true) {
      expect(day.proof()).toMatchObject({
        different: 0,
        wrongInputs: 0,
        wrongDecisions: 0,
        missing: 0,
        malformed: 0,
      });
    }
  });
});
