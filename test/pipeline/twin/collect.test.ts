// From the simulated sensor to a folder of recordings and back: live and out of saved lines, every count.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { generateProject } from "../../../src/codegen/generate-project.ts";
import { loadDataset } from "../../../src/data/load.ts";
import { decodeSampleBlock } from "../../../src/device/sample-block.ts";
import { Band } from "../../../src/emulate/band.ts";
import type { BandHost } from "../../../src/emulate/host.ts";
import { sourceOf } from "../../../src/emulate/motion-source.ts";
import { SampleLog } from "../../../src/emulate/sample-log.ts";
import { type CollectOptions, collect } from "../../../src/pipeline/collect/collect.ts";
import { collectFromLog } from "../../../src/pipeline/collect/from-log.ts";
import { defaultBand } from "../../../src/pipeline/data.ts";
import { compare } from "../../../src/pipeline/twin/ask-samples.ts";
import { compileToWasm } from "../../../src/pipeline/twin/compile-wasm.ts";
import { emulateWithLines } from "../../../src/pipeline/twin/emulate.ts";
import { twinSources } from "../../../src/pipeline/twin/sources.ts";
import { mapAxes } from "../../../src/signal/frontend.ts";
import { ACCEL_SCALE, GYRO_SCALE, toCounts } from "../../../src/signal/mpu6050.ts";
import { learnInput, PREPROCESSING, projectInput } from "../../codegen/small-project.ts";
import { hostOf } from "../../emulate/support.ts";
import { writeTree } from "../../support/write-tree.ts";

/** With all that may stand beside it. */
const PROJECT = generateProject({
  ...projectInput("bandx-esp32"),
  wrist: "other",
  collect: true,
  learn: learnInput(),
});
const WRIST = sourceOf("physical", (t) =>
  t < 12
    ? [0, 0, 1, 3, -2, 1]
    : [
        0.1 + 0.6 * Math.sin(5 * t),
        0.4 * Math.sin(3.1 * t),
        0.9,
        90 * Math.sin(4 * t),
        -2,
        -45 * Math.sin(6 * t),
      ],
);

let module: WebAssembly.Module;
beforeAll(async () => {
  module = (await compileToWasm(twinSources(PROJECT), { cacheFolder: null })).module;
});

let folder = "";
let out = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "bandsmith-collect-"));
  out = path.join(folder, "recordings");
  writeTree(folder, PROJECT);
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
});

/** The twin on the port, and its time as the computer's. */
function liveWith(changes: Partial<CollectOptions> = {}, through = (line: string): string | null => line) {
  const host = hostOf({ sensor: { source: WRIST } });
  const band = new Band(module, host);
  band.run(16);
  let waited = 16_000;
  const coming: string[] = [];
  host.onLine = ({ text }) => {
    const line = through(text);
    if (line !== null) coming.push(line);
  };
  const phases: string[] = [];
  const done = collect({
    project: folder,
    subject: "anna",
    activities: ["walking", "sitting, or so"],
    out,
    port: "twin",
    seconds: 3,
    countdownSeconds: 0,
    isUnattended: true,
    log: undefined,
    orders: () => [],
    onPhase: (phase, activity) => phases.push(`${phase} ${activity ?? "-"}`),
    onTake: () => undefined,
    onView: () => undefined,
    open: () => ({
      send: (text) => {
        host.serialInput.send(text);
      },
      lines() {
        return coming.splice(0);
      },
      close: () => undefined,
    }),
    time: {
      millis: () => waited,
      pause(millis) {
        // A turn of the band that sleeps takes half a second at once.
        band.run((waited += millis) / 1000);
        return Promise.resolve();
      },
    },
    ...changes,
  });
  return { host, done, phases };
}

/** Raw counts of the wearer's chip as the file must have them. */
function expectedCounts(host: BandHost, row: number, bias: readonly number[]): number[] {
  const counts = Int16Array.from(host.sensor.fifo.log.countsOf(row));
  for (let axis = 0; axis < 3; axis++) counts[3 + axis]! -= bias[axis]!;
  mapAxes(counts, PREPROCESSING.sensor.axes, 1);
  return [...counts];
}

