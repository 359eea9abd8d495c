// What templates print of a board: pins, partitions, wiring, the simulator's circuit.
import type { Board } from "../spec/board.ts";
import { MCUS } from "../spec/mcu.ts";
import { partitionTable } from "../spec/partitions.ts";
import { byteLiteral, commentText } from "./cpp.ts";
import type { View } from "./template.ts";
import { wokwiDiagram } from "./wokwi-diagram.ts";

/** Of a pin that a board does not have: kNoPin of firmware/esp32/pins.h. */
const NO_PIN = -1;

/** @param banner what generated the project, where a file cannot have comments */
export function boardView(board: Board, banner: string): View {
  const { i2c, sensor, button, battery, display } = board;
  return {
    id: board.id,
    name: commentText(board.name),
    notes: board.notes,
    platformioBoard: board.platformioBoard,
    flashMegabytes: board.flashBytes / 1048576,
    partitions: partitionTable(board.appPartitionBytes).map((one) => ({
      name: `${one.name},`.padEnd(9),
      type: `${one.type},`.padEnd(5),
      subtype: `${one.subtype},`.padEnd(6),
      offset: `${hex(one.offset)},`.padEnd(9),
      bytes: hex(one.bytes),
    })),
    sdaPin: i2c.sdaPin,
    sclPin: i2c.sclPin,
    busHz: i2c.clockHz,
    sensorAddress: byteLiteral(sensor.address),
    interruptPin: sensor.interruptPin ?? NO_PIN,
    displayAddress: byteLiteral(display.address),
    displayWidth: display.width,
    displayHeight: display.height,
    buttonPin: button.pin ?? NO_PIN,
    buttonActiveLow: button.activeLow,
    batteryPin: battery.pin ?? NO_PIN,
    batteryDividerMilli: Math.round(battery.divider * 1000),
    usbConsole: board.console === "usb",
    hasUsbSerialJtag: MCUS[board.mcu].usbPins.length > 0,
    wires: wires(board),
    hasDivider: battery.pin !== null,
    divider: battery.divider,
    wokwiDiagram: wokwiDiagram(board, banner),
  };
}

/** The wiring table: from the board, to which part, to which of its pins. */
function wires({ i2c, sensor, button, battery }: Board): View[] {
  const rows: (readonly [from: string, to: string] | null)[] = [
    ["3V3", "MPU6050 VCC, SSD1306 VCC"],
    ["GND", "MPU6050 GND, SSD1306 GND"],
    [`GPIO ${i2c.sdaPin}`, "MPU6050 SDA, SSD1306 SDA"],
    [`GPIO ${i2c.sclPin}`, "MPU6050 SCL, SSD1306 SCL"],
    // AD0 of the sensor's breakout chooses the lower bit of its address.
    [sensor.address === 0x68 ? "GND (or open)" : "3V3", "MPU6050 AD0"],
    sensor.interruptPin === null ? null : [`GPIO ${sensor.interruptPin}`, "MPU6050 INT"],
    button.pin === null
      ? null
      : [`GPIO ${button.pin}`, `button, whose other side is ${button.activeLow ? "GND" : "3V3"}`],
    battery.pin === null ? null : [`GPIO ${battery.pin}`, `the battery's divider (1 : ${battery.divider})`],
  ];
  return rows.filter((row) => row !== null).map(([from, to]) => ({ from, to }));
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}
