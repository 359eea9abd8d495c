// Boards: every file that ships is right, and a wrong one says where.
import { describe, expect, it } from "vitest";
import { parseBoard } from "../../src/spec/board.ts";
import { checkFits } from "../../src/spec/board-fit.ts";
import { unknownBoard } from "../../src/util/messages.ts";
import { BOARD_IDS, boardOf } from "../codegen/small-project.ts";

const good = (): Record<string, unknown> =>
  Object.fromEntries(Object.entries(boardOf("esp32-devkit")).filter(([key]) => key !== "id"));

describe("boards", () => {
  it("ship four", () => {
    expect(BOARD_IDS).toEqual(["bandx-esp32", "esp32-c3-supermini", "esp32-devkit", "esp32-s3-devkit"]);
  });

  it.each(BOARD_IDS)("%s is valid, with pins of its own for each wire", (id) => {
    const board = boardOf(id);
    expect(board.id).toBe(id);
    const pins = [board.i2c.sdaPin, board.i2c.sclPin, board.buttonPin, board.batteryPin].filter(
      (pin) => pin !== null,
    );
    expect(new Set(pins).size).toBe(pins.length);
    // GPIO 6 to 11 carry the flash of an ESP32; a C3's is on 12 to 17, an S3's on 26 to 32.
    const flash = { esp32: [6, 11], esp32c3: [12, 17], esp32s3: [26, 32] }[board.mcu] as [number, number];
    for (const pin of pins) expect(pin < flash[0] || pin > flash[1]).toBe(true);
  });

  it.each([
    ["a missing key", { mcu: undefined }, "mcu"],
    ["an unknown key", { colour: "red" }, "colour"],
    ["a pin that is none", { i2c: { sdaPin: 99, sclPin: 22, clockHz: 400000 } }, "i2c.sdaPin"],
    ["partitions larger than the flash", { appPartitionBytes: 0x200000 }, "two app partitions"],
    ["a partition off the flash's pages", { appPartitionBytes: 1000000 }, "multiple of 65536"],
  ])("names file and key of %s", (_what, change, message) => {
    expect(() => parseBoard({ ...good(), ...change }, "mine")).toThrow(/^boards\/mine\.json/);
    expect(() => parseBoard({ ...good(), ...change }, "mine")).toThrow(message);
  });

  it("lists what exists beside an unknown one", () => {
    expect(unknownBoard("band.yaml:1", "esp33", BOARD_IDS).hint).toContain("bandx-esp32, esp32-c3-supermini");
  });

  it("takes a model that fits and tells how much is used", () => {
    const fit = checkFits({ modelBytes: 15_000, arenaBytes: 6_000 }, boardOf("bandx-esp32"));
    expect(fit.ramBytes).toBeLessThan(fit.ramAvailable);
    expect(fit.flashBytes).toBe(15_000 + 400 * 1024);
  });
});
