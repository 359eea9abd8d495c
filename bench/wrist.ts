// What the way of wearing the band costs, person by person, and what its detection gives back: int8 networks on a band
// file's test people, who must have trained nothing and decided nothing.
// Usage: npx tsx bench/wrist.ts BAND.YAML --calibrate ACTIVITY MODEL.TFLITE...
// Ways are told from the first 15 windows of one activity, from the first 15 of each (of all of them, and for each
// activity by itself), and from all windows without labels. Accuracies leave out the calibrating windows of the one
// activity, and the next, which shares samples with them. Where it cannot tell, the band is left as it was; an activity by
// itself that cannot tell is left to all of them together.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { table } from "../src/cli/output.ts";
import type { PreparedData } from "../src/data/prepare.ts";
import { copyWindow, labelOf } from "../src/data/window-set.ts";
import { windowsBySubject } from "../src/data/windows.ts";
import { argmax } from "../src/evaluate/metrics.ts";
import { int8Interpreter } from "../src/interpret/interpreter.ts";
import { loadBandFile } from "../src/pipeline/band-file.ts";
import { prepareWindows } from "../src/pipeline/windows.ts";
import { quantizeValue } from "../src/signal/frontend.ts";
import { CHANNEL_COUNT, IDENTITY_AXES, SAMPLE_ONE } from "../src/signal/preprocessing.ts";
import { WRIST_NAMES, type WristOrientation, wristSigns } from "../src/signal/wrist.ts";
import { createWristDetector, type WristDetector } from "../src/signal/wrist-detector.ts";
import { readTflite } from "../src/tflite/read.ts";
import { invariant } from "../src/util/errors.ts";

const CALIBRATION = 15;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { calibrate: { type: "string", default: "walking" } },
});
const [bandPath, ...models] = positionals;
invariant(bandPath !== undefined, "a band file is given");
const file = loadBandFile(bandPath);
const data = await prepareWindows(file, () => undefined);
const calibrated = data.labels.indexOf(options.calibrate);
const people = windowsBySubject(data.split.test);

type Told = WristOrientation | null;

interface Ways {
  readonly byOne: Told;
  readonly byEach: Told;
  readonly byItself: Told;
  /** [classes] by the activity's own windows alone. */
  readonly byClass: readonly Told[];
}

/** The windows in time order, first those of each activity. */
function waysOf(own: readonly number[], { split, labels, wristReference, filters }: PreparedData): Ways {
  invariant(wristReference !== undefined && filters.length === 0, "the recordings keep gravity, unfiltered");
  const { accelRangeG } = file.band.sensor;
  const test = split.test;
  const samples = new Int32Array(test.windowSamples * CHANNEL_COUNT);
  const fresh = (): WristDetector =>
    createWristDetector(wristReference, { accelRangeG, axes: IDENTITY_AXES });
  const feed = (detector: WristDetector, window: number, isLabelled: boolean): void => {
    copyWindow(test, window, samples);
    for (let i = 0; i < samples.length; i += CHANNEL_COUNT) {
      detector.push(Int16Array.from(samples.subarray(i, i + CHANNEL_COUNT), (x) => x / SAMPLE_ONE));
    }
    detector.close(isLabelled ? labelOf(test, window) : null);
  };
  const firsts = labels.map((_, label) =>
    own.filter((window) => labelOf(test, window) === label).slice(0, CALIBRATION),
  );
  const told = (windows: readonly number[]): Told => {
    const detector = fresh();
    for (const window of windows) feed(detector, window, true);
    return detector.byLabel();
  };
  const unlabelled = fresh();
  for (const window of own) feed(unlabelled, window, false);
  return {
    byOne: told(firsts[calibrated]!),
    byEach: told(firsts.flat()),
    byItself: unlabelled.byItself(),
    byClass: firsts.map(told),
  };
}

const NAMES = (told: Told): string => (told === null ? "?" : WRIST_NAMES[told]);
const percent = (right: number, of: number): string => ((100 * right) / of).toFixed(1);

const ways = new Map([...people].map(([person, own]) => [person, waysOf(own, data)]));
const classText = ({ byClass }: Ways): string =>
  WRIST_NAMES.map((name, wrist) => `${name} ${byClass.filter((told) => told === wrist).length}`).join(", ") +
  `, ? ${byClass.filter((told) => told === null).length}`;
console.log(
  table([
    ["person", options.calibrate, "every activity", "without labels", "each activity by itself"],
    ...[...ways].map(([person, way]) => [
      person,
      NAMES(way.byOne),
      NAMES(way.byEach),
      NAMES(way.byItself),
      classText(way),
    ]),
  ]),
);
for (const [person, { byClass }] of ways) {
  console.log(`${person}: ${data.labels.map((label, i) => `${label} ${NAMES(byClass[i]!)}`).join(", ")}`);
}

const COLUMNS = ["as worn", options.calibrate, "every activity", "without labels", "each by itself"];
for (const model of models) {
  const graph = readTflite(readFileSync(model), model);
  const quantizer = graph.metadata?.inputQuantizer;
  invariant(quantizer != null, `${model} is quantised`);
  const interpreter = int8Interpreter(graph);
  const samples = new Int32Array(data.split.test.windowSamples * CHANNEL_COUNT);
  const isRight = (window: number, wrist: WristOrientation): boolean => {
    copyWindow(data.split.test, window, samples);
    const signs = wristSigns(wrist);
    samples.forEach((value, i) => {
      const c = i % CHANNEL_COUNT;
      interpreter.input[i] = quantizeValue(signs[c]! * value, quantizer.channels[c]!, quantizer.zeroPoint);
    });
    interpreter.run();
    return argmax(interpreter.output) === labelOf(data.split.test, window);
  };
  const sums = COLUMNS.map(() => 0);
  const rows = [...people].map(([person, own]) => {
    const { byOne, byEach, byItself, byClass } = ways.get(person)!;
    let skip = CALIBRATION + 1;
    const rest = own.filter((window) => labelOf(data.split.test, window) !== calibrated || skip-- <= 0);
    const right = COLUMNS.map(() => 0);
    for (const window of rest) {
      const answers = new Map<WristOrientation, boolean>();
      // Whoever calibrates every activity falls back on what all of them say together.
      const itsOwn = byClass[labelOf(data.split.test, window)] ?? byEach;
      const told = [0, byOne, byEach, byItself, itsOwn] as const;
      told.forEach((way, column) => {
        const wrist = way ?? 0;
        if (!answers.has(wrist)) answers.set(wrist, isRight(window, wrist));
        if (answers.get(wrist)!) right[column]!++;
      });
    }
    right.forEach((count, column) => {
      sums[column]! += count / rest.length;
    });
    return [person, ...right.map((count) => percent(count, rest.length))];
  });
  console.log(`\n${model}: accuracy in %, each person's share of right windows`);
  console.log(
    table([["person", ...COLUMNS], ...rows, ["mean", ...sums.map((sum) => percent(sum, people.size))]]),
  );
}
