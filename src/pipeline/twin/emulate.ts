// The band on this computer: the project's own C++ against simulated devices, with a recording on the wrist.
//
//   project ─1─▶ module ─┐
//   recording ─2─▶ motion ┴─3─▶ run in virtual time ─4─▶ proof, account, accuracy ─5─▶ pictures
import { setImmediate } from "node:timers/promises";
import { loadDataset } from "../../data/load.ts";
import { SimulatedButton } from "../../emulate/button.ts";
import { installFaults } from "../../emulate/fault-plan.ts";
import type { LogLine } from "../../emulate/findings.ts";
import { BandHost } from "../../emulate/host.ts";
import type { LearningRules } from "../../emulate/learning.ts";
import { LYING_STILL, looped, type MotionSource } from "../../emulate/motion-source.ts";
import { GAP_SECONDS, type Playlist, playlistOf } from "../../emulate/playlist.ts";
import { dischargingCell } from "../../emulate/power.ts";
import { prove } from "../../emulate/proof.ts";
import { recordingSource } from "../../emulate/recording-source.ts";
import { GLASS_128X32, GLASS_128X64 } from "../../emulate/ssd1306.ts";
import { accountSamples, accuracyOf, timeLine } from "../../emulate/summary.ts";
import type { Graph } from "../../ir/graph.ts";
import { splitHead, withHead } from "../../personalize/head.ts";
import type { Preprocessing } from "../../signal/preprocessing.ts";
import { invariant } from "../../util/errors.ts";
import { collectNotBuilt, recordingEmpty } from "../../util/messages.ts";
import { defaultBand } from "../data.ts";
import { writeWhole } from "../files.ts";
import { goldenOf, readHeadFor } from "../head-file-checks.ts";
import { readHeadMetric } from "../head-metric.ts";
import { askForSamples } from "./ask-samples.ts";
import { createFrameRecorder, writeFrames } from "./frames.ts";
import { type Asked, checkInTime, type EmulateOptions, readAsked } from "./options.ts";
import { readTwinProject, type TwinProject } from "./project.ts";
import { type EmulationReport, emulationReport } from "./report.ts";
import { sendHead } from "./send-head.ts";
import { sessionsOf } from "./sessions.ts";
import { startTwin } from "./start.ts";

/** The band is switched on before the recording begins: it starts, tests itself and finds the gyroscope's bias. */
const LEAD_SECONDS = 8;
const TAIL_SECONDS = 2;
/** Without a recording. */
const DEFAULT_SECONDS = 60;
/** Virtual time between two looks at how far it is. */
const CHUNK_SECONDS = 20;
/** A small cell's day. */
const CELL_HOURS = 20;

/** @throws UserError project/…, data/…, fault/…, twin/…, cli/…, file/…, head-file/…, update/…, collect/not-built */
export async function emulate(options: EmulateOptions): Promise<EmulationReport> {
  return (await emulateWithLines(options)).report;
}