/** Counts of recordings, as training would take them. */
async function readBack(file: string): Promise<number[][]> {
  const band = defaultBand({
    path: file,
    format: "recordings",
    accel: undefined,
    gyro: undefined,
    repeatedStamps: "error",
  });
  const { recordings } = await loadDataset(band.data, "/");
  return recordings.flatMap(({ values }) =>
    Array.from({ length: values.length / 6 }, (_, row) =>
      Array.from(values.subarray(row * 6, row * 6 + 6), (value, c) =>
        toCounts(value, c < 3 ? ACCEL_SCALE[8].countsPerG : GYRO_SCALE[2000].countsPerDps),
      ),
    ),
  );
}

function biasOf(host: BandHost): number[] {
  return host.lines
    .flatMap(({ json }) => (json?.["event"] === "gyro-bias" ? [json["counts"] as number[]] : []))
    .at(-1)!;
}

describe("recordings off the twin", () => {
  it("are the sensor's samples, file by file and count by count, for whoever loads them", async () => {
    const views: number[] = [];
    const { host, done, phases } = liveWith({ onView: ({ rateHz }) => views.push(rateHz) });
    const result = await done;
    expect(result).toMatchObject({
      subject: "anna",
      gaps: [],
      lost: 0,
      damaged: 0,
      interrupted: false,
      dropped: null,
    });
    expect(
      result.recordings.map(({ file, samples, seconds }) => [path.basename(file), samples, seconds]),
    ).toEqual([
      ["subject_anna_walking.csv", 60, 3],
      ["subject_anna_sitting-or-so.csv", 60, 3],
    ]);
    expect(result.recordings[0]!.windows).toBe(Math.floor((60 - 20) / 10) + 1);
    expect(phases.at(-1)).toBe("done -");
    expect(views.at(-1)).toBeGreaterThan(15);
    expect(views.at(-1)).toBeLessThan(25);
    const bias = biasOf(host);
    expect(bias.some((count) => count !== 0)).toBe(true);
    let row = 0;
    for (const { file } of result.recordings) {
      const counts = await readBack(file);
      expect(counts.length).toBe(60);
      const isHere = (at: number): boolean =>
        counts.every((sample, i) =>
          expectedCounts(host, at + i, bias).every((count, c) => count === sample[c]),
        );
      while (row + 60 <= host.sensor.fifo.log.length && !isHere(row)) row++;
      expect(row + 60).toBeLessThanOrEqual(host.sensor.fifo.log.length);
    }
    // The folder is one that every command reads.
    const whole = await loadDataset({ ...bandData(out) }, "/");
    expect(new Set(whole.recordings.map(({ subject }) => subject))).toEqual(new Set(["anna"]));
    expect(
      whole.recordings
        .map(({ labelNames }) => labelNames)
        .flat()
        .sort(),
    ).toEqual(["sitting, or so", "walking"]);
  });

  it("are numbered and never written over, and subjects that a file name cannot carry are in the rows", async () => {
    const settings = { activities: ["walking"], seconds: 1, subject: "Anna-Lena Ö" };
    const first = await liveWith(settings).done;
    const before = readFileSync(first.recordings[0]!.file);
    const second = await liveWith(settings).done;
    expect(readdirSync(out).sort()).toEqual([
      "dataset.yaml",
      "subject_Anna-Lena-_walking.csv",
      "subject_Anna-Lena-_walking_2.csv",
    ]);
    expect(readFileSync(first.recordings[0]!.file)).toEqual(before);
    const { recordings } = await loadDataset(bandData(out), "/");
    expect(recordings.map(({ subject }) => subject)).toEqual(["Anna-Lena Ö", "Anna-Lena Ö"]);
    expect(second.recordings.length).toBe(1);
  });

  it("stand beside files that are not named by subjects without hiding them", async () => {
    mkdirSync(out);
    writeFileSync(path.join(out, "dataset.yaml"), "name: mine\nunits: {accel: g, gyro: deg/s}\n");
    writeFileSync(
      path.join(out, "berta.csv"),
      `t_ms,ax,ay,az,gx,gy,gz,label,session\n${Array.from({ length: 50 }, (_, i) => `${i * 50},0,0,1,0,0,0,rest,1`).join("\n")}\n`,
    );
    await liveWith({ activities: ["walking"], seconds: 1 }).done;
    const { recordings, ignoredFiles } = await loadDataset(bandData(out), "/");
    expect(new Set(recordings.map(({ subject }) => subject))).toEqual(new Set(["anna", "berta"]));
    expect(ignoredFiles).toEqual([]);
  });

  it("are parted where a line was lost, which is said", async () => {
    let seen = 0;
    const { done } = liveWith({ activities: ["walking"] }, (line) =>
      line.includes('"samples"') && ++seen === 6 ? null : line,
    );
    const { recordings, gaps, lost } = await done;
    expect([gaps, lost]).toEqual([[{ why: "lines", samples: 5 }], 5]);
    expect(recordings[0]).toMatchObject({ samples: 60, gaps: 1, lost: 5 });
    const { recordings: read } = await loadDataset(bandData(out), "/");
    expect(read.map(({ session }) => session)).toEqual(["1", "2"]);
  });

  it("that are complete stay when somebody interrupts, and nothing else", async () => {
    let views = 0;
    const { done } = liveWith({
      seconds: 1,
      activities: ["walking", "sitting"],
      orders: () =>
        readdirSafe(out).some((name) => name.includes("walking")) && ++views > 5 ? ["interrupt"] : [],
    });
    const result = await done;
    expect([result.interrupted, result.dropped]).toEqual([true, "sitting"]);
    expect(readdirSync(out).sort()).toEqual(["dataset.yaml", "subject_anna_walking.csv"]);
  });

  it("are the same out of the lines that were saved", async () => {
    const log = path.join(folder, "lines.txt");
    const { done } = liveWith({ activities: ["walking"], log });
    const { recordings } = await done;
    const live = await readBack(recordings[0]!.file);
    const saved = collectFromLog({
      project: folder,
      subject: "anna",
      activities: ["walking"],
      out,
      file: log,
      marks: false,
    });
    const all = await readBack(saved.recordings[0]!.file);
    expect(path.basename(saved.recordings[0]!.file)).toBe("subject_anna_walking_2.csv");
    // The log begins before the recording, and ends after it.
    const from = all.findIndex((_, at) => live.every((sample, i) => sample.join() === all[at + i]?.join()));
    expect(from).toBeGreaterThanOrEqual(0);
    await expect(liveWith({ log }).done).rejects.toMatchObject({ code: "collect/log-exists" });
  });
});

