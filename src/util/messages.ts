// Every message that tells a person of their mistake, in one file: what was found, what was expected, what to do.
// Each is a function so that tests assert on codes, and wording is reviewed in one place. Long on purpose.
import { UserError } from "./errors.ts";

// ---- files ------------------------------------------------------------------------------------------------

export const fileNotFound = (path: string, what: string): UserError =>
  new UserError("file/not-found", `${what}: there is no ${path}.`, "Check the path.");

export const fileIsFolder = (path: string, what: string): UserError =>
  new UserError(
    "file/is-folder",
    `${what}: ${path} is a folder, a file was expected.`,
    "Name the file in it.",
  );

export const fileUnreadable = (path: string, cause: unknown): UserError =>
  new UserError(
    "file/unreadable",
    `${path} cannot be read (${(cause as { code?: string }).code ?? String(cause)}).`,
    "Check the file's permissions.",
    { cause },
  );

export const fileUnwritable = (path: string, cause: unknown): UserError =>
  new UserError(
    "file/unwritable",
    `${path} cannot be written (${(cause as { code?: string }).code ?? String(cause)}).`,
    "Check the folder's permissions and the free space; nothing was left half-written.",
    { cause },
  );

// ---- band.yaml (spec/) ------------------------------------------------------------------------------------

export const bandBadYaml = (where: string, found: string): UserError =>
  new UserError("band/bad-yaml", `${where}: this is not YAML: ${found}.`, "Mend the syntax at that line.");

export const bandBadKey = (where: string, key: string, found: string, nearest: string): UserError =>
  new UserError(
    "band/bad-key",
    `${where}: ${key === "" ? "the file" : key} ${found}.`,
    nearest === ""
      ? "See docs/band-yaml.md for every key, or let an editor check the file with schema/band.schema.json."
      : `Did you mean ${nearest}?`,
  );

// ---- recordings (data/) -----------------------------------------------------------------------------------

const RECORDING_HEADER = "t_ms,ax,ay,az,gx,gy,gz,label,session";
const SEE_DATA = "See docs/data.md for the recording format.";

export const dataNoFiles = (path: string, expected: string): UserError =>
  new UserError(
    "data/no-files",
    `${path} holds no recordings: expected ${expected}.`,
    "Check `data.path` and `data.format`.",
  );

export const dataEmptyFile = (file: string): UserError =>
  new UserError(
    "data/empty-file",
    `${file} is empty: expected a header and rows.`,
    "Remove it or record it again.",
  );

export const dataNoRows = (file: string): UserError =>
  new UserError(
    "data/no-rows",
    `${file}:1: there is a header but no row below it.`,
    "Remove the file or record it again.",
  );

export const dataTruncatedGzip = (file: string, cause: unknown): UserError =>
  new UserError(
    "data/truncated-gzip",
    `${file}: the gzip data end too early; the file is cut short.`,
    "Copy the file again from its source.",
    { cause },
  );

export const dataBadGzip = (file: string, cause: unknown): UserError =>
  new UserError(
    "data/bad-gzip",
    `${file}: expected gzip data, found something else or damaged data.`,
    "Copy the file again, or drop the .gz from its name if it is plain text.",
    { cause },
  );

export const dataNotText = (file: string, line: number): UserError =>
  new UserError(
    "data/not-text",
    `${file}:${line}: expected UTF-8 text, found other bytes.`,
    "Save the recording as plain CSV in UTF-8.",
  );

export const dataWrongHeader = (file: string, found: string, expected = RECORDING_HEADER): UserError =>
  new UserError(
    "data/wrong-header",
    `${file}:1: found the header "${found}", expected "${expected}".`,
    SEE_DATA,
  );

export const dataMissingColumn = (file: string, missing: readonly string[], found: string): UserError =>
  new UserError(
    "data/missing-column",
    `${file}:1: no column ${missing.join(", ")} in the header "${found}", expected "${RECORDING_HEADER}".`,
    SEE_DATA,
  );

export const dataWrongFieldCount = (file: string, line: number, found: number, expected: number): UserError =>
  new UserError(
    "data/wrong-field-count",
    `${file}:${line}: found ${found} values, expected ${expected}.`,
    "A row was cut off or has a stray separator: mend or remove it.",
  );

