// bandsmith verify: the proof again, on demand, layer by layer.
import type { Command } from "../command.ts";
import { count, table } from "../output.ts";
import { showEvents } from "../progress.ts";
import { BAND_OPTIONS } from "../shared-options.ts";

export const verify: Command<{ band: string; seed: number | undefined }> = {
  usage: "verify [band]",
  about:
    "Compare, int8 exact, the quantised network with the .tflite file on disk; exit 1 if any value differs",
  options: (args) =>
    args
      .positional("band", BAND_OPTIONS.band)
      .option("seed", BAND_OPTIONS.seed)
      .example("$0 verify my-band/band.yaml", "Every test window, every layer"),
  async run({ band, seed }, output) {
    const { verifyBand } = await import("../../pipeline/verify.ts");
    const { agreement, file } = await verifyBand(band, seed, showEvents(output));
    const { windows, values, different, layers, firstWindow } = agreement;
    output.json({ windows, values, different, layers, firstWindow, file });
    output.line("compared: the interpreter on the quantised graph, and the interpreter on the file's bytes");
    output.line(`file:     ${file}`);
    output.line();
    output.line(
      table([
        ["layer", "tensor", "values", "different"],
        ...layers.map((layer) => [layer.operator, layer.tensor, layer.values, layer.different]),
      ]),
    );
    output.line();
    output.line(`${count(windows)} windows, ${count(values)} output values: ${count(different)} different`);
    if (firstWindow !== null) output.line(`first in window ${firstWindow}`);
    return layers.some((layer) => layer.different > 0) ? 1 : 0;
  },
};
