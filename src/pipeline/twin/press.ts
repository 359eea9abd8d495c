// Presses of the twin's button, as a person writes them: `20s`, or held `20s-23s`.
import type { Press } from "../../emulate/button.ts";
import { pressBad } from "../../util/messages.ts";

const SHORT_PRESS_SECONDS = 0.2;
const TIME = /^(\d+(?:\.\d+)?)s?$/;

/** @throws UserError twin/bad-press */
export function parsePress(text: string): Press {
  const [from, to, ...rest] = text.split("-").map((part) => TIME.exec(part.trim())?.[1]);
  if (from === undefined || rest.length > 0 || (text.includes("-") && to === undefined)) throw pressBad(text);
  const fromSeconds = Number(from);
  const toSeconds = to === undefined ? fromSeconds + SHORT_PRESS_SECONDS : Number(to);
  if (toSeconds <= fromSeconds) throw pressBad(text);
  return { fromSeconds, toSeconds };
}
