// Words and numbers of a protocol that the terminal and the tables share.
import type { Spread } from "../../evaluate/spread.ts";
import type { Setting } from "./summary.ts";

/** What a setting is called. */
export const SETTING_TITLES: Readonly<Record<Setting, string>> = {
  familiar: "general network, known people, later windows",
  general: "general network, strangers",
  worn: "general network, strangers, worn as told",
  personal: "personal head, strangers, worn as told",
};

export function spread({ mean, deviation }: Spread): string {
  return deviation === null ? share(mean) : `${share(mean)} ± ${share(deviation)}`;
}

export function share(value: number): string {
  return value.toFixed(4).replace(/^0/, "");
}

export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${share(Math.abs(value))}`;
}
