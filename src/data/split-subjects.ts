// Choosing people: held-out subjects by name or by a seeded share, and nobody on two sides.
import { dataSubjectInBoth, dataTooFewSubjects, dataUnknownSubject } from "../util/messages.ts";
import type { Random } from "../util/random.ts";

/** A share of the people, or their names as written in band.yaml. */
export type HeldOut = number | readonly string[];

/** Whether band.yaml wants none held out. */
export function isNobody(heldOut: HeldOut): boolean {
  return typeof heldOut === "number" ? heldOut === 0 : heldOut.length === 0;
}

export interface SubjectParts {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/**
 * Everyone not held out trains. Shares are of all subjects.
 * @throws UserError data/too-few-subjects, data/unknown-subject, data/subject-in-both
 */
export function splitBySubject(
  subjects: readonly string[],
  test: HeldOut,
  validation: HeldOut,
  random: Random,
): SubjectParts {
  const parts = isNobody(validation) ? 2 : 3; // At least one person each.
  if (subjects.length < parts) throw dataTooFewSubjects(subjects.length, parts);
  const validationNames = typeof validation === "number" ? null : resolve(validation, subjects, "validation");
  const forTest = subjects.filter((subject) => validationNames?.includes(subject) !== true);
  const testNames =
    typeof test === "number"
      ? draw(forTest, shareOf(subjects, test), random.fork("test"))
      : resolve(test, subjects, "test");
  refuseCommon(testNames, "test", validationNames ?? [], "validation");
  const rest = subjects.filter((subject) => !testNames.includes(subject));
  const validated =
    validationNames ?? draw(rest, shareOf(subjects, Number(validation)), random.fork("validation"));
  const train = rest.filter((subject) => !validated.includes(subject));
  if (train.length === 0) throw dataTooFewSubjects(subjects.length, subjects.length + 1);
  return { train, validation: validated, test: testNames };
}

/**
 * Training and test people by name (an official split); the validation people come out of the training ones.
 * @throws UserError data/unknown-subject, data/subject-in-both, data/too-few-subjects
 */
export function splitByList(
  subjects: readonly string[],
  lists: {
    readonly train: readonly string[];
    readonly test: readonly string[];
    readonly validation: HeldOut;
  },
  random: Random,
): SubjectParts {
  const train = resolve(lists.train, subjects, "train");
  const test = resolve(lists.test, subjects, "test");
  refuseCommon(train, "train", test, "test");
  const { validation } = lists;
  if (typeof validation !== "number") {
    const named = resolve(validation, subjects, "validation");
    refuseCommon(named, "validation", test, "test");
    const rest = train.filter((subject) => !named.includes(subject));
    if (rest.length === 0) throw dataTooFewSubjects(train.length, named.length + 1);
    return { train: rest, validation: named, test };
  }
  if (train.length < 2) throw dataTooFewSubjects(train.length, 2);
  const drawn = draw(train, shareOf(train, validation), random.fork("validation"));
  return { train: train.filter((subject) => !drawn.includes(subject)), validation: drawn, test };
}

/** YAML reads 07 as the number 7: a name also matches the one subject of equal number. */
function resolve(names: readonly string[], subjects: readonly string[], key: string): string[] {
  const found = names.map((name) => {
    if (subjects.includes(name)) return name;
    const alike = subjects.filter((subject) => /^\d+$/.test(name) && Number(subject) === Number(name));
    if (alike.length !== 1) throw dataUnknownSubject(name, key, subjects);
    return alike[0]!;
  });
  return [...new Set(found)];
}

function refuseCommon(
  first: readonly string[],
  firstKey: string,
  second: readonly string[],
  secondKey: string,
): void {
  const common = first.find((subject) => second.includes(subject));
  if (common !== undefined) throw dataSubjectInBoth(common, firstKey, secondKey);
}

function shareOf(subjects: readonly string[], share: number): number {
  return Math.max(1, Math.round(share * subjects.length));
}

/** In the order of `subjects`, whatever the order of the draw. At least one is left over. */
function draw(subjects: readonly string[], count: number, random: Random): string[] {
  const drawn = random.shuffle([...subjects]).slice(0, Math.min(count, subjects.length - 1));
  return subjects.filter((subject) => drawn.includes(subject));
}
