// Mistakes outside the recordings: each with what is done and what must be answered (docs/bad-input.md).
import { BAND } from "./bad-inputs/band.ts";
import { COLLECT } from "./bad-inputs/collect.ts";
import { COMPARISONS } from "./bad-inputs/comparisons.ts";
import { COMPILE } from "./bad-inputs/compile.ts";
import { DESK } from "./bad-inputs/desk.ts";
import { FILES } from "./bad-inputs/files.ts";
import { HEADS } from "./bad-inputs/heads.ts";
import { LEARN } from "./bad-inputs/learn.ts";
import { MODEL_COMPARISON } from "./bad-inputs/model-comparison.ts";
import { MODELS } from "./bad-inputs/models.ts";
import { OPTIONS } from "./bad-inputs/options.ts";
import { PERSONALIZE } from "./bad-inputs/personalize.ts";
import { PROTOCOL } from "./bad-inputs/protocol.ts";
import { PUSH } from "./bad-inputs/push.ts";
import type { BadInput } from "./bad-inputs/support.ts";
import { TWIN } from "./bad-inputs/twin.ts";

/** By the section of docs/bad-input.md that they stand in. */
const SECTIONS = {
  "band.yaml": BAND,
  "Models and boards": MODELS,
  "Comparing models": MODEL_COMPARISON,
  "Protocols over people": PROTOCOL,
  "Model files and runs": [...FILES, ...COMPILE, ...COMPARISONS],
  "Fitting to one wearer": [...HEADS, ...PERSONALIZE],
  "Learning on the band": LEARN,
  Options: OPTIONS,
  "The twin": TWIN,
  "A board on the desk": DESK,
  "Heads sent to a band": PUSH,
  "Recordings of one's own": COLLECT,
} as const satisfies Readonly<Record<string, readonly BadInput[]>>;

export interface DocumentedInput extends BadInput {
  readonly section: string;
}

export const BAD_INPUTS: readonly DocumentedInput[] = Object.entries(SECTIONS).flatMap(([section, inputs]) =>
  inputs.map((input) => ({ ...input, section })),
);
