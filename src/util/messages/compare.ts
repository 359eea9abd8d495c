// Messages of verify, of diff, and of the runtimes that they ask.
import { UserError } from "../errors.ts";

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
