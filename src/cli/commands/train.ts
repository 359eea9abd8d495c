// bandsmith train: data and training only; build goes on from what this leaves.
import type { Command } from "../command.ts";
import { describeFineTuning } from "../fine-tuning.ts";
import { duration, percent } from "../output.ts";
import { showEvents } from "../progress.ts";
import { BAND_OPTIONS, type BandOptions } from "../shared-options.ts";

export const train: Command<BandOptions> = {
  usage: "train [band]",
  about: "Train the network of a band.yaml; build then starts from it",
  options: (args) =>
    args
      .positional("band", BAND_OPTIONS.band)
      .option("seed", BAND_OPTIONS.seed)
      .option("fresh", BAND_OPTIONS.fresh)
      .example("$0 train my-band/band.yaml --seed 2", "Another draw of subjects, weights and batches"),
  async run({ band, seed, fresh }, output) {
    const { trainBand } = await import("../../pipeline/build.ts");
    const { trained, file, paths } = await trainBand({
      bandFile: band,
      seed,
      fresh,
      onEvent: showEvents(output),
    });
    const best = trained.history[trained.bestEpoch - 1];
    const accuracy = best?.validationAccuracy ?? null;
    output.json({
      epochs: trained.history.length,
      bestEpoch: trained.bestEpoch,
      best,
      pruning: trained.pruning,
      aware: trained.aware,
      pace: trained.pace,
      ...paths,
    });
    output.line(
      `${file.name}: ${trained.history.length} epochs, kept is epoch ${trained.bestEpoch}` +
        (accuracy === null ? "" : ` (validation accuracy ${percent(accuracy)})`) +
        (trained.pace === null ? ", taken from an earlier run" : `, ${duration(trained.pace.seconds)}`),
    );
    for (const [what, text] of describeFineTuning(trained)) output.line(`${what.padEnd(8)} ${text}`);
    output.line(`network  ${paths.model}`);
    output.line(`history  ${paths.record}`);
    return 0;
  },
};
