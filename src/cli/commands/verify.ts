// bandsmith verify: the proof again, on demand, and against the runtimes that nobody here wrote.
import type { Verification } from "../../pipeline/verification.ts";
import { dataWithBand } from "../../util/messages.ts";
import type { Command } from "../command.ts";
import type { Output } from "../output.ts";
import { showEvents } from "../progress.ts";
import { DATA_OPTION, type DataOptions, dataSourceOf, RECORDING_OPTIONS } from "../shared-options.ts";
import { printVerification } from "../verification-table.ts";

interface VerifyOptions extends DataOptions {
  readonly what: string;
  readonly seed: number | undefined;
  readonly against: string | undefined;
  readonly python: string;
  readonly timeout: number;
  readonly windows: number | undefined;
  readonly layers: boolean;
}

export const verify: Command<VerifyOptions> = {
  usage: "verify [what]",
  about:
    "Compare the network, its .tflite file and real TFLite runtimes; exit 1 if what must be equal differs",
  options: (args) =>
    args
      .positional("what", {
        type: "string",
        default: "band.yaml",
        describe: "A band file that was built, or any int8 .tflite file",
      })
      .option("against", {
        type: "string",
        describe: "Runtimes to compare with, from PyPI: tflm (every value equal), litert (the same classes)",
      })
      .option("python", { type: "string", default: "python3", describe: "The Python that has them" })
      .option("timeout", { type: "number", default: 600, describe: "Seconds that a runtime may take" })
      .option("windows", {
        type: "number",
        describe: "Compare no more windows; default: all recorded ones, 256 random ones",
      })
      .option("seed", { type: "number", describe: "Of the band's draw, or of random inputs" })
      .option("layers", {
        type: "boolean",
        default: false,
        describe: "Every layer, also where outputs are equal",
      })
      .option("data", DATA_OPTION)
      .option("format", RECORDING_OPTIONS.format)
      .option("accel", RECORDING_OPTIONS.accel)
      .option("gyro", RECORDING_OPTIONS.gyro)
      .option("repeatedStamps", RECORDING_OPTIONS.repeatedStamps)
      .option("sessions", RECORDING_OPTIONS.sessions)
      .example("$0 verify my-band/band.yaml", "Every test window, every layer: memory against file")
      .example("$0 verify my-band/band.yaml --against tflm,litert", "And the real runtimes")
      .example("$0 verify model.tflite --against tflm --windows 1000", "Any int8 file, on random inputs"),
  async run(options, output) {
    const result = await compare(options, output);
    output.json(result);
    printVerification(result, output, options.layers);
    return result.passed ? 0 : 1;
  },
};

async function compare(options: VerifyOptions, output: Output): Promise<Verification> {
  const { what, seed, python, timeout, windows, layers } = options;
  const { verifyBand, verifyFile } = await import("../../pipeline/verify.ts");
  const { runtimeIds } = await import("../../pipeline/runtimes/index.ts");
  const settings = {
    seed,
    against: runtimeIds(options.against ?? ""),
    python,
    timeoutSeconds: timeout,
    windows,
    layers,
    onEvent: showEvents(output),
  };
  const data = dataSourceOf(options);
  if (what.endsWith(".tflite")) return verifyFile(what, data, settings);
  if (data !== null) throw dataWithBand(what);
  return verifyBand(what, settings);
}
