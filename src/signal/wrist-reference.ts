// Where gravity is in each activity, as a model's metadata have it: five bytes an activity, in base64, since a list of
// numbers would be a fortieth of a small model's file.
import type { Preprocessing } from "./preprocessing.ts";

/**
 * In 64ths of g: x, y, z, the median over people of their means, then x and y that three quarters of the people have at
 * least, signed, 0 where that says nothing.
 */
export type WristClass = readonly [x: number, y: number, z: number, leanX: number, leanY: number];
/** In the labels' order; what signal/wrist-detector.ts compares a wearer with. */
export type WristReference = readonly WristClass[];

/** Numbers are 64ths of g, −127 to 127. */
export const REFERENCE_ONE_G = 64;
const VALUES = 5;

export function encodeWristReference(reference: WristReference): string {
  return btoa(String.fromCharCode(...Uint8Array.from(reference.flat())));
}

/** Null where it is not so many activities in base64. */
export function decodeWristReference(text: string, classes: number): WristReference | null {
  // The alphabet and the length, so that atob has nothing to refuse.
  const length = 4 * Math.ceil((VALUES * classes) / 3);
  if (text.length !== length || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const values = Int8Array.from(atob(text), (char) => char.charCodeAt(0));
  if (values.length !== VALUES * classes || values.includes(-128)) return null;
  return Array.from({ length: classes }, (_, c) => {
    const [x, y, z, leanX, leanY] = values.subarray(c * VALUES);
    return [x!, y!, z!, leanX!, leanY!];
  });
}

/** The same pre-processing for a network of other labels: a label that training did not know leaves no reference. */
export function relabelled(preprocessing: Preprocessing, labels: readonly string[]): Preprocessing {
  const { wristReference: text, ...rest } = preprocessing;
  const known = text === undefined ? null : decodeWristReference(text, preprocessing.labels.length);
  const classes = labels.map((label) => known?.[preprocessing.labels.indexOf(label)]);
  if (classes.includes(undefined)) return { ...rest, labels };
  return { ...rest, labels, wristReference: encodeWristReference(classes as WristReference) };
}