export const dataNotANumber = (file: string, line: number, column: string, found: string): UserError =>
  new UserError(
    "data/not-a-number",
    `${file}:${line}: ${column} is "${found}", expected a number.`,
    "Use a decimal point and no unit.",
  );

export const dataNotFinite = (file: string, line: number, column: string, found: string): UserError =>
  new UserError(
    "data/not-finite",
    `${file}:${line}: ${column} is ${found}, expected a finite number.`,
    "Remove rows without a measurement: a gap is allowed, a hole is not.",
  );

export const dataUnsortedStamps = (file: string, line: number, found: number, previous: number): UserError =>
  new UserError(
    "data/unsorted-stamps",
    `${file}:${line}: t_ms goes back from ${previous} to ${found} within one session, expected it to grow.`,
    "Sort the rows by time, or start a new session where the clock starts again.",
  );

export const dataRepeatedStamps = (file: string, line: number, found: number): UserError =>
  new UserError(
    "data/repeated-stamps",
    `${file}:${line}: t_ms ${found} occurs twice in one session, expected it to grow.`,
    "If the recorder's clock is that coarse, set `data.repeatedStamps: drop` to keep the first of each.",
  );

export const dataBadRecord = (file: string, line: number, found: string, expected: string): UserError =>
  new UserError(
    "data/bad-record",
    `${file}:${line}: found "${found}", expected ${expected}.`,
    "Check that `data.format` is the format of these files and that they are complete.",
  );

export const dataMissingPartner = (file: string, partner: string): UserError =>
  new UserError(
    "data/missing-partner",
    `${file}: its companion ${partner} is missing.`,
    "Copy the published data set whole: both sensors are needed.",
  );

export const dataRowsDisagree = (file: string, rows: number, partner: string, expected: number): UserError =>
  new UserError(
    "data/rows-disagree",
    `${file} has ${rows} rows, ${partner} has ${expected}: expected as many.`,
    "One of the two is cut short: copy it again.",
  );

export const dataUnitsMissing = (path: string): UserError =>
  new UserError(
    "data/units-missing",
    `Nothing says the units of the recordings in ${path}.`,
    "Put dataset.yaml with `units: {accel: g, gyro: deg/s}` (or m/s^2, rad/s) beside them, or set `data.units`.",
  );

export const dataUnitsConflict = (path: string, found: string, declared: string): UserError =>
  new UserError(
    "data/units-conflict",
    `\`data.units\` says ${found}, but the recordings in ${path} are declared as ${declared}.`,
    "Say the units once: remove the wrong one.",
  );

export const dataBadCard = (file: string, line: number, key: string, problem: string): UserError =>
  new UserError(
    "data/bad-dataset-yaml",
    `${file}:${line}: ${key === "" ? "" : `${key}: `}${problem}.`,
    "See docs/data.md for what dataset.yaml holds.",
  );

export const dataWrongAccelUnit = (
  file: string,
  line: number,
  foundG: string,
  unit: string,
  fits: string | null,
): UserError =>
  new UserError(
    "data/wrong-accel-unit",
    `${file}:${line}: at rest |a| is ${foundG} g if the accelerations are in ${unit}, expected about 1 g` +
      (fits === null ? "." : `; they would fit ${fits}.`),
    fits === null
      ? "The recordings must contain gravity. `data.gravityCheck: false` skips this check."
      : `Declare \`accel: ${fits}\` in dataset.yaml or \`data.units\`. \`data.gravityCheck: false\` skips this check.`,
  );

export const dataWrongGyroUnit = (file: string, line: number, foundDps: string): UserError =>
  new UserError(
    "data/wrong-gyro-unit",
    `${file}:${line}: one sample in twenty turns faster than ${foundDps} deg/s if the rates are in rad/s, ` +
      "expected less than 2500 deg/s from a wrist.",
    "Declare `gyro: deg/s` in dataset.yaml or `data.units`. `data.gravityCheck: false` skips this check.",
  );

export const dataUnknownLabel = (
  activity: string,
  label: string,
  path: string,
  known: readonly string[],
): UserError =>
  new UserError(
    "data/unknown-label",
    `activities.${activity}: no recording in ${path} has the label "${label}".`,
    `Recorded are ${known.join(", ")}.`,
  );

