// bandsmith push: a head of the wearer's to the band on the serial port.
import type { Command } from "../command.ts";

export const push: Command<{
  head: string | undefined;
  project: string;
  port: string | undefined;
  drop: boolean;
}> = {
  usage: "push [head]",
  about: "Send a signed head to the band over its serial port, or take it back with --drop",
  options: (args) =>
    args
      .positional("head", { type: "string", describe: "A head file" })
      .option("project", {
        type: "string",
        default: "band.yaml",
        describe: "The generated project on the band, or the band file that was built",
      })
      .option("port", { type: "string", describe: "Default: the only serial port that there is" })
      .option("drop", {
        type: "boolean",
        default: false,
        describe: "Back to the network's own head, now and after every start",
      })
      .example("$0 push anna.head --project my-band/band.yaml", "Checked here, sent, and in use")
      .example("$0 push --drop", "As it was built"),
  async run({ head, project, port, drop }, output) {
    const { pushHead } = await import("../../pipeline/push.ts");
    const { pushWithoutHead } = await import("../../util/messages.ts");
    if (drop === (head !== undefined)) throw pushWithoutHead();
    const result = await pushHead({
      project,
      headFile: head ?? null,
      port,
      onProgress: () => undefined,
    });
    output.json(result);
    if (result.sequence === null) output.line(`${result.port}: the network's own head is in use`);
    else {
      const what = result.already ? "was in use already" : "is in use";
      output.line(`${result.port}: head ${result.sequence} ${what}, with ${result.labels.join(", ")}`);
    }
    return 0;
  },
};
