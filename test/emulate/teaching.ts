// A stranger who teaches the twin: what is done on the wrist, what is pressed, and what the band says to it.

import path from "node:path";
import { generateProject, type ProjectInput } from "../../src/codegen/generate-project.ts";
import { loadDataset } from "../../src/data/load.ts";
import { Band } from "../../src/emulate/band.ts";
import { SimulatedButton } from "../../src/emulate/button.ts";
import type { SimulatedFlash } from "../../src/emulate/flash.ts";
import { type Frame, frameText } from "../../src/emulate/frame.ts";
import type { BandHost, HostSettings } from "../../src/emulate/host.ts";
import type { LearningRules } from "../../src/emulate/learning.ts";
import { looped, SENSOR_AXES, sourceOf } from "../../src/emulate/motion-source.ts";
import { type Proof, prove } from "../../src/emulate/proof.ts";
import { recordingSource } from "../../src/emulate/recording-source.ts";
import { decodeHeadFile } from "../../src/personalize/head-file.ts";
import { goldenOf } from "../../src/pipeline/head-file-checks.ts";
import { compileToWasm } from "../../src/pipeline/twin/compile-wasm.ts";
import { twinSources } from "../../src/pipeline/twin/sources.ts";
import type { Preprocessing } from "../../src/signal/preprocessing.ts";
import { dataSchema, type LearnSpec } from "../../src/spec/band.ts";
import { type Manifest, manifestSchema } from "../../src/spec/manifest.ts";
import { invariant } from "../../src/util/errors.ts";
import { sha256 } from "../../src/util/hash.ts";
import { learnInput, projectInput, smallMetric } from "../codegen/small-project.ts";
import { hostOf } from "./support.ts";

export interface School {
  readonly module: WebAssembly.Module;
  readonly input: ProjectInput;
  readonly manifest: Manifest;
  readonly rules: LearningRules;
}

/** A project whose band learns, compiled so that undefined behaviour traps. */
export async function schoolOf(
  preprocessing: Preprocessing,
  learn: Partial<LearnSpec>,
  changes: Partial<ProjectInput> = {},
): Promise<School> {
  const taught = learnInput(learn, preprocessing);
  const input: ProjectInput = {
    ...projectInput("bandx-esp32", preprocessing),
    learn: taught,
    ...changes,
  };
  const tree = generateProject(input);
  const manifest = manifestSchema.parse(JSON.parse(tree.get("bandsmith.json") as string));
  const { module } = await compileToWasm(twinSources(tree), { cacheFolder: null, sanitize: true });
  const modelHash = new Uint8Array(Buffer.from(sha256(input.tflite), "hex"));
  const metric = smallMetric(taught.general.features);
  const rules = { spec: taught.spec, modelHash, metric, golden: goldenOf(manifest.head!.goldenFeatures) };
  return { module, input, manifest, rules };
}

/** What a wrist does: six values at a time, g and deg/s, in the chip's axes. */
export type Motion = (seconds: number) => readonly number[];

export const RESTING: Motion = () => [0.1, 0, 0.995, 0, 0, 0];

const COUNTDOWN_SECONDS = 3;

export class Pupil {
  readonly band: Band;
  readonly host: BandHost;
  readonly school: School;
  private readonly button = new SimulatedButton([], 3);
  private doing: Motion = RESTING;
  private frame: Frame | null = null;

  constructor(school: School, settings: Partial<HostSettings> = {}) {
    this.school = school;
    const source = sourceOf("physical", (t) => this.doing(t));
    this.host = hostOf({ sensor: { source }, button: this.button, seed: 1, ...settings });
    this.host.onFrame = (frame) => {
      this.frame = frame;
    };
    this.band = new Band(school.module, this.host);
  }

  get seconds(): number {
    return this.host.clock.micros / 1e6;
  }

  run(seconds: number): void {
    this.band.run(this.seconds + seconds);
  }

  does(motion: Motion): void {
    this.doing = motion;
  }

  press(): void {
    this.down(0.2, 0.5);
  }

  hold(): void {
    this.down(1.8, 0.2);
  }

  /** While what the long press began has hardly begun. */
  holdAndPress(): void {
    this.down(1.55, 0);
    this.down(0.1, 0.1);
  }

  private down(forSeconds: number, afterwards: number): void {
    const fromSeconds = this.seconds + 0.05;
    this.button.add({ fromSeconds, toSeconds: fromSeconds + forSeconds });
    this.run(0.05 + forSeconds + afterwards);
  }

  /** From the page of activities. */
  begins(): void {
    this.run(10);
    this.hold();
  }

