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

export const severalPeople = (people: readonly string[]): UserError =>
  new UserError(
    "personalize/several-people",
    `A head is for one person, and the recordings are of ${people.length}: ${people.join(", ")}.`,
    "Say whose: --subject NAME.",
  );

export const personNotThere = (wanted: string, people: readonly string[]): UserError =>
  new UserError(
    "personalize/unknown-person",
    `${wanted} has recorded nothing.`,
    `Who has: ${people.join(", ")}.`,
  );

export const noActivityKnown = (recorded: readonly string[], labels: readonly string[]): UserError =>
  new UserError(
    "personalize/unknown-activities",
    `The network knows none of what was recorded: ${recorded.join(", ") || "nothing has a label"}.`,
    `It knows ${labels.join(", ")}. Label the recordings so, name what they mean in a dataset.yaml beside them, or use --add.`,
  );

export const personHasNoWindows = (person: string, seconds: number): UserError =>
  new UserError(
    "personalize/no-windows",
    `${person} has recorded no ${seconds} s in one go of an activity that the head shall know.`,
    "Record some 25 s of each activity. An activity that the network does not know wants --add.",
  );

export const unknownAdded = (activity: string, foreign: readonly string[]): UserError =>
  new UserError(
    "personalize/unknown-added",
    `--add ${activity} is no recorded activity that the network does not know.`,
    foreign.length === 0 ? "It knows all that were recorded." : `Such are: ${foreign.join(", ")}.`,
  );

export const unknownDropped = (activity: string, labels: readonly string[]): UserError =>
  new UserError(
    "personalize/unknown-dropped",
    `--drop ${activity} is no activity of the head.`,
    `It would have: ${labels.join(", ")}.`,
  );

export const nothingHeldBack = (person: string, perClass: number): UserError =>
  new UserError(
    "personalize/nothing-held-back",
    `${person} has no window to judge by after ${perClass} of each activity, and the next, which shares samples with them.`,
    "Record more, or fit on fewer (--windows 10); --force takes a head that nothing has judged.",
  );

export const headWorse = (before: number, after: number, windows: number): UserError =>
  new UserError(
    "personalize/worse",
    `The head of one's own is right in ${after} of ${windows} windows that were held back, the head of before in ${before}.`,
    "Nothing was written. See that the labels are right and record more windows; --force takes it all the same.",
  );

export const signingKeyMissing = (places: readonly string[]): UserError =>
  new UserError(
    "personalize/no-key",
    `The firmware takes signed heads alone, and there is no ${places.join(" and no ")}.`,
    "Name the private key whose public half band.yaml has under update.publicKey: --key FILE.",
  );

export const signingKeyOther = (file: string): UserError =>
  new UserError(
    "personalize/other-key",
    `The firmware was built for another key than ${file}.`,
    "Name the private key whose public half band.yaml has under update.publicKey: --key FILE.",
  );
