// The data formats: adding one is a file here and a line in this table.
import type { DataFormat } from "../../spec/band.ts";
import { haptLoader } from "./hapt.ts";
import type { DatasetLoader } from "./loader.ts";
import { pamap2Loader } from "./pamap2.ts";
import { recordingsLoader } from "./recordings.ts";
import { uciHarLoader } from "./uci-har.ts";
import { wisdmLoader } from "./wisdm.ts";

export const DATASET_LOADERS: Readonly<Record<DataFormat, DatasetLoader>> = {
  recordings: recordingsLoader,
  wisdm: wisdmLoader,
  pamap2: pamap2Loader,
  "uci-har": uciHarLoader,
  hapt: haptLoader,
};
