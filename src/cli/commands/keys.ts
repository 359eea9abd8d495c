// bandsmith keys: the pair that signs heads for a band.
import path from "node:path";
import type { Command } from "../command.ts";

export const keys: Command<{ folder: string }> = {
  usage: "keys [folder]",
  about: "Make a pair of Ed25519 keys: one signs heads, the other goes into the firmware",
  options: (args) =>
    args
      .positional("folder", { type: "string", default: ".", describe: "Where the two PEM files go" })
      .example("$0 keys my-band", "Then in band.yaml: update: { publicKey: head-public.pem }"),
  async run({ folder }, output) {
    const { makeKeys } = await import("../../pipeline/head-keys.ts");
    const files = makeKeys(folder).map((file) => path.relative(process.cwd(), file));
    output.json({ files });
    for (const file of files) output.line(`wrote ${file}`);
    output.line("keep the private one to yourself; in band.yaml: update: { publicKey: head-public.pem }");
    return 0;
  },
};
