// The data step: band.yaml's recordings as windows, told as it goes.
import { type PreparedData, prepareData } from "../data/prepare.ts";
import type { BandFile } from "./band-file.ts";
import type { OnEvent } from "./events.ts";

export async function prepareWindows({ band, baseDir }: BandFile, onEvent: OnEvent): Promise<PreparedData> {
  const data = await prepareData(band, baseDir, {
    onProgress: (progress) => {
      onEvent({ kind: "data", progress });
    },
  });
  const { train, validation, test } = data.info.windows;
  onEvent({ kind: "note", text: `${train} windows to train on, ${validation} to validate, ${test} to test` });
  return data;
}
