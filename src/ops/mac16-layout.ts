// How values and weights lie in memory for the kernels with MAC16.

/** kMac16Taps and kMac16Ahead of mac16.h. */
export const TAPS = 4;
export const AHEAD = 2;

/** The order of a word's values in widenWords() of widen.h, and what it adds to each. */
const WORD = [0, 2, 1, 3];
export const ADDED = 128;

/** Whether so many values are whole words, and widened as such. */
export function inWords(depth: number): boolean {
  return depth % WORD.length === 0;
}

/** Which value stands at a place. */
export function wordOrder(place: number): number {
  return place - (place % WORD.length) + WORD[place % WORD.length]!;
}
