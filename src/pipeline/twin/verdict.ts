// What keeps a run of the twin from passing, in words.
import type { PushEnd } from "../../device/head-push.ts";
import type { Fault } from "../../emulate/faults.ts";
import type { Finding, LogLine } from "../../emulate/findings.ts";
import type { Proof } from "../../emulate/proof.ts";
import type { SampleAccount } from "../../emulate/summary.ts";
import type { ToldSamples } from "./ask-samples.ts";

export interface Judged {
  readonly lines: readonly LogLine[];
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
  readonly proof: Pick<
    Proof,
    "different" | "wrongInputs" | "wrongDecisions" | "missing" | "malformed" | "wrongLearning"
  >;
  readonly samples: Pick<SampleAccount, "untold">;
  readonly deafSeconds: number;
  readonly stackGrowthBytes: number;
  /** Of a head that was sent; absent where none was. */
  readonly push?: PushEnd | null;
  /** Samples that were asked for; absent where none were. */
  readonly collected?: Pick<ToldSamples, "told" | "different"> | null;
}

/** The longest window that band.yaml allows is 60 s; setting up comes before it. */
const DEAF_SECONDS = 70;

/** How much of each there is; none of it may be. */
const CHECKS: readonly (readonly [what: string, found: (run: Judged) => number])[] = [
  ["outputs differ", ({ proof }) => proof.different],
  ["windows' inputs differ", ({ proof }) => proof.wrongInputs],
  ["decisions do not follow from the outputs", ({ proof }) => proof.wrongDecisions],
  ["times something else was learned", ({ proof }) => proof.wrongLearning],
  ["windows are missing", ({ proof }) => proof.missing],
  ["window lines are malformed", ({ proof }) => proof.malformed],
  ["samples were lost without a word", ({ samples }) => samples.untold],
  ["bytes more of stack than after the first minute", ({ stackGrowthBytes }) => stackGrowthBytes],
  ["head that was not installed", ({ push }) => (push == null || push.kind === "done" ? 0 : 1)],
  ["samples on the serial port that the driver did not read", ({ collected }) => collected?.different ?? 0],
  ["band that told no samples", ({ collected }) => (collected?.told === 0 ? 1 : 0)],
  ["findings", ({ findings }) => findings.length],
  [
    "seconds at the end without a window or a reason",
    ({ deafSeconds }) => (deafSeconds < DEAF_SECONDS ? 0 : Math.round(deafSeconds)),
  ],
  ["times engine-failed", ({ lines }) => count(lines, "engine-failed", () => true)],
  [
    "self-checks with golden windows that came out otherwise",
    ({ lines }) => count(lines, "self-check", (json) => json["different"] !== 0),
  ],
  [
    // The simulated sensor is sound, and moves by what its trim says: only a fault on the bus may have it look otherwise.
    "self-tests of the sensor that deviate, with no fault to blame",
    ({ lines, faults }) =>
      faults.length > 0 ? 0 : count(lines, "self-test", (json) => json["detail"] === "deviates"),
  ],
];

/** Empty if nothing differs, nothing is missing and nothing was found. */
export function failuresOf(run: Judged): string[] {
  return CHECKS.flatMap(([what, found]) => {
    const times = found(run);
    return times === 0 ? [] : [`${times} ${what}`];
  });
}

function count(
  lines: readonly LogLine[],
  event: string,
  isMeant: (json: Readonly<Record<string, unknown>>) => boolean,
): number {
  return lines.filter(({ json }) => json !== null && json["event"] === event && isMeant(json)).length;
}