export const dataLabelTwice = (label: string, first: string, second: string): UserError =>
  new UserError(
    "data/label-twice",
    `The label "${label}" is given to both activities.${first} and activities.${second}.`,
    "Give each recorded label to one activity.",
  );

export const dataTooFewLabels = (path: string, found: readonly string[]): UserError =>
  new UserError(
    "data/too-few-labels",
    `The recordings in ${path} have ${found.length === 0 ? "no label" : `only the label ${found.join(", ")}`}, expected at least two.`,
    "Record at least two activities.",
  );

export const dataNoWindows = (path: string, seconds: number): UserError =>
  new UserError(
    "data/no-windows",
    `No uninterrupted stretch of one label in ${path} is as long as a window of ${seconds} s.`,
    "Shorten `window.seconds` or record longer bouts.",
  );

export const dataTooFewWindows = (
  activity: string,
  found: number,
  expected: number,
  subjects: readonly string[],
): UserError =>
  new UserError(
    "data/too-few-windows",
    `Activity ${activity} has ${found} training ${found === 1 ? "window" : "windows"}` +
      `${subjects.length === 0 ? "" : ` (subject ${subjects.join(", ")})`}, expected at least ${expected}.`,
    "Record more of it, shorten the window, or leave it out of `activities`.",
  );

export const dataClassNotInTraining = (
  activity: string,
  where: string,
  subjects: readonly string[],
): UserError =>
  new UserError(
    "data/class-not-in-training",
    `Activity ${activity} is in ${where} but in no training window; only ${subjects.join(", ")} did it.`,
    "Move a subject who did it to training, or leave it out of `activities`.",
  );

export const dataSubjectInBoth = (subject: string, first: string, second: string): UserError =>
  new UserError(
    "data/subject-in-both",
    `Subject ${subject} is in both split.${first} and split.${second}.`,
    "Keep each person on one side: what the network knows by heart is not a test.",
  );

export const dataUnknownSubject = (subject: string, key: string, known: readonly string[]): UserError =>
  new UserError(
    "data/unknown-subject",
    `split.${key}: there is no subject ${subject} in the recordings.`,
    `Recorded are ${known.join(", ")}.`,
  );

export const dataTooFewSubjects = (found: number, expected: number): UserError =>
  new UserError(
    "data/too-few-subjects",
    `Found ${found} ${found === 1 ? "subject" : "subjects"}, expected at least ${expected} for training, validation and test.`,
    "Record more people, or use `split: {by: time}`.",
  );

export const dataEmptySplit = (part: string, how: string): UserError =>
  new UserError(
    "data/empty-split",
    `Splitting ${how} leaves no ${part} window.`,
    "Give that part a larger share or longer recordings, or name its subjects in `split`.",
  );

export const dataCutoffTooHigh = (index: number, cutoffHz: number, rateHz: number): UserError =>
  new UserError(
    "data/cutoff-too-high",
    `filters[${index}].cutoffHz is ${cutoffHz} Hz, expected below ${rateHz / 2} Hz, half of the sensor's ${rateHz} Hz.`,
    "Lower the cutoff or raise `sensor.rateHz`.",
  );

// ---- models and training (spec/model, train/) -------------------------------------------------------------

export const unknownModel = (where: string, found: string, known: readonly string[]): UserError =>
  new UserError(
    "model/unknown",
    `${where}: "${found}" is neither a model that ships nor a file that is there.`,
    `Models that ship: ${known.join(", ")}. The path of your own YAML starts at band.yaml's folder.`,
  );

export const modelBadFile = (where: string, key: string, problem: string): UserError =>
  new UserError(
    "model/bad-file",
    `${where}${key === "" ? "" : `: ${key}`}: ${problem}.`,
    "See docs/training.md for what a model file holds.",
  );

export const modelUnknownLayer = (where: string, found: string, known: readonly string[]): UserError =>
  new UserError(
    "model/unknown-layer",
    `${where}: there is no layer "${found}".`,
    `Known are repeat, ${known.join(", ")}.`,
  );

export const modelUnknownParameter = (model: string, found: string, known: readonly string[]): UserError =>
  new UserError(
    "model/unknown-parameter",
    `Model ${model} has no parameter "${found}".`,
    known.length === 0 ? "It has none." : `It has ${known.join(", ")}.`,
  );