  /** Takes what stands on the display, and does it until it is recorded. */
  teaches(motion: Motion, seconds = COUNTDOWN_SECONDS + this.setSeconds() + 1): void {
    this.hold();
    this.does(motion);
    this.run(seconds);
  }

  /** From an activity's first sample to its last window. */
  setSeconds(): number {
    const { windowSamples, strideSamples, sampleRateHz } = this.school.input.graph.metadata!.preprocessing;
    const { windows, heldBack } = this.school.rules.spec;
    const dropped = Math.ceil(windowSamples / strideSamples) - 1;
    return (windowSamples + (windows + dropped + heldBack - 1) * strideSamples) / sampleRateHz;
  }

  /** The display, two rows of pixels a line. */
  screen(): string {
    return this.frame === null ? "" : frameText(this.frame);
  }

  /** The display; null before the first picture. */
  seen(): Frame | null {
    return this.frame;
  }

  events(name: string): readonly Readonly<Record<string, unknown>>[] {
    return this.host.lines.flatMap(({ json }) => (json?.["event"] === name ? [json] : []));
  }

  proof(): Proof {
    const { input, manifest, rules } = this.school;
    return prove(this.host.lines, this.host.sensor.fifo.log, input.graph, manifest, { learning: rules });
  }
}

export const LEARN = { windows: 6, heldBack: 3, activities: ["Neu"] };
/** Of a proof that finds nothing. */
export const SOUND = {
  different: 0,
  wrongInputs: 0,
  missing: 0,
  malformed: 0,
  wrongDecisions: 0,
  wrongLearning: 0,
};

/** Four ways of moving that this small network's features tell apart. */
export const MOTIONS: readonly Motion[] = [
  (t) => [0.4 * Math.sin(9 * t), 0.1, 0.9, 700, 20 * Math.sin(9 * t), 0],
  (t) => [0.1, 0.4 * Math.sin(21 * t), 0.9, 0, -800, 50 * Math.cos(21 * t)],
  (t) => [0.2, 0.3 * Math.sin(4 * t), 0.9, -30 * Math.cos(13 * t), 0, 900],
  (t) => [0.5 * Math.cos(30 * t), 0.5 * Math.sin(30 * t), 1, -600, 600, -500],
];
/** The newest head in flash: all of its file. */
export function headInFlash({ bytes }: SimulatedFlash): Uint8Array | null {
  const files = [0, bytes.length / 2].flatMap((slot) => {
    const view = new DataView(bytes.buffer, slot);
    if (view.getUint32(0, true) !== 0x5a3c96e1) return [];
    return [bytes.slice(slot + 16, slot + 16 + view.getUint32(16 + 8, true))];
  });
  const sequenceOf = (file: Uint8Array): number => decodeHeadFile(file, "flash").sequence;
  return files.sort((a, b) => sequenceOf(b) - sequenceOf(a))[0] ?? null;
}

/** How it ended, each time that it was taught. */
export function ended(pupil: Pupil): unknown[] {
  return pupil.events("learn-ended").map(({ detail }) => detail);
}

/** What is seen on the way from the list to the judgement. */
export function tour(pupil: Pupil, look: (name: string, screen: string) => void): void {
  const shown = (name: string): void => {
    look(name, pupil.screen());
  };
  pupil.begins();
  shown("choice");
  pupil.teaches(MOTIONS[0]!, 1);
  shown("countdown");
  pupil.run(5);
  shown("recording");
  pupil.run(6);
  pupil.teaches(MOTIONS[1]!);
  for (let i = 0; i < 2; i++) pupil.press();
  pupil.hold();
  pupil.run(5);
  shown("learned");
}

/** What a person of the shipped recordings did, again and again. */
export async function recordedMotions(subject: string, labels: readonly string[]): Promise<Motion[]> {
  const spar = path.resolve(import.meta.dirname, "../../datasets/spar");
  const { recordings } = await loadDataset(dataSchema.parse(spar), "/");
  return labels.map((label) => {
    const found = recordings.find(
      ({ subject: who, labelNames, labelIndex }) =>
        who === subject &&
        labelNames[labelIndex[0]!] === label &&
        labelIndex.every((one) => one === labelIndex[0]),
    );
    invariant(found !== undefined, `${subject} did ${label}`);
    const { tMs, values } = found;
    const seconds = Float64Array.from(tMs, (t) => (t - tMs[0]!) / 1000);
    const played = recordingSource(
      { seconds, values, unit: "physical" },
      { startSeconds: 0, interpolation: "linear" },
    );
    const looping = looped(played, 0, seconds.at(-1)!);
    const sample = new Float64Array(SENSOR_AXES);
    return (at) => {
      looping.at(at, sample);
      return [...sample];
    };
  });
}
