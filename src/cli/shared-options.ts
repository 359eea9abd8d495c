// Options that several commands take, worded once.

export interface BandOptions {
  readonly band: string;
  readonly seed: number | undefined;
  readonly fresh: boolean;
}

export const BAND_OPTIONS = {
  band: { type: "string", default: "band.yaml", describe: "The band file" },
  seed: { type: "number", describe: "Instead of the band file's seed; the same seed gives the same bytes" },
  fresh: { type: "boolean", default: false, describe: "Train again even if nothing has changed" },
} as const;
