// Boards: every file that ships is right, and a wrong one says where.
import { describe, expect, it } from "vitest";
import { parseBoard } from "../../src/spec/board.ts";
import { checkFits } from "../../src/spec/board-fit.ts";
import { partitionsEnd, partitionTable } from "../../src/spec/partitions.ts";
import { unknownBoard } from "../../src/util/messages.ts";
import { BOARD_IDS, boardOf, smallProject } from "../codegen/small-project.ts";

const good = (id = "esp32-devkit"): Record<string, unknown> =>
  Object.fromEntries(Object.entries(boardOf(id)).filter(([key]) => key !== "id"));

const I2C = { sdaPin: 21, sclPin: 22, clockHz: 400000 };
const SENSOR = { model: "mpu6050", address: 0x68, interruptPin: 27 };
const DISPLAY = { controller: "ssd1306", width: 128, height: 64, address: 0x3c };
const NO_BUTTON = { pin: null, activeLow: true };

describe("boards", () => {
  it("ship four", () => {
    expect(BOARD_IDS).toEqual(["bandx-esp32", "esp32-c3-supermini", "esp32-devkit", "esp32-s3-devkit"]);
  });

  it.each(BOARD_IDS)("%s is valid, and every wire is named in its README and its circuit", (id) => {
    const board = boardOf(id);
    expect(board.id).toBe(id);
    const project = smallProject(id);
    const diagram = JSON.parse(project.get("diagram.json") as string) as {
      parts: { id: string; type: string }[];
      connections: [string, string, string, string[]][];
    };
    expect(diagram.parts[0]).toMatchObject({ id: "esp", type: board.wokwi.part });
    const ends = new Set(diagram.connections.flatMap(([from, to]) => [from, to]));
    const { i2c, sensor, button, battery } = board;
    for (const pin of [i2c.sdaPin, i2c.sclPin, sensor.interruptPin, button.pin].filter(
      (one) => one !== null,
    )) {
      expect(ends).toContain(`esp:${pin}`);
      expect(project.get("README.md")).toContain(`| GPIO ${pin} | `);
    }
    expect(String(project.get("README.md")).includes("The divider")).toBe(battery.pin !== null);
    // Every end belongs to a part that is there.
    const ids = new Set([...diagram.parts.map((part) => part.id), "$serialMonitor"]);
    for (const end of ends) expect(ids).toContain(end.split(":")[0]);
  });

  it.each([
    ["a missing key", { mcu: undefined }, "mcu"],
    ["an unknown key", { colour: "red" }, "colour"],
    ["a pin that is none", { i2c: { sdaPin: 99, sclPin: 22, clockHz: 400000 } }, "i2c.sdaPin"],
    ["a display of another size", { display: { ...DISPLAY, height: 48 } }, "display.height"],
    ["a divider that makes more of a voltage", { battery: { pin: 34, divider: 0.5 } }, "battery.divider"],
    ["a simulated board that is none", { wokwi: { part: "board-uno" } }, "wokwi.part"],
    ["partitions larger than the flash", { appPartitionBytes: 0x200000 }, "65536 B for a model"],
    ["a partition off the flash's pages", { appPartitionBytes: 1000000 }, "multiple of 65536"],
    ["more RAM than there is", { ramBudgetBytes: 200000 }, "ramBudgetBytes: an ESP32 has 163840 B"],
    [
      "a pin that the chip does not have",
      { sensor: { ...SENSOR, interruptPin: 24 } },
      "GPIO 24 does not exist",
    ],
    ["a pin of the flash", { i2c: { ...I2C, sdaPin: 6 } }, "i2c.sdaPin: GPIO 6 carries the flash"],
    ["a pin of the console", { button: { pin: 3, activeLow: true } }, "GPIO 3 carries the serial console"],
    ["a strapping pin", { i2c: { ...I2C, sclPin: 12 } }, "i2c.sclPin: GPIO 12 chooses the start-up mode"],
    [
      "an interrupt on the boot pin",
      { sensor: { ...SENSOR, interruptPin: 0 }, button: NO_BUTTON },
      "GPIO 0 chooses",
    ],
    [
      "a button to 3.3 V on the boot pin",
      { button: { pin: 0, activeLow: false } },
      "only a button to ground on GPIO 0",
    ],
    ["an output on an input", { i2c: { ...I2C, sdaPin: 35 } }, "i2c.sdaPin: GPIO 35 can only be an input"],
    ["a button without a pull-up", { button: { pin: 36, activeLow: true } }, "GPIO 36 has no pull-up"],
    ["a pin twice", { sensor: { ...SENSOR, interruptPin: 21 } }, "GPIO 21 is used for i2c.sdaPin already"],
    [
      "a battery on ADC2",
      { battery: { pin: 25, divider: 2 } },
      "battery.pin: GPIO 25 does not belong to ADC1",
    ],
    ["a cell above the ADC", { battery: { pin: 34, divider: 1.5 } }, "battery.divider: leaves 2800 mV"],
    ["another chip's simulated board", { wokwi: { part: "board-esp32-s3-devkitc-1" } }, "is an ESP32-S3"],
    ["a pin without a header", { sensor: { ...SENSOR, interruptPin: 37 } }, "has no header for GPIO 37"],
  ])("names file and key of %s", (_what, change, message) => {
    expect(() => parseBoard({ ...good(), ...change }, "mine")).toThrow(/^boards\/mine\.json/);
    expect(() => parseBoard({ ...good(), ...change }, "mine")).toThrow(message);
  });

  it("takes what is near those", () => {
    const near = {
      sensor: { ...SENSOR, interruptPin: 35 },
      battery: { pin: 34, divider: 1.8 },
      display: { ...DISPLAY, height: 32 },
      button: { pin: 13, activeLow: false },
      appPartitionBytes: 0x1f0000,
    };
    expect(parseBoard({ ...good(), ...near }, "mine")).toMatchObject(near);
  });

  it.each([
    ["esp32-c3-supermini", { i2c: { ...I2C, sdaPin: 18, sclPin: 7 } }, "GPIO 18 carries the USB console"],
    [
      "esp32-c3-supermini",
      { i2c: { ...I2C, sdaPin: 12, sclPin: 7 } },
      "GPIO 12 carries the flash of an ESP32-C3",
    ],
    [
      "esp32-c3-supermini",
      { battery: { pin: 5, divider: 2 }, sensor: { ...SENSOR, interruptPin: null } },
      "ADC1",
    ],
    ["esp32-s3-devkit", { i2c: { ...I2C, sdaPin: 22, sclPin: 9 } }, "GPIO 22 does not exist on an ESP32-S3"],
    ["esp32-s3-devkit", { i2c: { ...I2C, sdaPin: 45, sclPin: 9 } }, "GPIO 45 chooses the start-up mode"],
  ])("knows the pins of %s", (id, change, message) => {
    expect(() => parseBoard({ ...good(id), ...change }, id)).toThrow(message);
  });

  it("lays the flash out without gaps that overlap, on pages, and within it", () => {
    for (const id of BOARD_IDS) {
      const { appPartitionBytes, flashBytes } = boardOf(id);
      const table = partitionTable(appPartitionBytes);
      let end = 0x9000;
      for (const one of table) {
        expect(one.offset).toBeGreaterThanOrEqual(end);
        expect(one.offset % (one.type === "app" ? 0x10000 : 0x1000)).toBe(0);
        end = one.offset + one.bytes;
      }
      expect(end).toBe(partitionsEnd(appPartitionBytes));
      expect(end).toBeLessThanOrEqual(flashBytes);
    }
  });

  it("lists what exists beside an unknown one", () => {
    expect(unknownBoard("band.yaml:1", "esp33", BOARD_IDS).hint).toContain("bandx-esp32, esp32-c3-supermini");
  });

  it("takes a model that fits and tells how much is used", () => {
    const flash = { bytes: 15_000, what: "model" };
    const network = { flash, ram: { bytes: 6_000, what: "tensor arena" } };
    const fit = checkFits({ engine: "tflm", ...network }, boardOf("bandx-esp32"));
    expect(fit.ramBytes).toBeLessThan(fit.ramAvailable);
    expect(fit.flashBytes).toBe(15_000 + 400 * 1024);
    // Without an interpreter.
    expect(checkFits({ engine: "compiled", ...network }, boardOf("bandx-esp32")).flashBytes).toBe(
      15_000 + 250 * 1024,
    );
  });
});