export const modelBadExpression = (where: string, text: string, found: string): UserError =>
  new UserError(
    "model/bad-expression",
    `${where}: in "${text}" was found ${found}.`,
    "Write numbers, $parameters, + - * / ^ and parentheses.",
  );

export const modelBadField = (where: string, field: string, problem: string): UserError =>
  new UserError(
    "model/bad-field",
    `${where}${field === "" ? "" : `.${field}`}: ${problem}.`,
    "See docs/training.md for the fields of each layer.",
  );

export const modelDoesNotFit = (where: string, problem: string): UserError =>
  new UserError("model/does-not-fit", `${where} ${problem}.`, "Change the model or the window.");

export const trainBackendMissing = (backend: string, cause: unknown): UserError =>
  new UserError(
    "train/backend-missing",
    `TensorFlow.js backend "${backend}" cannot be used here.`,
    "Use `train: {backend: wasm}`, which always works.",
    { cause },
  );

export const trainNoWindows = (which: string): UserError =>
  new UserError(
    "train/no-windows",
    `There is no ${which} window.`,
    "Give it more subjects or recordings in `split`, or shorten the window.",
  );

export const trainDiverged = (epoch: number): UserError =>
  new UserError(
    "train/diverged",
    `The loss stopped being a number in epoch ${epoch}.`,
    "Lower `train.learningRate`.",
  );

// ---- the twin (emulate/, pipeline/twin) --------------------------------------------------------------------

const FAULT_FORM = "Write kind[:target][:value][@from[-to]], for example nack:sensor@10s-12s.";

export const faultUnknown = (text: string, kind: string, known: readonly string[]): UserError =>
  new UserError("fault/unknown", `"${text}": there is no fault "${kind}".`, `Known are ${known.join(", ")}.`);

export const faultBadTarget = (text: string, found: string, known: readonly string[]): UserError =>
  new UserError(
    "fault/bad-target",
    `"${text}": "${found}" is no target of this fault, expected ${known.length === 0 ? "none" : known.join(" or ")}.`,
    FAULT_FORM,
  );

export const faultBadValue = (text: string, found: string, expected: string): UserError =>
  new UserError("fault/bad-value", `"${text}": found "${found}", expected ${expected}.`, FAULT_FORM);

export const faultBadTime = (text: string, found: string): UserError =>
  new UserError(
    "fault/bad-time",
    `"${text}": found the time "${found}", expected one such as 10s, or 10s-12s with the end after the start.`,
    "Times are seconds, or have ms, s, m or h behind them.",
  );

export const faultNeedsMoment = (text: string): UserError =>
  new UserError(
    "fault/needs-moment",
    `"${text}": this fault happens at one moment, expected for example @90s.`,
    FAULT_FORM,
  );

export const twinCompilerMissing = (compiler: string, cause: unknown): UserError =>
  new UserError(
    "twin/compiler-missing",
    `The C++ compiler ${compiler} cannot be run here.`,
    "Install it or name another; without one the band is compiled to WebAssembly, which needs nothing.",
    { cause },
  );

export const twinCompileFailed = (compiler: string, messages: string, cause: unknown): UserError =>
  new UserError(
    "twin/compile-failed",
    `${compiler} does not compile the project's sources:\n${messages.trim()}`,
    "If the project is as it was generated, this is a bug in Bandsmith; otherwise mend what was changed.",
    { cause },
  );

export const twinNeedsPosix = (platform: string): UserError =>
  new UserError(
    "twin/needs-posix",
    `A native band talks through named pipes, which ${platform} does not have.`,
    "Leave out --cc: the band then runs as WebAssembly, everywhere.",
  );

// ---- .tflite files (tflite/) ------------------------------------------------------------------------------

export const corruptTflite = (source: string, found: string, cause: unknown): UserError =>
  new UserError(
    "tflite/corrupt",
    `${source} is not a TensorFlow Lite model that Bandsmith can run: ${found}.`,
    "Give a complete .tflite file with one int8 (or float32) subgraph of supported operators.",
    { cause },
  );

export const endlessLoop = (iterations: number): UserError =>
  new UserError(
    "tflite/endless-loop",
    `A WHILE of the model has run ${iterations} times and its condition still holds.`,
    "Give a model whose loops end; a wrist window has at most a few hundred steps.",
  );

