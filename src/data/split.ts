// Training, validation and test windows, by one of the ways of band.yaml's `split`.
import type { SplitSpec } from "../spec/band.ts";
import { dataClassNotInTraining, dataEmptySplit, dataTooFewWindows } from "../util/messages.ts";
import type { Random } from "../util/random.ts";
import { compareNames } from "./labels.ts";
import { isNobody, type SubjectParts, splitByList, splitBySubject } from "./split-subjects.ts";
import { splitByTime } from "./split-time.ts";
import { labelOf, selectWindows, subjectOf, type WindowSet, windowCount } from "./window-set.ts";
import { countByClass, windowsBySubject } from "./windows.ts";

export interface Split {
  readonly by: SplitSpec["by"];
  /** True where test windows share samples with training windows: its accuracy says nothing about new data. */
  readonly leaking: boolean;
  readonly train: WindowSet;
  readonly validation: WindowSet;
  readonly test: WindowSet;
  /** Later windows of the people who train, where `split.familiar` asks for them. */
  readonly familiar: WindowSet | null;
  /** Who is in each part; by time or by window everyone is in all. */
  readonly subjects: SubjectParts;
  /** One sentence for reports. */
  readonly description: string;
}

/** Fewer training windows of a class than this teach nothing and make validation a coin toss. */
const MINIMUM_TRAIN_WINDOWS = 10;

type SplitMethod<By extends SplitSpec["by"]> = (
  all: WindowSet,
  spec: Extract<SplitSpec, { by: By }>,
  random: Random,
) => Omit<Split, "by" | "familiar"> & { readonly familiar?: WindowSet };

const SPLIT_METHODS: { readonly [By in SplitSpec["by"]]: SplitMethod<By> } = {
  subject(all, spec, random) {
    const parts = splitBySubject(subjectsOf(all), spec.test, spec.validation, random);
    const split = { ...bySubjects(all, parts), description: describeSubjects(parts) };
    return spec.familiar === undefined ? split : withFamiliar(split, spec.familiar);
  },
  list(all, spec, random) {
    const parts = splitByList(subjectsOf(all), spec, random);
    return { ...bySubjects(all, parts), description: describeSubjects(parts) };
  },
  time(all, spec) {
    const { dropped, ...parts } = splitByTime(all, spec.test, spec.validation);
    const description =
      "by time within each subject and class, the same people on both sides; " +
      `${dropped} windows across the boundaries dropped`;
    return { ...parts, leaking: false, subjects: everyone(all), description };
  },
  "random-window"(all, spec, random) {
    const order = random.shuffle(Int32Array.from({ length: windowCount(all) }, (_, w) => w));
    const testEnd = Math.round(spec.test * order.length);
    const validationEnd = testEnd + Math.round(spec.validation * order.length);
    return {
      test: selectWindows(all, order.subarray(0, testEnd).sort()),
      validation: selectWindows(all, order.subarray(testEnd, validationEnd).sort()),
      train: selectWindows(all, order.subarray(validationEnd).sort()),
      leaking: true,
      subjects: everyone(all),
      description: "by random window: LEAKING, overlapping windows are on both sides",
    };
  },
};

/**
 * @param classes class names, for messages
 * @throws UserError data/subject-in-both, data/unknown-subject, data/too-few-subjects, data/empty-split,
 *   data/class-not-in-training, data/too-few-windows
 */
export function splitWindows(
  all: WindowSet,
  spec: SplitSpec,
  classes: readonly string[],
  random: Random,
): Split {
  // The table's key and the spec's `by` agree, which TypeScript cannot follow through a union.
  const method = SPLIT_METHODS[spec.by] as SplitMethod<SplitSpec["by"]>;
  const split: Split = { by: spec.by, familiar: null, ...method(all, spec, random) };
  checkClasses(all, split, classes);
  for (const part of ["train", "validation", "test", "familiar"] as const) {
    const windows = split[part];
    if (windows === null || (part === "validation" && isNobody(spec.validation))) continue;
    if (windowCount(windows) === 0) throw dataEmptySplit(part, split.description);
  }
  return split;
}

function checkClasses(all: WindowSet, split: Split, classes: readonly string[]): void {
  const inTraining = countByClass(split.train, classes.length);
  const inAll = countByClass(all, classes.length);
  inTraining.forEach((count, label) => {
    if (count >= MINIMUM_TRAIN_WINDOWS) return;
    const everywhere = inAll[label]!;
    if (count > 0 || everywhere < MINIMUM_TRAIN_WINDOWS) {
      throw dataTooFewWindows(
        classes[label]!,
        count,
        MINIMUM_TRAIN_WINDOWS,
        subjectsWith(split.train, label),
      );
    }
    throw dataClassNotInTraining(classes[label]!, "the recordings", subjectsWith(all, label));
  });
}

function subjectsWith(set: WindowSet, label: number): string[] {
  const subjects = new Set<string>();
  for (let w = 0; w < windowCount(set); w++) if (labelOf(set, w) === label) subjects.add(subjectOf(set, w));
  return [...subjects].sort(compareNames);
}

/** Subjects that have at least one window. */
function subjectsOf(set: WindowSet): string[] {
  return [...windowsBySubject(set).keys()].sort(compareNames);
}

function everyone(all: WindowSet): SubjectParts {
  const subjects = subjectsOf(all);
  return { train: subjects, validation: subjects, test: subjects };
}

function bySubjects(all: WindowSet, parts: SubjectParts): Omit<Split, "by" | "description" | "familiar"> {
  const windows = windowsBySubject(all);
  const pick = (subjects: readonly string[]): WindowSet => {
    const chosen = subjects.flatMap((subject) => windows.get(subject) ?? []);
    return selectWindows(
      all,
      chosen.sort((a, b) => a - b),
    );
  };
  return {
    train: pick(parts.train),
    validation: pick(parts.validation),
    test: pick(parts.test),
    leaking: false,
    subjects: parts,
  };
}

/** Takes the last windows of those who train out of the training. */
function withFamiliar<Part extends Pick<Split, "train" | "description">>(
  split: Part,
  share: number,
): Part & { readonly familiar: WindowSet } {
  const { train, test: familiar } = splitByTime(split.train, share, 0);
  const windows = `${windowCount(familiar)} later windows of those who train`;
  return { ...split, train, familiar, description: `${split.description}; apart, ${windows} test` };
}

function describeSubjects({ train, validation, test }: SubjectParts): string {
  const validates =
    validation.length === 0 ? "nobody validates" : `${validation.length} validate (${validation.join(", ")})`;
  return `by subject: ${train.length} train, ${validates}, ` + `${test.length} test (${test.join(", ")})`;
}
