// Messages of heads that are fitted to one wearer.
import { UserError } from "../errors.ts";

export const headNotThere = (found: string): UserError =>
  new UserError(
    "head/not-there",
    `The model has no head that could be fitted to a wearer: ${found}.`,
    "Give an int8 model that ends in FULLY_CONNECTED without activation, one scale for its weights, and SOFTMAX.",
  );

export const headBeyondLimits = (found: string, expected: string): UserError =>
  new UserError(
    "head/beyond-limits",
    `The model's head has ${found}; ${expected} can be fitted to a wearer.`,
    "Choose a model with a narrower last layer, or fewer activities.",
  );

export const headOfOtherModel = (expected: number, found: number): UserError =>
  new UserError(
    "head/of-other-model",
    `The head's ${found} features are not the model's ${expected} in number, scale or zero point.`,
    "A head fits only the model whose features it was fitted on: fit one for this model.",
  );

export const headWrongClasses = (found: number, fewest: number, most: number): UserError =>
  new UserError(
    "head/wrong-classes",
    `${fewest} to ${most} activities make a head, not ${found}.`,
    "Record windows of as many activities as shall be told apart.",
  );

export const headClassTwice = (label: string): UserError =>
  new UserError(
    "head/class-twice",
    `The activity "${label}" is named twice.`,
    "Give all its windows under one name.",
  );

export const headClassWithoutWindows = (label: string): UserError =>
  new UserError(
    "head/class-without-windows",
    `There is no window of "${label}".`,
    "Record some seconds of it, or leave the activity out.",
  );

export const headTooManyWindows = (found: number, most: number): UserError =>
  new UserError(
    "head/too-many-windows",
    `${found} windows were given; ${most} are the most that a head is fitted on.`,
    "Give about 15 windows of each activity.",
  );