/** Of an index that the model computes, so that no check of the file can know it. */
export const indexOutOfRange = (operator: string, index: number, size: number): UserError =>
  new UserError(
    "tflite/index-out-of-range",
    `${operator} is asked for element ${index} of ${size}.`,
    "TensorFlow Lite Micro refuses this inference too: keep the model's computed indices in range.",
  );

// ---- boards and projects (spec/board, codegen/, pipeline/) ------------------------------------------------

export const unknownBoard = (where: string, found: string, known: readonly string[]): UserError =>
  new UserError(
    "board/unknown",
    `${where}: there is no board "${found}".`,
    known.length === 0
      ? "The folder boards/ is empty: install Bandsmith again."
      : `Known are ${known.join(", ")}; docs/adding-a-board.md tells how to add one.`,
  );

export const boardBadFile = (file: string, key: string, problem: string): UserError =>
  new UserError(
    "board/bad-file",
    `${file}${key === "" ? "" : `: ${key}`}: ${problem}.`,
    "See docs/adding-a-board.md for what a board file holds.",
  );

export const boardTooSmall = (board: string, memory: string, needed: string, available: string): UserError =>
  new UserError(
    "board/too-small",
    `The model is too large for the board ${board}'s ${memory}: ${needed}, ${available}.`,
    "Choose a smaller model (fewer filters or blocks), a shorter window, or a larger board.",
  );

export const kernelsMissing = (network: string, missing: readonly string[]): UserError =>
  new UserError(
    "project/no-kernel",
    `The network ${network} cannot be compiled: there is no kernel in C++ for ${missing.join(", ")}.`,
    "Set `engine: tflm` in band.yaml, or choose a model without it.",
  );

export const badLibraryName = (name: string): UserError =>
  new UserError(
    "compile/bad-name",
    `--name: "${name}" cannot be a C++ namespace of its own.`,
    "Give a letter, then letters, digits and single underscores; no keyword and no name of the C library, e.g. gait.",
  );

export const kernelsMissingFor = (file: string, missing: readonly string[]): UserError =>
  new UserError(
    "compile/no-kernel",
    `${file} cannot be compiled: there is no kernel in C++ for ${missing.join(", ")}.`,
    "Give a model that computes in int8: TensorFlow's converter makes one with a representative data set and TFLITE_BUILTINS_INT8.",
  );

export const folderNotEmpty = (folder: string): UserError =>
  new UserError(
    "compile/not-empty",
    `${folder} holds files that are not of a compiled model.`,
    "Name another folder, or write among them with --force; nothing was written.",
  );

export const sensorRateImpossible = (rateHz: number, possible: readonly number[]): UserError =>
  new UserError(
    "project/sensor-rate",
    `sensor.rateHz is ${rateHz} Hz, but the MPU6050 divides 1000 Hz by a whole number from 1 to 256.`,
    `The nearest that it can do: ${possible.map((hz) => `${hz} Hz`).join(", ")}.`,
  );

// ---- command line (cli/) ----------------------------------------------------------------------------------

export const fileExists = (path: string): UserError =>
  new UserError("file/exists", `${path} is already there.`, "Choose another folder; nothing was written.");

export const badSeed = (found: number): UserError =>
  new UserError(
    "cli/bad-seed",
    `--seed is ${Number.isNaN(found) ? "not a number" : found}; a whole number from 0 to 4294967295 was expected.`,
    "Leave it out to use the seed of band.yaml, or 1 where there is none.",
  );

export const badCount = (option: string, found: number): UserError =>
  new UserError(
    "cli/bad-count",
    `${option} is ${Number.isNaN(found) ? "not a number" : found}; a whole number from 1 was expected.`,
    "Leave it out to use the default.",
  );

export const dataWithBand = (band: string): UserError =>
  new UserError(
    "cli/data-with-band",
    `--data is for a .tflite file; ${band} names its own recordings.`,
    "Leave out --data, or give the .tflite file instead of the band file.",
  );

export const unitsIncomplete = (): UserError =>
  new UserError(
    "cli/units-incomplete",
    "Only one of --accel and --gyro is given.",
    "Give both units or neither.",
  );

export const notInt8Model = (source: string, dtype: string, expected: string): UserError =>
  new UserError(
    "run/not-int8",
    `${source} takes ${dtype} input; ${expected}.`,
    "Give the int8 model, for example build/<name>/model.tflite.",
  );

