// What the reader accepted, judged by the real TFLite Micro: a file that both run must give the same values in both.
import { type Case, type Judge, judgeCases, type Outcome } from "../scripts/conformance/judge.ts";

/** TFLite Micro believes its files, and may end its process over a bad one: a few at a time. */
const CHUNK = 64;

export interface Verdicts {
  readonly equal: number;
  /** Files that TFLite Micro does not run. */
  readonly refused: number;
  readonly different: readonly Outcome[];
}

export async function judgeAccepted(judge: Judge, accepted: readonly Case[]): Promise<Verdicts> {
  const outcomes: Outcome[] = [];
  let refused = 0;
  const examine = async (cases: readonly Case[]): Promise<void> => {
    try {
      outcomes.push(...(await judgeCases({ ...judge, quiet: true }, cases)));
    } catch {
      if (cases.length === 1) {
        refused++;
        return;
      }
      const half = cases.length >> 1;
      await examine(cases.slice(0, half));
      await examine(cases.slice(half));
    }
  };
  for (let i = 0; i < accepted.length; i += CHUNK) await examine(accepted.slice(i, i + CHUNK));
  const different = outcomes.filter((outcome) => outcome.different > 0);
  return { equal: outcomes.length - different.length, refused, different };
}
