// Raw samples over the serial port of the whole firmware: what arrives is what the driver took out of the sensor, to the bit.
import { beforeAll, describe, expect, it } from "vitest";
import type { FileTree } from "../../src/codegen/file-tree.ts";
import { generateProject } from "../../src/codegen/generate-project.ts";
import { commandLine } from "../../src/device/head-push.ts";
import type { SampleBlock } from "../../src/device/sample-block.ts";
import { type Gap, SampleFollower } from "../../src/device/sample-follower.ts";
import { type RequestEnd, SampleRequest } from "../../src/device/sample-request.ts";
import { Band } from "../../src/emulate/band.ts";
import { SimulatedButton } from "../../src/emulate/button.ts";
import { installFaults } from "../../src/emulate/fault-plan.ts";
import { parseFault } from "../../src/emulate/faults.ts";
import { type Frame, frameText } from "../../src/emulate/frame.ts";
import type { BandHost, HostSettings } from "../../src/emulate/host.ts";
import { sourceOf } from "../../src/emulate/motion-source.ts";
import { prove } from "../../src/emulate/proof.ts";
import { compileToWasm } from "../../src/pipeline/twin/compile-wasm.ts";
import { twinSources } from "../../src/pipeline/twin/sources.ts";
import { manifestSchema } from "../../src/spec/manifest.ts";
import { seededRandom } from "../../src/util/random.ts";
import { PREPROCESSING, projectInput, smallGraph } from "../codegen/small-project.ts";
import { hostOf } from "./support.ts";

const INPUT = projectInput("bandx-esp32");
const WITHOUT = generateProject(INPUT);
const WITH = generateProject({ ...INPUT, collect: true });
const MODEL = manifestSchema.parse(JSON.parse(WITH.get("bandsmith.json") as string)).model;
const RULE = { smoothWindows: 3, unknownBelowPercent: 50, wrist: 0 } as const;
const SOUND = { different: 0, wrongInputs: 0, missing: 0, malformed: 0, wrongDecisions: 0 };
const WRIST = sourceOf("physical", (t) => [
  0.1 + 0.6 * Math.sin(5 * t),
  0.4 * Math.sin(3.1 * t),
  0.9 + 0.3 * Math.cos(7 * t),
  90 * Math.sin(4 * t),
  60 * Math.cos(2.3 * t),
  -45 * Math.sin(6 * t),
]);
/** Rest with a bias of the gyroscope, then motion. */
const BIASED = sourceOf("physical", (t) =>
  t < 10 ? [0, 0, 1, 3, -2, 1] : [0.4 * Math.sin(t), 0, 1, 30, 8, 1],
);
const STILL = sourceOf("physical", () => [0, 0, 1, 0, 0, 0]);

const options = { cacheFolder: null, sanitize: true } as const;
let module: WebAssembly.Module;
let moduleWithout: WebAssembly.Module;
/** Of the program with and without. */
let bytes: readonly Uint8Array[];
beforeAll(async () => {
  const made = await compileToWasm(twinSources(WITH), options);
  const without = await compileToWasm(twinSources(WITHOUT), options);
  module = made.module;
  moduleWithout = without.module;
  bytes = [made.bytes, without.bytes];
});

interface Desk {
  readonly band: Band;
  readonly host: BandHost;
  readonly run: (seconds: number) => void;
  readonly blocks: readonly SampleBlock[];
  readonly gaps: readonly Gap[];
  readonly damaged: () => number;
  readonly request: SampleRequest;
  /** From now on. */
  readonly start: () => void;
  readonly stop: () => RequestEnd | null;
  readonly events: (name: string) => readonly Readonly<Record<string, unknown>>[];
}

