// bandsmith flash: builds a project with PlatformIO and writes it to the board.
import type { Command } from "../command.ts";
import { DEVICE_OPTIONS, type DeviceOptions } from "../shared-options.ts";

export const flash: Command<DeviceOptions> = {
  usage: "flash [band]",
  about: "Build the firmware with PlatformIO and write it to the board",
  options: (args) =>
    args
      .positional("band", DEVICE_OPTIONS.band)
      .option("env", DEVICE_OPTIONS.env)
      .option("port", DEVICE_OPTIONS.port)
      .option("pio", DEVICE_OPTIONS.pio)
      .example("$0 flash my-band/band.yaml", "The first time takes minutes: compilers are downloaded")
      .example("$0 flash my-band/band.yaml --env esp32-devkit-arduino", "The same on Arduino's core"),
  async run({ band, env, port, pio }, output) {
    const { findProject } = await import("../../pipeline/device-project.ts");
    const { flashProject } = await import("../../pipeline/pio.ts");
    const project = findProject(band);
    const environment = env ?? project.defaultEnvironment ?? "";
    await flashProject({ pio, project, environment: env, port }, (line) => {
      output.note(line);
    });
    output.json({ flashed: true, project: project.folder, environment });
    output.line(`flashed ${environment}; bandsmith monitor ${band} shows what it says`);
    return 0;
  },
};
