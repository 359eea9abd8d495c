// bandsmith init: a folder with a band.yaml that teaches, ready to build.
import path from "node:path";
import type { Command } from "../command.ts";

export const init: Command<{ folder: string; board: string; data: string | undefined }> = {
  usage: "init [folder]",
  about: "Make a folder with a commented band.yaml",
  options: (args) =>
    args
      .positional("folder", { type: "string", default: ".", describe: "The new band's folder" })
      .option("board", { type: "string", default: "esp32-devkit", describe: "A board's id" })
      .option("data", { type: "string", describe: "Folder of recordings; default: the SPAR set that ships" })
      .example("$0 init my-band", "Then: $0 build my-band/band.yaml"),
  async run({ folder, board, data }, output) {
    const { initBand } = await import("../../pipeline/init.ts");
    const files = initBand({ folder, board, data });
    output.json({ files });
    for (const file of files) output.line(`wrote ${path.relative(process.cwd(), file)}`);
    const band = path.join(folder, "band.yaml");
    output.line(`next:  bandsmith build ${band.includes(" ") ? JSON.stringify(band) : band}`);
    return 0;
  },
};
