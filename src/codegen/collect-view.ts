// The lines in which samples leave the band (docs/collect.md), as numbers of include/band_config.h.
import type { Preprocessing } from "../signal/preprocessing.ts";
import { collectRateTooHigh } from "../util/messages.ts";
import type { View } from "./template.ts";

/** A line of sixteen samples has 330 letters: at 200 Hz they take a third of what 115200 baud carry. */
const FASTEST_HZ = 200;
/** SampleStream::kMostSamples. */
const MOST_SAMPLES = 16;
const LINES_A_SECOND = 4;

/** @throws UserError project/collect-rate */
export function collectView(isWanted: boolean, { sampleRateHz }: Pick<Preprocessing, "sampleRateHz">): View {
  if (isWanted && sampleRateHz > FASTEST_HZ) throw collectRateTooHigh(sampleRateHz, FASTEST_HZ);
  const samples = Math.min(MOST_SAMPLES, Math.max(1, Math.round(sampleRateHz / LINES_A_SECOND)));
  return { isWanted, samplesPerLine: samples };
}
