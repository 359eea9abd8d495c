// What a build tells of itself while it runs; printing is the command line's.
import type { PrepareProgress } from "../data/prepare.ts";
import type { TrainEvent } from "../train/events.ts";

export type BuildEvent =
  | { readonly kind: "step"; readonly number: number; readonly of: number; readonly title: string }
  | { readonly kind: "data"; readonly progress: PrepareProgress }
  | { readonly kind: "train"; readonly event: TrainEvent }
  | { readonly kind: "windows"; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: "note"; readonly text: string };

export type OnEvent = (event: BuildEvent) => void;
