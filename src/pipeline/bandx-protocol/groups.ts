// Who plays the stranger: groups of people who are held out together, from a file or drawn by the seed.
import { z } from "zod";
import { compareNames } from "../../data/labels.ts";
import { badGroups, badSizes, groupsTooLarge, groupTwice, unknownInGroups } from "../../util/messages.ts";
import { seededRandom } from "../../util/random.ts";
import { readNeeded } from "../files.ts";

/** Such as splits.json: numbers where people have numbers for names. */
const groupsFileSchema = z.object({
  heldOut: z.array(z.array(z.union([z.string().min(1), z.number()])).min(1)).min(1),
});

/** "4x3": four groups of three. */
const DRAWN = /^(\d+)x(\d+)$/;

/**
 * @param option a JSON file with `heldOut`, a list of groups, or "4x3" for four groups of three drawn by the seed
 * @param subjects everyone who recorded
 * @returns groups that share nobody
 * @throws UserError protocol/bad-groups, protocol/groups-too-large, protocol/group-twice, protocol/unknown-in-groups, file/not-found
 */
export function readGroups(option: string, subjects: readonly string[], seed: number): string[][] {
  const drawn = DRAWN.exec(option);
  return drawn === null
    ? groupsOfFile(option, subjects)
    : drawGroups(Number(drawn[1]), Number(drawn[2]), subjects, seed);
}

function groupsOfFile(file: string, subjects: readonly string[]): string[][] {
  const parsed = groupsFileSchema.safeParse(
    parseJson(readNeeded(file, "The file of groups").toString("utf8")),
  );
  if (!parsed.success) throw badGroups(file);
  const groups = parsed.data.heldOut.map((group) => group.map(String));
  const seen = new Set<string>();
  for (const name of groups.flat()) {
    if (!subjects.includes(name)) throw unknownInGroups(name, subjects);
    if (seen.has(name)) throw groupTwice(name);
    seen.add(name);
  }
  checkOthersTrain(groups, subjects);
  return groups;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function drawGroups(count: number, size: number, subjects: readonly string[], seed: number): string[][] {
  if (count < 1 || size < 1) throw badGroups(`${count}x${size}`);
  if (count * size > subjects.length) throw groupsTooLarge(count * size, subjects.length);
  const order = seededRandom(seed)
    .fork("groups")
    .shuffle([...subjects]);
  const groups = Array.from({ length: count }, (_, i) =>
    order.slice(i * size, (i + 1) * size).sort(compareNames),
  );
  checkOthersTrain(groups, subjects);
  return groups;
}

/** Somebody must be left to learn from. */
function checkOthersTrain(groups: readonly (readonly string[])[], subjects: readonly string[]): void {
  const largest = Math.max(...groups.map((group) => group.length));
  if (largest >= subjects.length) throw groupsTooLarge(largest, subjects.length);
}

/**
 * Numbers of windows, ascending.
 * @throws UserError protocol/bad-sizes
 */
export function parseSizes(text: string): number[] {
  const sizes = text.split(",").map((part) => part.trim());
  const numbers = sizes.map(Number);
  const good = numbers.every((size, i) => Number.isInteger(size) && size > (numbers[i - 1] ?? 0));
  if (!good || sizes.includes("")) throw badSizes(text);
  return numbers;
}
