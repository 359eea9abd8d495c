// Recordings by themselves, without a band.yaml: what they hold, and their conversion.
import path from "node:path";
import { type DatasetSummary, describeDataset } from "../data/describe.ts";
import { type LoadedDataset, loadDataset } from "../data/load.ts";
import { convertDataset, writeDataset } from "../data/recordings-writer.ts";
import { type BandSpec, bandSchema, type DataFormat, type Units } from "../spec/band.ts";
import { unitsIncomplete } from "../util/messages.ts";
import type { OnEvent } from "./events.ts";

export interface DataSource {
  readonly path: string;
  readonly format: DataFormat;
  readonly accel: Units["accel"] | undefined;
  readonly gyro: Units["gyro"] | undefined;
  readonly repeatedStamps: BandSpec["data"]["repeatedStamps"];
  /** Only sessions with such names, * for any letters. */
  readonly sessions?: string | undefined;
}

export async function describeData(source: DataSource, onEvent: OnEvent): Promise<DatasetSummary> {
  const band = defaultBand(source);
  return describeDataset(await load(band, onEvent), band);
}

/** Returns the names of the files written. */
export async function convertData(source: DataSource, out: string, onEvent: OnEvent): Promise<string[]> {
  const files = convertDataset(await load(defaultBand(source), onEvent));
  writeDataset(files, path.resolve(out));
  return [...files.keys()];
}

function load(band: BandSpec, onEvent: OnEvent): Promise<LoadedDataset> {
  return loadDataset(band.data, process.cwd(), (progress) => {
    onEvent({ kind: "data", progress });
  });
}

/**
 * The defaults of band.yaml around these recordings.
 * @throws UserError cli/units-incomplete
 */
export function defaultBand(source: DataSource): BandSpec {
  const { path: location, format, accel, gyro, repeatedStamps, sessions } = source;
  if ((accel === undefined) !== (gyro === undefined)) throw unitsIncomplete();
  const units = accel === undefined || gyro === undefined ? {} : { units: { accel, gyro } };
  return bandSchema.parse({
    board: "none",
    model: "none",
    data: { path: location, format, repeatedStamps, sessions, ...units },
  });
}