export const incompleteFrame = (source: string, size: number, frames: number, left: number): UserError =>
  new UserError(
    "run/incomplete-frame",
    `stdin ended after ${frames} whole frames and ${left} bytes more; a frame of ${source} is ${size} bytes.`,
    "Send whole frames: raw int8, no header, no separator.",
  );

export const notBuilt = (model: string, band: string): UserError =>
  new UserError(
    "build/not-built",
    `There is no ${model} to verify.`,
    `Build it first: bandsmith build ${band}`,
  );

export const modelStale = (model: string, band: string): UserError =>
  new UserError(
    "build/stale",
    `${model} does not come from the present ${band}, its recordings and its seed.`,
    `Build it again: bandsmith build ${band}`,
  );

export const modelDisagrees = (different: number, values: number): UserError =>
  new UserError(
    "build/disagreement",
    `${different} of ${values} values differ between the quantised network and its own .tflite file.`,
    "This is a fault of Bandsmith, not yours: please report it with the band.yaml. Nothing was written.",
  );

// ---- verify, diff and the runtimes that they ask (pipeline/) ----------------------------------------------

export const nothingToCompare = (file: string): UserError =>
  new UserError(
    "verify/nothing-to-compare",
    `${file} alone has nothing to be compared with.`,
    "Say against what, for example --against tflm (pip install tflite-micro), or give the band file.",
  );

export const modelWithoutPreprocessing = (file: string): UserError =>
  new UserError(
    "verify/no-preprocessing",
    `${file} does not say how recordings become its input.`,
    "Leave out --data to compare on random inputs: only int8 models that Bandsmith made carry their pre-processing.",
  );

interface RuntimeNames {
  readonly title: string;
  readonly module: string;
  readonly package: string;
}

export const unknownRuntime = (found: string, known: readonly string[]): UserError =>
  new UserError(
    "runtime/unknown",
    `--against: there is no runtime "${found}".`,
    `Known are ${known.join(", ")}; several are separated by commas.`,
  );

export const pythonMissing = (python: string, found: string): UserError =>
  new UserError(
    "runtime/no-python",
    `The Python "${python}" cannot be started (${found}).`,
    "Install Python 3, or name the one to use: --python PATH.",
  );

export const runtimeMissing = (runtime: RuntimeNames, python: string, found: string): UserError =>
  new UserError(
    "runtime/no-module",
    `The Python "${python}" has no ${runtime.title} to compare with: ${found}.`,
    `Install it there: ${python} -m pip install ${runtime.package} numpy`,
  );

export const runtimeFailed = (runtime: RuntimeNames, python: string, found: string): UserError =>
  new UserError(
    "runtime/failed",
    `${runtime.title} in the Python "${python}" did not run the model: ${found}.`,
    `See whether it starts at all: ${python} -c "import ${runtime.module}". If it does, it refuses this model.`,
  );

export const runtimeTimedOut = (runtime: RuntimeNames, python: string, seconds: number): UserError =>
  new UserError(
    "runtime/timed-out",
    `${runtime.title} in the Python "${python}" did not answer within ${seconds} s.`,
    "Compare fewer windows (--windows N), or wait longer (--timeout SECONDS).",
  );

export const runtimeBadAnswer = (
  runtime: RuntimeNames,
  python: string,
  found: string,
  expected: string,
): UserError =>
  new UserError(
    "runtime/bad-answer",
    `${runtime.title} in the Python "${python}" answered ${found}, expected ${expected}.`,
    `Check that --python names a Python 3 with ${runtime.package}.`,
  );

export const differentInputs = (a: string, b: string): UserError =>
  new UserError(
    "diff/input-shape",
    `The models take different inputs: ${a} and ${b}.`,
    "Compare models of one window length and one set of channels.",
  );

export const differentClasses = (a: string, b: string): UserError =>
  new UserError(
    "diff/classes",
    `The models tell different classes apart: ${a} and ${b}.`,
    "Compare models of the same activities in the same order.",
  );

export const differentWindows = (): UserError =>
  new UserError(
    "diff/preprocessing",
    "The models cut or filter recordings differently, so that no window is the same for both.",
    "Leave out --data to compare on random inputs; the table of the structure then says what differs.",
  );