/** @param through a serial line of the band's, as it arrives; null where it does not */
function desk(
  settings: Partial<HostSettings> = {},
  {
    through = (text) => text,
    model = MODEL,
    of = module,
  }: { through?: (text: string) => string | null; model?: string; of?: WebAssembly.Module } = {},
): Desk {
  const host = hostOf({ sensor: { source: WRIST }, ...settings });
  const band = new Band(of, host);
  const millis = (): number => host.clock.micros / 1000;
  const blocks: SampleBlock[] = [];
  const gaps: Gap[] = [];
  const follower = new SampleFollower();
  let damaged = 0;
  const request = new SampleRequest(
    {
      send: (text) => {
        host.serialInput.send(text);
      },
      onBlock(block) {
        const gap = follower.follow(block);
        if (gap !== null) gaps.push(gap);
        blocks.push(block);
      },
      onDamaged: () => damaged++,
    },
    model,
    65_534,
  );
  host.onLine = ({ text }) => {
    const arrived = through(text);
    if (arrived?.startsWith("{") !== true) return;
    try {
      request.line(JSON.parse(arrived) as Readonly<Record<string, unknown>>, millis());
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  };
  const tick = (): void => {
    request.tick(millis());
    if (request.end === null) host.clock.at(host.clock.micros + 200_000, tick);
  };
  const run = (seconds: number): void => {
    band.run(host.clock.micros / 1e6 + seconds);
  };
  return {
    band,
    host,
    run,
    blocks,
    gaps,
    request,
    damaged: () => damaged,
    start() {
      // The chip sleeps half a second at a time.
      host.clock.at(host.clock.micros + 100_000, () => {
        request.start(millis());
        tick();
      });
    },
    stop() {
      request.stop(millis());
      run(5);
      return request.end;
    },
    events: (name) => host.lines.flatMap(({ json }) => (json?.["event"] === name ? [json] : [])),
  };
}

const allCounts = (blocks: readonly SampleBlock[]): number[] => blocks.flatMap(({ counts }) => [...counts]);

/** Where the log has these counts, as rows; −1 where it has not. */
function rowOf({ host }: Desk, counts: readonly number[]): number {
  const { log } = host.sensor.fifo;
  const samples = counts.length / 6;
  for (let row = 0; row + samples <= log.length; row++) {
    if (counts.every((count, i) => log.counts[row * 6 + i] === count)) return row;
  }
  return -1;
}

describe("samples on the serial port", () => {
  it("are those that the driver read, from the first to the last, and the windows are proved all the while", () => {
    const one = desk();
    one.run(6);
    one.start();
    one.run(30);
    expect(one.stop()).toEqual({ kind: "ended", sent: allCounts(one.blocks).length / 6 });
    expect(one.gaps).toEqual([]);
    const counts = allCounts(one.blocks);
    expect(counts.length / 6).toBeGreaterThan(28 * PREPROCESSING.sampleRateHz);
    expect(rowOf(one, counts)).toBeGreaterThan(0);
    expect(prove(one.host.lines, one.host.sensor.fifo.log, smallGraph(), RULE)).toMatchObject(SOUND);
    expect(one.host.findings).toEqual([]);
    // Nothing comes unasked, before or after.
    const sent = one.events("samples").length;
    expect(sent).toBe(one.blocks.length);
    one.run(10);
    expect(one.events("samples").length).toBe(sent);
  });

  it("carry the bias that the network's are corrected by", () => {
    const one = desk({ sensor: { source: BIASED } });
    one.run(1);
    one.start();
    one.run(19);
    one.stop();
    expect(one.gaps).toEqual([{ why: "bias", samples: 0 }]);
    const told = one.events("gyro-bias").map(({ counts }) => counts);
    expect(told.length).toBe(2);
    expect([...one.blocks.at(-1)!.bias]).toEqual(told.at(-1));
    expect([...one.blocks[0]!.bias]).toEqual([0, 0, 0]);
    expect(told.at(-1)).not.toEqual([0, 0, 0]);
    // The counts themselves are as the chip gave them.
    expect(rowOf(one, allCounts(one.blocks))).toBeGreaterThanOrEqual(0);
  });

  it("that are lost or damaged on the way are missed, by number", () => {
    const random = seededRandom("bad cable");
    const missing: number[] = [];
    let isBad = false;
    const one = desk(
      {},
      {
        through(text) {
          if (!isBad || !text.includes('"samples"') || random.uniform() > 0.2) return text;
          missing.push(text.length);
          if (random.uniform() < 0.5) return null;
          const at = 30 + random.integer(60);
          return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
        },
      },
    );
    one.run(6);
    one.start();
    one.run(3);
    isBad = true;
    one.run(40);
    isBad = false;
    one.run(3);
    const end = one.stop();
    const arrived = allCounts(one.blocks).length / 6;
    const lost = one.gaps.reduce((sum, { samples }) => sum + samples, 0);
    expect(missing.length).toBeGreaterThan(10);
    expect(one.damaged()).toBeGreaterThan(3);
    expect(lost).toBe(5 * missing.length);
    expect(new Set(one.gaps.map(({ why }) => why))).toEqual(new Set(["lines"]));
    expect(end).toEqual({ kind: "ended", sent: arrived + lost });
    // What did arrive is what was sent, block by block.
    for (const { counts } of one.blocks) expect(rowOf(one, [...counts])).toBeGreaterThan(0);
  });

  it("that the sensor itself loses begin anew", () => {
    const one = desk();
    installFaults(one.host, [parseFault("unplug:sensor@20s-23s")]);
    one.run(6);
    one.start();
    one.run(30);
    one.stop();
    expect(one.gaps).toEqual([{ why: "sensor", samples: 0 }]);
  });

  it("begin anew after a restart, and say so", () => {
    const one = desk();
    one.run(6);
    one.start();
    one.run(10);
    one.band.restart("powerOn");
    one.run(15);
    expect(one.stop()).toMatchObject({ kind: "ended" });
    expect(one.gaps).toEqual([{ why: "band", samples: 0 }]);
    // 65534, 65535: the number after the largest would be 1.
    expect(new Set(one.blocks.map(({ run }) => run))).toEqual(new Set([65_534, 65_535]));
  });

  it("stop a few seconds after who asked for them has gone", () => {
    let isDeaf = false;
    const one = desk();
    const input = one.host.serialInput;
    const send = input.send.bind(input);
    input.send = (text) => {
      if (!isDeaf) send(text);
    };
    one.run(6);
    one.start();
    one.run(10);
    isDeaf = true;
    one.run(20);
    expect(one.request.end).toEqual({ kind: "silent", heard: true });
    expect(one.events("collect").at(-1)).toMatchObject({ detail: "left" });
    const seconds = allCounts(one.blocks).length / 6 / PREPROCESSING.sampleRateHz;
    // The first question woke the band and was asked again after 1.5 s.
    expect(seconds).toBeGreaterThan(12.5);
    expect(seconds).toBeLessThan(15);
  });

  it("wake a band in standby, keep one that lies still awake, and are told on the screen", () => {
    const frames: Frame[] = [];
    const one = desk({ sensor: { source: STILL } });
    one.run(140);
    expect(one.events("standby").length).toBe(1);
    one.host.onFrame = (frame) => frames.push(frame);
    one.start();
    one.run(140);
    expect(one.events("awake").map(({ detail }) => detail)).toEqual(["collect"]);
    expect(one.events("standby").length).toBe(1);
    expect(one.gaps).toEqual([]);
    const shown = frames.at(-1)!;
    expect([shown.isOn, shown.contrast]).toEqual([true, Math.max(...frames.map(({ contrast }) => contrast))]);
    expect(frameText(shown)).toMatchSnapshot();
    one.stop();
    expect(frameText(frames.at(-1)!)).not.toBe(frameText(shown));
  });

  it("carry the presses of the button, which turn no page meanwhile", () => {
    const presses = [10, 12.3].map((at) => ({ fromSeconds: at, toSeconds: at + 0.2 }));
    const one = desk({ button: new SimulatedButton(presses, 4) });
    one.run(6);
    one.start();
    one.run(10);
    one.stop();
    expect(one.gaps).toEqual([]);
    expect([...new Set(one.blocks.map(({ marks }) => marks))]).toEqual([0, 1, 2]);
    const first = one.blocks.find(({ marks }) => marks === 1)!;
    const row = rowOf(one, [...first.counts]);
    expect(one.host.sensor.fifo.log.takenMicros[row]! / 1e6).toBeGreaterThan(9.5);
    expect(one.host.sensor.fifo.log.takenMicros[row]! / 1e6).toBeLessThan(10.6);
  });

  it("are refused for another model, and unknown requests are answered so", () => {
    const other = desk({}, { model: "0123456789abcdef" });
    other.run(6);
    other.start();
    other.run(5);
    expect(other.request.end).toEqual({ kind: "otherModel", model: MODEL });
    other.run(5);
    const sent = other.events("samples").length;
    other.run(10);
    expect(other.events("samples").length).toBe(sent);

    const one = desk();
    one.run(6);
    one.host.serialInput.send(`\n\ncollect begin 1\n`);
    for (const command of [
      "begin",
      "begin 0",
      "begin 65536",
      "begin 1x",
      "begin 99999999999",
      "more",
      "end",
      "x",
    ]) {
      one.host.serialInput.send(commandLine(`collect ${command}`));
    }
    one.run(5);
    const details = one.events("collect").map(({ detail }) => detail);
    expect(new Set(details)).toEqual(new Set(["unknown", "idle", "ended"]));
    expect(one.events("samples").length).toBe(0);
  });
});

describe("a project without collect", () => {
  it("has other bytes in three files alone where samples may leave", () => {
    const different = (a: FileTree, b: FileTree): string[] =>
      [...a].filter(([file, text]) => b.get(file)?.toString() !== text.toString()).map(([file]) => file);
    expect(different(WITH, WITHOUT)).toEqual(["bandsmith.json", "include/band_config.h", "src/band.cpp"]);
    expect([...WITH.keys()]).toEqual([...WITHOUT.keys()]);
  });

  it("does not answer, and has no word of samples in its program", () => {
    const one = desk({}, { of: moduleWithout });
    one.run(6);
    one.start();
    one.run(15);
    expect(one.request.end).toEqual({ kind: "silent", heard: true });
    expect(one.events("collect")).toEqual([]);
    // The band's answer to who asks, which no other part of the program says.
    expect(bytes.map((program) => Buffer.from(program).includes("begun"))).toEqual([true, false]);
  });

  it("is refused at a rate that the serial port does not carry", () => {
    const fast = projectInput("bandx-esp32", { ...PREPROCESSING, sampleRateHz: 250 });
    expect(() => generateProject({ ...fast, collect: true })).toThrow("at most 200");
    expect(() => generateProject(fast)).not.toThrow();
  });
});
