// A build's events as lines of text.
import type { BuildEvent, OnEvent } from "../pipeline/events.ts";
import type { EpochRecord, TrainEvent, TrainStage } from "../train/events.ts";
import { count, duration, type Output, percent } from "./output.ts";

export function showEvents(output: Output): OnEvent {
  return (event) => {
    const { text, final } = describe(event);
    if (text !== "") output.progress(text, final);
  };
}

function describe(event: BuildEvent): { text: string; final: boolean } {
  switch (event.kind) {
    case "step":
      return { text: `[${event.number}/${event.of}] ${event.title}`, final: true };
    case "note":
      return { text: `      ${event.text}`, final: true };
    case "data": {
      const { stage, done, total } = event.progress;
      return { text: `      ${stage}: ${count(done)} of ${count(total)}`, final: false };
    }
    case "windows":
      return {
        text: `      ${count(event.done)} of ${count(event.total)} windows ${event.what}`,
        final: false,
      };
    case "train":
      return describeTraining(event.event);
  }
}

/** What stands before the number of an epoch. */
const STAGES: Readonly<Record<TrainStage, string>> = {
  training: "",
  pruning: "pruned, ",
  aware: "as int8, ",
};

function describeTraining(event: TrainEvent): { text: string; final: boolean } {
  const pace = `${count(event.windowsPerSecond)} windows/s, at most ${duration(event.secondsLeft)} left`;
  const head = `      ${STAGES[event.stage]}epoch ${event.epoch}/${event.of}`;
  const fit = `loss ${event.loss.toFixed(3)} accuracy ${percent(event.accuracy)}`;
  if (event.kind === "batch") {
    return { text: `${head} ${count(event.seen)}/${count(event.windows)} ${fit}, ${pace}`, final: false };
  }
  return { text: `${head} ${fit}${describeValidation(event)}, ${pace}`, final: true };
}

function describeValidation({
  validationLoss,
  validationAccuracy,
  best,
}: EpochRecord & { best: boolean }): string {
  if (validationLoss === null || validationAccuracy === null) return "";
  return `, validation ${validationLoss.toFixed(3)} ${percent(validationAccuracy)}${best ? " *" : ""}`;
}