/** The same, and every line of the serial port. */
export async function emulateWithLines(
  options: EmulateOptions,
): Promise<{ readonly report: EmulationReport; readonly lines: readonly LogLine[] }> {
  const { onEvent } = options;
  const asked = readAsked(options);

  onEvent({ kind: "step", number: 1, of: 4, title: `compiling ${options.project}` });
  const project = readTwinProject(options.project);
  const playlist = await playlistFor(options, project);
  const whole = playlist === null ? DEFAULT_SECONDS : LEAD_SECONDS + playlist.seconds + TAIL_SECONDS;
  const until = options.untilSeconds ?? whole;
  checkInTime(options, asked, until);
  const host = hostOf(project, sourceOf(playlist, options.loop), asked);
  const head = options.headFile == null ? null : readHeadFor(options.headFile, project.manifest);
  const heads = new Map(
    head === null
      ? []
      : [[head.crc, { graph: withHead(project.graph, head.head), orientation: head.orientation }]],
  );
  const pushEnd = head === null ? null : sendHead(host, head.bytes, head.crc);
  if (options.collect === true && project.manifest.collect !== true) throw collectNotBuilt(options.project);
  const learning = learningRules(project);
  const collected = options.collect === true ? askForSamples(host, project.manifest.model) : null;
  const twin = await startTwin(project, host, options);

  onEvent({ kind: "step", number: 2, of: 4, title: `running ${Math.round(until)} s of the band's time` });
  installFaults(host, asked.faults);
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
  const proof = prove(host.lines, log, project.graph, project.manifest, {
    heads,
    learning,
  });
  const { labels } = preprocessingOf(project.graph);
  const accuracy = playlist === null ? null : accuracyOf(proof, log, playlist, labels);

  onEvent({ kind: "step", number: 4, of: 4, title: "writing what was seen" });
  const pictures = options.framesFolder === null ? [] : writeFrames(options.framesFolder, recorder.shots());
  if (options.serialFile != null)
    writeWhole(options.serialFile, host.lines.map(({ text }) => `${text}\n`).join(""));
  const report = emulationReport({
    project,
    host,
    faults: asked.faults,
    until,
    wallSeconds,
    proof,
    samples: accountSamples(counts, log, host.lines),
    accuracy,
    phases: timeLine(proof),
    freeStackBytes: twin.freeStackBytes(),
    unknownLabels: playlist?.unknownLabels ?? [],
    pictures,
    collected: collected?.() ?? null,
    push: pushEnd === null ? null : (pushEnd() ?? { kind: "silent", heard: true }),
  });
  return { report, lines: host.lines };
}

/** Checked when the project was read. */
function preprocessingOf({ metadata }: Graph): Preprocessing {
  invariant(metadata !== null, "a project's model knows its pre-processing");
  return metadata.preprocessing;
}

/**
 * @returns undefined where the band does not learn
 * @throws UserError project/no-metric, project/bad-metric
 */
function learningRules({ folder, graph, manifest, modelHash }: TwinProject): LearningRules | undefined {
  const { learn, head } = manifest;
  if (learn === undefined || head === null) return undefined;
  const metric = readHeadMetric(folder, splitHead(graph).head.features, modelHash);
  return { spec: learn, modelHash, metric, golden: goldenOf(head.goldenFeatures) };
}

interface Playing extends Playlist {
  readonly unknownLabels: readonly string[];
}

async function playlistFor(
  { recording, onEvent }: Pick<EmulateOptions, "recording" | "onEvent">,
  { graph, manifest }: TwinProject,
): Promise<Playing | null> {
  if (recording === null) return null;
  const { labels, sensor, sampleRateHz } = preprocessingOf(graph);
  const dataset = await loadDataset(defaultBand(recording).data, process.cwd(), (progress) => {
    onEvent({ kind: "data", progress });
  });
  const { sessions, unknownLabels } = sessionsOf(dataset, labels, manifest.activities, sampleRateHz);
  if (sessions.length === 0) throw recordingEmpty(recording.path);
  return { ...playlistOf(sessions, sensor.axes, manifest.wrist), unknownLabels };
}

function sourceOf(playlist: Playlist | null, loop: boolean): MotionSource {
  if (playlist === null) return LYING_STILL;
  const source = recordingSource(playlist.motion, { startSeconds: LEAD_SECONDS, interpolation: "linear" });
  return loop ? looped(source, LEAD_SECONDS, playlist.seconds + GAP_SECONDS) : source;
}

function hostOf({ manifest }: TwinProject, source: MotionSource, { presses, seed }: Asked): BandHost {
  return new BandHost({
    busHz: manifest.i2cHz,
    sensorAddress: manifest.sensorAddress,
    displayAddress: manifest.displayAddress,
    sensor: { source },
    glass: manifest.displayHeight === 32 ? GLASS_128X32 : GLASS_128X64,
    isInterruptWired: manifest.interruptWired,
    button: new SimulatedButton(presses, 4),
    ...(manifest.batteryMeasured ? { battery: dischargingCell(CELL_HOURS, 90) } : {}),
    seed,
  });
}
