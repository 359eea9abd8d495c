// What the reader accepted, judged by the real TFLite Micro: a file that both run must give the same values in both.
import { type Case, type Judge, judgeCases, type Outcome } from "../scripts/conformance/judge.ts";

export interface Verdicts {
  readonly equal: number;
  /** Files that TFLite Micro does not run. */
  readonly refused: number;
  readonly different: readonly Outcome[];
}

/** TFLite Micro believes its files and may end its process over a bad one, so each has a process of its own. */
export async function judgeAccepted(judge: Judge, accepted: readonly Case[]): Promise<Verdicts> {
  const outcomes = await judgeCases({ ...judge, mayFail: true }, accepted);
  const different = outcomes.filter((outcome) => outcome.different > 0);
  return {
    equal: outcomes.length - different.length,
    refused: accepted.length - outcomes.length,
    different,
  };
}
