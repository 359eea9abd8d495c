// What a person sees while a band's samples come: what to do, how much there is, and the six axes as bars.
import type { CollectView } from "../pipeline/collect/collect.ts";
import { CHANNELS } from "../signal/preprocessing.ts";
import { count } from "./output.ts";

/** Letters of a bar on each side of its middle. */
const HALF = 20;
/** What fills half a bar: little of what the sensor can, and what a wrist mostly does. */
const FULL = { g: 2, "deg/s": 500 } as const;

/** @param longest seconds after which a recording ends by itself */
export function collectLines(view: CollectView, longest: number): string[] {
  const { rateHz, gaps, lost, sample } = view;
  const line = gaps === 0 ? "no gaps" : `${gaps} gaps, ${count(lost)} samples known to be lost`;
  const rate = rateHz === 0 ? "no samples yet" : `${rateHz.toFixed(1)} Hz`;
  return [
    headline(view, longest),
    `${rate}, ${line}`,
    ...CHANNELS.map((name, c) => axis(name, sample?.[c], c)),
  ];
}

function headline(
  { phase, activity, countdownSeconds, seconds, windows }: CollectView,
  longest: number,
): string {
  const name = activity ?? "";
  switch (phase) {
    case "connecting":
      return "asking the band";
    case "waiting":
      return `next: ${name}   [space] or the band's button starts, [n] skips, [q] ends`;
    case "countdown":
      return `${name} in ${Math.ceil(countdownSeconds)}   [space] stops, [q] ends`;
    case "recording":
      return `${name}: ${seconds.toFixed(1)} of ${longest} s, ${windows} windows   [space] or [n] completes, [q] completes and ends`;
    case "done":
      return "ending";
  }
}

function axis(name: string, value: number | undefined, channel: number): string {
  if (value === undefined) return name;
  const unit = channel < 3 ? "g" : "deg/s";
  const at = Math.round((HALF * value) / FULL[unit]);
  const end = Math.min(HALF, Math.max(-HALF, at));
  const cells = Array.from({ length: 2 * HALF + 1 }, (_, i) => {
    const place = i - HALF;
    if (place === 0) return "|";
    return Math.sign(place) === Math.sign(end) && Math.abs(place) <= Math.abs(end) ? "#" : " ";
  });
  const figure = value.toFixed(channel < 3 ? 2 : 0).padStart(7);
  return `${name} [${cells.join("")}] ${figure} ${unit}`;
}