describe("saved lines of bandsmith emulate", () => {
  it("are proved against the sensor, and parted by the button's presses", async () => {
    const file = path.join(folder, "lines.txt");
    const { report, lines } = await emulateWithLines({
      project: folder,
      recording: null,
      loop: false,
      untilSeconds: 30,
      faults: [],
      presses: ["10s", "20s"],
      framesFolder: null,
      collect: true,
      serialFile: file,
      compiler: null,
      sanitize: false,
      seed: undefined,
      onEvent: () => undefined,
    });
    expect(report.failures).toEqual([]);
    expect(report.collected).toMatchObject({ different: 0 });
    expect(report.collected!.told).toBeGreaterThan(25 * 20);
    const plan = { project: folder, subject: "anna", out, file };
    const { recordings } = collectFromLog({ ...plan, activities: ["a", "b", "c"], marks: true });
    expect(recordings.map(({ activity }) => activity)).toEqual(["a", "b", "c"]);
    expect(recordings[1]!.seconds).toBeGreaterThan(9.5);
    expect(recordings[1]!.seconds).toBeLessThan(10.5);
    expect(recordings.reduce((sum, { samples }) => sum + samples, 0)).toBe(report.collected!.told);
    expect(() => collectFromLog({ ...plan, activities: ["a", "b"], marks: true })).toThrow("pressed 2 times");

    // The comparison sees a count that is other, and samples in another order.
    const blocks = lines.flatMap(({ json }) =>
      json?.["event"] === "samples" ? [decodeSampleBlock(json)!] : [],
    );
    const log = new SampleLog();
    for (const { counts } of blocks)
      for (let i = 0; i < counts.length; i += 6) log.add(counts, i, 0, 0, 0, 0, Number.NaN);
    expect(compare(blocks, log)).toEqual({ told: report.collected!.told, different: 0 });
    log.counts[6 * 7 + 3]! ^= 1;
    expect(compare(blocks, log).different).toBe(5);
  });
});

function bandData(folder: string) {
  return defaultBand({
    path: folder,
    format: "recordings",
    accel: undefined,
    gyro: undefined,
    repeatedStamps: "error",
  }).data;
}

function readdirSafe(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
