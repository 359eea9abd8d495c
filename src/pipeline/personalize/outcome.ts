// What personalising did, as plain data: NAME.json, and what the command line prints.
import type { Metrics } from "../../evaluate/metrics.ts";
import type { WristName } from "../../signal/wrist.ts";

/** Raised where a reader of the file would have to know. */
export const OUTCOME_FORMAT = 1;

export interface ActivityOutcome {
  readonly activity: string;
  /** The network did not know it before. */
  readonly isNew: boolean;
  /** Windows that the head was fitted on. */
  readonly fitted: number;
  /** Windows that judged, and how many of them were right. */
  readonly heldBack: number;
  readonly before: number;
  readonly after: number;
}

export interface Outcome {
  readonly format: typeof OUTCOME_FORMAT;
  readonly tool: string;
  readonly project: string;
  readonly person: string;
  /** SHA-256 of the general network's .tflite file. */
  readonly model: string;
  readonly activities: readonly ActivityOutcome[];
  /** The network's, which the head does not have: not recorded, or dropped. */
  readonly left: readonly string[];
  /** Recorded, but known neither to the network nor to the head. */
  readonly ignored: readonly string[];
  readonly wrist: {
    /** By the fitting windows; null where they do not say, or somebody else said. */
    readonly told: WristName | null;
    /** As the band will take it, seen from how it was built. */
    readonly used: WristName;
  };
  /** On the windows held back, in int8; null where none were. */
  readonly before: Metrics | null;
  readonly after: Metrics | null;
  /** The personal .tflite file against the graph in memory, every layer in every window. */
  readonly verified: { readonly windows: number; readonly values: number; readonly different: number };
  readonly head: {
    readonly sequence: number;
    readonly bytes: number;
    /** Null where the firmware takes no head that is sent, so that none was written. */
    readonly file: string | null;
  };
  readonly tflite: { readonly file: string; readonly bytes: number };
}
