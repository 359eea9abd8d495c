// The identity of prepared data without preparing it: the bytes of the files and what band.yaml says about them.
import type { BandSpec } from "../spec/band.ts";
import { canonicalJson, sha256 } from "../util/hash.ts";
import { openDiskSource } from "./disk-source.ts";
import { DATASET_LOADERS } from "./formats/index.ts";
import { selectFiles } from "./load.ts";
import { baseName } from "./source.ts";

/** Raise when the same files and band.yaml come to give other windows. */
const PREPARATION_VERSION = 2;

/** Small files that a loader reads beside the recordings. */
const SIDE_FILES = ["dataset.yaml", "activity_labels.txt"];

/** The parts of band.yaml that the prepared data depend on. */
export type PreparationSpec = Pick<
  BandSpec,
  "data" | "sensor" | "window" | "filters" | "activities" | "split" | "balance" | "seed"
>;

/**
 * SHA-256 (hex) over file names, file bytes as stored, and the relevant part of the spec. Nothing is unpacked or
 * parsed: 60 MB take a fraction of a second. Where the folder lies does not matter.
 * @throws UserError file/not-found, data/no-files
 */
export function fingerprintData(band: PreparationSpec, baseDir: string): string {
  const source = openDiskSource(band.data.path, baseDir);
  const recordings = selectFiles(source, DATASET_LOADERS[band.data.format]);
  const beside = source.files.filter(
    (file) => SIDE_FILES.includes(baseName(file)) && !recordings.includes(file),
  );
  const files = [...recordings, ...beside].map((file) => [file, sha256(source.bytes(file))]);
  const { rateHz, accelRangeG, gyroRangeDps } = band.sensor;
  // JSON leaves out undefined; class order matters and canonical JSON would sort it away.
  const activities = band.activities === undefined ? null : Object.entries(band.activities);
  return sha256(
    canonicalJson({
      version: PREPARATION_VERSION,
      files,
      data: { ...band.data, path: "" },
      sensor: { rateHz, accelRangeG, gyroRangeDps },
      window: band.window,
      filters: band.filters,
      activities,
      split: band.split,
      balance: band.balance,
      seed: band.seed,
    }),
  );
}