// ---- the twin, from a project's side (pipeline/twin/) -----------------------------------------------------

export const projectNotFound = (where: string, manifest: string): UserError =>
  new UserError(
    "project/not-found",
    `${where} holds no generated project: there is no ${manifest} in it or in its folder firmware.`,
    "Name a folder that `bandsmith build` has written, or the band.yaml that was built.",
  );

export const projectBadManifest = (file: string, found: string): UserError =>
  new UserError(
    "project/bad-manifest",
    `${file} is not what Bandsmith writes: ${found}.`,
    "Build the band again; --force overwrites files that were edited.",
  );

export const projectOtherModel = (folder: string, expected: string, found: string): UserError =>
  new UserError(
    "project/other-model",
    `model.tflite in ${folder} is ${found}, but the project was generated from ${expected}.`,
    "Build the band again.",
  );

export const recordingEmpty = (path: string): UserError =>
  new UserError(
    "twin/empty-recording",
    `${path} holds no session of two samples or more.`,
    "Name a file or a folder of recordings; see docs/data.md.",
  );

export const pressBad = (text: string): UserError =>
  new UserError(
    "twin/bad-press",
    `${text} is no press of the button.`,
    "Write the time of a short press such as 20s, or from when to when it is held such as 20s-23s.",
  );

export const twinNoEngine = (folder: string): UserError =>
  new UserError(
    "twin/no-engine",
    `${folder} cannot run on a computer: its network has an operator without a kernel in C++.`,
    "The project's README names the operators; choose another model, or try the band itself.",
  );

// ---- boards on the desk: flash and monitor (pipeline/) ----------------------------------------------------

export const noProject = (folder: string, band: string): UserError =>
  new UserError(
    "device/no-project",
    `There is no PlatformIO project in ${folder}.`,
    `Make it first: bandsmith build ${band}`,
  );

export const pioMissing = (pio: string, found: string): UserError =>
  new UserError(
    "device/no-pio",
    `PlatformIO's "${pio}" cannot be started (${found}).`,
    "Install it: pip install platformio (or pipx install platformio), or name the one to use: --pio PATH.",
  );

export const pioWithoutTerminal = (): UserError =>
  new UserError(
    "device/no-terminal",
    "PlatformIO's monitor runs in a terminal only, and stdin is none.",
    "Start it in a terminal; its output may go through a pipe: bandsmith monitor --json | your-script",
  );

export const pioUnreachable = (said: string): UserError =>
  new UserError(
    "device/no-registry",
    `PlatformIO could not fetch what the build needs: ${said}`,
    "Check the network: the first build downloads the platform and its compilers, later ones do not.",
  );

export const pioFailed = (exitCode: number | null, lines: readonly string[]): UserError =>
  new UserError(
    "device/pio-failed",
    `PlatformIO failed${exitCode === null ? "" : ` with exit code ${exitCode}`}. It said last:\n${lines.map((line) => `    ${line}`).join("\n")}`,
    "After an upgrade of PlatformIO, pio run -t fullclean helps; sources that you edited are made anew with bandsmith build --force.",
  );

export const unknownEnvironment = (found: string, known: string): UserError =>
  new UserError("device/unknown-environment", `--env: the project has no "${found}".`, `It has ${known}.`);

export const portMissing = (port: string | null): UserError =>
  new UserError(
    "device/no-port",
    port === null ? "PlatformIO found no serial port." : `There is no serial port ${port}.`,
    "Plug the board in with a cable that carries data, see what is there with bandsmith doctor, and name it: --port PORT.",
  );

export const portBusy = (port: string): UserError =>
  new UserError(
    "device/port-busy",
    `Another program uses ${port}.`,
    "Close other serial monitors, such as the one of an editor or a second bandsmith monitor.",
  );

export const portForbidden = (port: string): UserError =>
  new UserError(
    "device/port-forbidden",
    `You may not open ${port}.`,
    "On Linux: sudo usermod -aG dialout $USER (uucp on Arch), log in anew, and install PlatformIO's udev rules (99-platformio-udev.rules).",
  );

export const portSilent = (port: string): UserError =>
  new UserError(
    "device/no-chip",
    `No ESP32 answers on ${port}.`,
    "Hold BOOT, press and release RESET, let BOOT go, and flash again. Otherwise try another cable, or --port.",
  );
