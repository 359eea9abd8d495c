// Boards of the simulator Wokwi, and what it calls their pins (docs.wokwi.com, "ESP32 Simulation").
import type { McuId } from "./mcu.ts";

export const WOKWI_PARTS = [
  "board-esp32-devkit-c-v4",
  "board-esp32-c3-devkitm-1",
  "board-esp32-s3-devkitc-1",
] as const;
export type WokwiPartId = (typeof WOKWI_PARTS)[number];

export interface WokwiPart {
  readonly mcu: McuId;
  readonly power: string;
  readonly ground: string;
  /** GPIOs on the part's headers whose name is not their number. */
  readonly names: Readonly<Record<number, string>>;
  /** GPIOs that the part has no header for. */
  readonly absent: readonly number[];
}

export const WOKWI: Readonly<Record<WokwiPartId, WokwiPart>> = {
  "board-esp32-devkit-c-v4": {
    mcu: "esp32",
    power: "3V3",
    ground: "GND.1",
    names: { 1: "TX", 3: "RX", 36: "VP", 39: "VN" },
    absent: [37, 38],
  },
  "board-esp32-c3-devkitm-1": {
    mcu: "esp32c3",
    power: "3V3.1",
    ground: "GND.1",
    names: { 20: "RX", 21: "TX" },
    absent: [],
  },
  "board-esp32-s3-devkitc-1": {
    mcu: "esp32s3",
    power: "3V3.1",
    ground: "GND.1",
    names: { 43: "TX", 44: "RX" },
    absent: [33, 34],
  },
};

/** The name of a GPIO on a part's headers. */
export function wokwiPin(part: WokwiPartId, gpio: number): string {
  return WOKWI[part].names[gpio] ?? String(gpio);
}
