// The band on this computer: the project's own C++ against simulated devices, with a recording on the wrist.
//
//   project ─1─▶ module ─┐
//   recording ─2─▶ motion ┴─3─▶ run in virtual time ─4─▶ proof, account, accuracy ─5─▶ pictures
import { setImmediate } from "node:timers/promises";
import { loadDataset } from "../../data/load.ts";
import { SimulatedButton } from "../../emulate/button.ts";
import { installFaults } from "../../emulate/fault-plan.ts";
import { parseFault } from "../../emulate/faults.ts";
import type { LogLine } from "../../emulate/findings.ts";
import { BandHost } from "../../emulate/host.ts";
import { LYING_STILL, looped, type MotionSource } from "../../emulate/motion-source.ts";
import { GAP_SECONDS, type Playlist, playlistOf } from "../../emulate/playlist.ts";
import { dischargingCell } from "../../emulate/power.ts";
import { prove } from "../../emulate/proof.ts";
import { recordingSource } from "../../emulate/recording-source.ts";
import { GLASS_128X32, GLASS_128X64 } from "../../emulate/ssd1306.ts";
import { accountSamples, accuracyOf, timeLine } from "../../emulate/summary.ts";
import { invariant } from "../../util/errors.ts";
import { recordingEmpty } from "../../util/messages.ts";
import { type DataSource, defaultBand } from "../data.ts";
import type { OnEvent } from "../events.ts";
import { createFrameRecorder, writeFrames } from "./frames.ts";
import { parsePress } from "./press.ts";
import { readTwinProject, type TwinProject } from "./project.ts";
import { type EmulationReport, emulationReport } from "./report.ts";
import { sessionsOf } from "./sessions.ts";
import { startTwin } from "./start.ts";

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
  /** A system's compiler instead of the one that comes along. */
  readonly compiler: string | null;
  readonly sanitize: boolean;
  readonly seed: number;
  readonly onEvent: OnEvent;
}

/** The band is switched on before the recording begins: it starts, tests itself and finds the gyroscope's bias. */
const LEAD_SECONDS = 8;
const TAIL_SECONDS = 2;
/** Without a recording. */
const DEFAULT_SECONDS = 60;
/** Virtual time between two looks at how far it is. */
const CHUNK_SECONDS = 20;
/** A small cell's day. */
const CELL_HOURS = 20;

/** @throws UserError project/…, data/…, fault/…, twin/… */
export async function emulate(options: EmulateOptions): Promise<EmulationReport> {
  return (await emulateWithLines(options)).report;
}

/** The same, and every line of the serial port. */
export async function emulateWithLines(
  options: EmulateOptions,
): Promise<{ readonly report: EmulationReport; readonly lines: readonly LogLine[] }> {
  const { onEvent } = options;
  const faults = options.faults.map(parseFault);
  const button = new SimulatedButton(options.presses.map(parsePress), 4);

  onEvent({ kind: "step", number: 1, of: 4, title: `compiling ${options.project}` });
  const project = readTwinProject(options.project);
  const playlist = await playlistFor(options, project);
  const host = hostOf(project, sourceOf(playlist, options.loop), button, options.seed);
  const twin = await startTwin(project, host, options);

  const whole = playlist === null ? DEFAULT_SECONDS : LEAD_SECONDS + playlist.seconds + TAIL_SECONDS;
  const until = options.untilSeconds ?? whole;
  onEvent({ kind: "step", number: 2, of: 4, title: `running ${Math.round(until)} s of the band's time` });
  installFaults(host, faults);
  const recorder = createFrameRecorder();
  if (options.framesFolder !== null) {
    host.onFrame = (frame, micros) => {
      recorder.add(frame, micros);
    };
  }
  const started = performance.now();
  for (let at = 0; at < until; ) {
    at = Math.min(until, at + CHUNK_SECONDS);
    twin.run(at);
    // Lets a terminal redraw and Ctrl-C through.
    await setImmediate();
    onEvent({ kind: "windows", what: "seconds", done: Math.round(at), total: Math.round(until) });
  }
  const wallSeconds = (performance.now() - started) / 1000;
  twin.stop();

  onEvent({ kind: "step", number: 3, of: 4, title: "comparing with the reference" });
  const { log, counts } = host.sensor.fifo;
  const proof = prove(host.lines, log, project.graph, project.manifest);
  const labels = project.graph.metadata?.preprocessing.labels;
  invariant(labels !== undefined, "a project's model knows its labels");
  const accuracy = playlist === null ? null : accuracyOf(proof, log, playlist, labels);

  onEvent({ kind: "step", number: 4, of: 4, title: "writing what was seen" });
  const pictures = options.framesFolder === null ? [] : writeFrames(options.framesFolder, recorder.shots());
  const report = emulationReport({
    project,
    host,
    faults,
    until,
    wallSeconds,
    proof,
    samples: accountSamples(counts, log, host.lines),
    accuracy,
    phases: timeLine(proof),
    freeStackBytes: twin.freeStackBytes(),
    unknownLabels: playlist?.unknownLabels ?? [],
    pictures,
  });
  return { report, lines: host.lines };
}

interface Playing extends Playlist {
  readonly unknownLabels: readonly string[];
}

async function playlistFor(
  { recording, onEvent }: Pick<EmulateOptions, "recording" | "onEvent">,
  { graph, manifest }: TwinProject,
): Promise<Playing | null> {
  if (recording === null) return null;
  const { metadata } = graph;
  invariant(metadata !== null, "a project's model knows its pre-processing");
  const { labels, sensor, sampleRateHz } = metadata.preprocessing;
  const dataset = await loadDataset(defaultBand(recording).data, process.cwd(), (progress) => {
    onEvent({ kind: "data", progress });
  });
  const { sessions, unknownLabels } = sessionsOf(dataset, labels, manifest.activities, sampleRateHz);
  if (sessions.length === 0) throw recordingEmpty(recording.path);
  return { ...playlistOf(sessions, sensor.axes), unknownLabels };
}

function sourceOf(playlist: Playlist | null, loop: boolean): MotionSource {
  if (playlist === null) return LYING_STILL;
  const source = recordingSource(playlist.motion, { startSeconds: LEAD_SECONDS, interpolation: "linear" });
  return loop ? looped(source, LEAD_SECONDS, playlist.seconds + GAP_SECONDS) : source;
}

function hostOf(
  { manifest }: TwinProject,
  source: MotionSource,
  button: SimulatedButton,
  seed: number,
): BandHost {
  return new BandHost({
    busHz: manifest.i2cHz,
    sensorAddress: manifest.sensorAddress,
    displayAddress: manifest.displayAddress,
    sensor: { source },
    glass: manifest.displayHeight === 32 ? GLASS_128X32 : GLASS_128X64,
    isInterruptWired: manifest.interruptWired,
    button,
    ...(manifest.batteryMeasured ? { battery: dischargingCell(CELL_HOURS, 90) } : {}),
    seed,
  });
}
