// Messages of evaluate, which follows a protocol over groups of people.
import { UserError } from "../errors.ts";

export function badGroups(option: string): UserError {
  return new UserError(
    "protocol/bad-groups",
    `"${option}" does not say which people are held out together.`,
    'Give a JSON file such as {"heldOut": [["anna", "ben"], ["carl", "dora"]]}, or 4x3 for four groups of three drawn by the seed.',
  );
}

export function groupsTooLarge(wanted: number, people: number): UserError {
  return new UserError(
    "protocol/groups-too-large",
    `${wanted} people are to be held out, but only ${people} recorded.`,
    "Ask for fewer or smaller groups: nobody plays the stranger twice, and somebody has to be learnt from.",
  );
}

export function groupTwice(name: string): UserError {
  return new UserError(
    "protocol/group-twice",
    `${name} is held out twice.`,
    "Name everybody in one group only, or the means count that person twice.",
  );
}

export function unknownInGroups(name: string, people: readonly string[]): UserError {
  return new UserError(
    "protocol/unknown-in-groups",
    `${name} is in a group of strangers but has recorded nothing.`,
    `Who has: ${people.join(", ")}.`,
  );
}

export function badSizes(text: string): UserError {
  return new UserError(
    "protocol/bad-sizes",
    `"${text}" is not a list of numbers of windows.`,
    "Give ascending whole numbers from 1, separated by commas, such as 1,2,5,10,15,30.",
  );
}

export function noTestWindows(person: string, windows: number, calibration: number): UserError {
  return new UserError(
    "protocol/no-test-windows",
    `${person} has ${windows} windows, and none is left to test by after ${calibration} of each activity.`,
    "Calibrate with fewer windows (--windows), record more, or leave that person out of the groups.",
  );
}

export function sessionOutside(person: string, session: string, wearings: readonly string[]): UserError {
  return new UserError(
    "protocol/session-outside",
    `The session ${session} of ${person} has no name like ${wearings.join(" or ")}.`,
    "Give --wearings patterns, separated by commas, that cover all sessions, such as L-*,R-*; or each, for every session by itself.",
  );
}
