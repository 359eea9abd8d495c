// The whole way, once: from band.yaml and recordings to a verified model and a project that can be flashed.
//
//   band.yaml ─1─▶ specs ─2─▶ windows ─3─▶ float Graph ─4─▶ int8 Graph, .tflite ─5─▶ verified and scored
//                                                                └──────6─▶ PlatformIO project ─7─▶ disk
import path from "node:path";
import { fingerprintData } from "../data/fingerprint.ts";
import { windowCount } from "../data/window-set.ts";
import { sumOfLayers } from "../evaluate/agreement.ts";
import { confusionMatrix, trainingCurves } from "../evaluate/charts.ts";
import { modelDisagrees } from "../util/messages.ts";
import { type BandFile, loadBandFile } from "./band-file.ts";
import { loadBoard } from "./board-file.ts";
import { buildKey } from "./build-key.ts";
import { compileModel, floatOutputs, scoreOutputs, verifyModel } from "./compile.ts";
import type { OnEvent } from "./events.ts";
import { readNeeded, writeWhole } from "./files.ts";
import { generateFirmware } from "./firmware.ts";
import { headMetricOf } from "./head-metric.ts";
import { inspectModel } from "./inspect.ts";
import {
  CHARTS_FOLDER,
  MODEL_FILE,
  PROJECT_FOLDER,
  REPORT_FILE,
  TRAINED_MODEL,
  TRAINED_RECORD,
} from "./layout.ts";
import { type ProjectChanges, writeProject } from "./project.ts";
import { rehearse } from "./rehearse.ts";
import { type BuildReport, makeReport } from "./report.ts";
import { isUpToDate, writeStamp } from "./stamp.ts";
import { type Trained, trainOrReuse } from "./training.ts";
import { prepareWindows } from "./windows.ts";

export interface TrainOptions {
  readonly bandFile: string;
  readonly seed: number | undefined;
  /** Train again even if nothing has changed. */
  readonly fresh: boolean;
  readonly onEvent: OnEvent;
}

export interface BuildOptions extends TrainOptions {
  /** Overwrite files of the project that a person has edited. */
  readonly force: boolean;
}

export interface BuildResult {
  readonly report: BuildReport;
  readonly outDir: string;
  /** Nothing had changed since the last build: it was left as it is. */
  readonly upToDate: boolean;
  readonly pace: Trained["pace"];
  /** What happened to the project's files; null where nothing was to be done. */
  readonly project: ProjectChanges | null;
}

/** @throws UserError for every mistake that is a person's: see docs/bad-input.md */
export async function buildBand({
  bandFile,
  seed,
  fresh,
  force,
  onEvent,
}: BuildOptions): Promise<BuildResult> {
  const step = steps(onEvent, 7);

  step(`reading ${bandFile}`);
  const file = loadBandFile(bandFile, { seed });
  const { band, outDir } = file;
  const board = loadBoard(band.board, file.whereIs("board"));
  const key = buildKey(file, board, fingerprintData(band, file.baseDir));
  if (!fresh && !force && isUpToDate(outDir, key)) {
    const report = JSON.parse(
      readNeeded(path.join(outDir, REPORT_FILE), "The report").toString("utf8"),
    ) as BuildReport;
    return { report, outDir, upToDate: true, pace: null, project: null };
  }

  step(`recordings of ${band.data.path}`);
  const data = await prepareWindows(file, onEvent);

  await rehearse(file, board, data);

  step(`training ${band.model.use}`);
  const trained = await trainOrReuse(file, data, fresh, onEvent);
  if (trained.pace === null)
    onEvent({ kind: "note", text: "unchanged: the network of an earlier run is used" });

  step("quantising to int8");
  const compiled = compileModel(trained.graph, data.split.train, band.quantize);

  const tests = data.split.test;
  step(`verifying and scoring ${windowCount(tests)} test windows`);
  const agreement = verifyModel(compiled.int8, compiled.tflite, tests, onEvent);
  // A layer that differs is a fault even where the outputs happen to hide it.
  const whole = sumOfLayers(agreement.layers);
  if (whole.different > 0) throw modelDisagrees(whole.different, whole.values);
  const float = scoreOutputs(data.labels, tests, floatOutputs(compiled.float, tests, onEvent));
  const int8 = scoreOutputs(data.labels, tests, agreement.outputs);

  step(`generating firmware for ${board.id}`);
  const { tree, arena, size } = generateFirmware(file, board, compiled, {
    tests,
    metric: headMetricOf(compiled.int8, data.split.train),
  });

  step(`writing ${path.relative(process.cwd(), outDir) || "."}`);
  const modelPath = path.join(outDir, MODEL_FILE);
  writeWhole(modelPath, compiled.tflite);
  const project = writeProject(path.join(outDir, PROJECT_FOLDER), tree, force);
  const model = inspectModel(modelPath);
  const report = makeReport({
    file,
    board: board.id,
    data,
    trained,
    model,
    arena,
    compiled: size,
    agreement,
    float,
    int8,
  });
  writeWhole(path.join(outDir, REPORT_FILE), `${JSON.stringify(report, null, 2)}\n`);
  const charts = await drawCharts(report);
  for (const [name, svg] of charts) writeWhole(path.join(outDir, name), svg);
  writeStamp(outDir, key, [
    ...charts.keys(),
    MODEL_FILE,
    REPORT_FILE,
    TRAINED_MODEL,
    TRAINED_RECORD,
    ...[...tree.keys()].map((name) => `${PROJECT_FOLDER}/${name}`),
  ]);
  return { report, outDir, upToDate: false, pace: trained.pace, project };
}

async function drawCharts({ training, accuracy }: BuildReport): Promise<Map<string, string>> {
  return new Map([
    [`${CHARTS_FOLDER}/training.svg`, await trainingCurves(training.history, training.bestEpoch)],
    [`${CHARTS_FOLDER}/confusion-float.svg`, await confusionMatrix(accuracy.float, "float32, test windows")],
    [`${CHARTS_FOLDER}/confusion-int8.svg`, await confusionMatrix(accuracy.int8, "int8, test windows")],
  ]);
}

/** The first half alone: data and training. */
export async function trainBand({ bandFile, seed, fresh, onEvent }: TrainOptions): Promise<{
  readonly file: BandFile;
  readonly trained: Trained;
  readonly paths: { readonly model: string; readonly record: string };
}> {
  const step = steps(onEvent, 3);
  step(`reading ${bandFile}`);
  const file = loadBandFile(bandFile, { seed });
  step(`recordings of ${file.band.data.path}`);
  const data = await prepareWindows(file, onEvent);
  step(`training ${file.band.model.use}`);
  const trained = await trainOrReuse(file, data, fresh, onEvent);
  const at = (name: string): string => path.relative(process.cwd(), path.join(file.outDir, name));
  return { file, trained, paths: { model: at(TRAINED_MODEL), record: at(TRAINED_RECORD) } };
}

function steps(onEvent: OnEvent, of: number): (title: string) => void {
  let number = 0;
  return (title) => {
    number++;
    onEvent({ kind: "step", number, of, title });
  };
}
