// diagram.json of the simulator Wokwi: the board, the sensor, the display and the button, wired as on the band.
// Source: docs.wokwi.com, "diagram.json file format", and its pages on the four parts.
import type { Board } from "../spec/board.ts";
import { WOKWI, wokwiPin } from "../spec/wokwi.ts";

/** One wire: from, to, colour, way. */
type Connection = readonly [from: string, to: string, colour: string, way: readonly string[]];

/** @param banner JSON has no comments: the author says what generated it */
export function wokwiDiagram(board: Board, banner: string): string {
  return JSON.stringify(
    { version: 1, author: banner, editor: "wokwi", parts: parts(board), connections: connections(board) },
    null,
    2,
  );
}

function parts({ wokwi, flashBytes, console, display, button }: Board): object[] {
  const flashSize = String(flashBytes / 1048576);
  return [
    {
      type: wokwi.part,
      id: "esp",
      top: 0,
      left: 0,
      attrs: { flashSize, ...(console === "usb" ? { serialInterface: "USB_SERIAL_JTAG" } : {}) },
    },
    { type: "wokwi-mpu6050", id: "imu", top: 0, left: 180, attrs: {} },
    {
      type: "board-ssd1306",
      id: "oled",
      top: 110,
      left: 180,
      attrs: { i2cAddress: `0x${display.address.toString(16)}` },
    },
    ...(button.pin === null
      ? []
      : [{ type: "wokwi-pushbutton", id: "button", top: 230, left: 180, attrs: { color: "green" } }]),
  ];
}

function connections({ wokwi, i2c, sensor, button, console }: Board): Connection[] {
  const part = WOKWI[wokwi.part];
  const esp = (gpio: number): string => `esp:${wokwiPin(wokwi.part, gpio)}`;
  const power = `esp:${part.power}`;
  const ground = `esp:${part.ground}`;
  const wire = (from: string, to: string, colour: string): Connection => [from, to, colour, []];
  return [
    ...(console === "usb"
      ? []
      : [wire("esp:TX", "$serialMonitor:RX", ""), wire("esp:RX", "$serialMonitor:TX", "")]),
    wire("imu:VCC", power, "red"),
    wire("imu:GND", ground, "black"),
    wire("imu:SDA", esp(i2c.sdaPin), "green"),
    wire("imu:SCL", esp(i2c.sclPin), "blue"),
    ...(sensor.address === 0x69 ? [wire("imu:AD0", power, "red")] : []),
    ...(sensor.interruptPin === null ? [] : [wire("imu:INT", esp(sensor.interruptPin), "orange")]),
    wire("oled:VCC", power, "red"),
    wire("oled:GND", ground, "black"),
    wire("oled:SDA", esp(i2c.sdaPin), "green"),
    wire("oled:SCL", esp(i2c.sclPin), "blue"),
    ...(button.pin === null
      ? []
      : [
          wire("button:1.l", esp(button.pin), "gray"),
          wire("button:2.l", button.activeLow ? ground : power, button.activeLow ? "black" : "red"),
        ]),
  ];
}
