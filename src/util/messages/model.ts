// Messages of models as YAML, and of training them.
import { UserError } from "../errors.ts";

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
    `Known are repeat, branches, ${known.join(", ")}.`,
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

export const modelNothingToPrune = (model: string, share: number): UserError =>
  new UserError(
    "model/nothing-to-prune",
    `prune: no layer of ${model} has channels or units of which a share of ${share} could be removed.`,
    "Leave `prune` out, raise its share, or widen the model.",
  );

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

export const trainNotValidated = (schedule: string): UserError =>
  new UserError(
    "train/not-validated",
    `Nobody validates, and schedule "${schedule}" goes by the validation loss.`,
    "Set `train: {schedule: one-cycle}`, which keeps the last epoch, or let `split.validation` name a share or people.",
  );

export const trainDiverged = (epoch: number): UserError =>
  new UserError(
    "train/diverged",
    `The loss stopped being a number in epoch ${epoch}.`,
    "Lower `train.learningRate`.",
  );
