// What a board file may say and a chip cannot do: pins that are not there or not free, memory that is not there.

import type { BoardFile } from "./board-schema.ts";
import { MCUS, type Mcu } from "./mcu.ts";
import { MODEL_PARTITION_BYTES, partitionsEnd } from "./partitions.ts";
import { WOKWI } from "./wokwi.ts";

export interface BoardProblem {
  /** The key in the file. */
  readonly path: readonly string[];
  readonly message: string;
}

/** One wire of the board, and what its pin must be able to do. */
interface Wire {
  readonly path: readonly string[];
  readonly pin: number;
  /** The chip drives it: not for pins that can only listen. */
  readonly needs: "output" | "pull" | "input" | "analog";
}

/** A full cell; dividers are made for it. */
const FULL_CELL_MILLIVOLTS = 4200;

/** Everything that is wrong, in the order of the file's keys. */
export function boardProblems(board: BoardFile): BoardProblem[] {
  return [
    ...memoryProblems(board),
    ...pinProblems(board),
    ...batteryProblems(board),
    ...wokwiProblems(board),
  ];
}

function wiresOf({ i2c, sensor, button, battery }: BoardFile): Wire[] {
  const wires: (Omit<Wire, "pin"> & { readonly pin: number | null })[] = [
    { path: ["i2c", "sdaPin"], pin: i2c.sdaPin, needs: "output" },
    { path: ["i2c", "sclPin"], pin: i2c.sclPin, needs: "output" },
    { path: ["sensor", "interruptPin"], pin: sensor.interruptPin, needs: "input" },
    { path: ["button", "pin"], pin: button.pin, needs: "pull" },
    { path: ["battery", "pin"], pin: battery.pin, needs: "analog" },
  ];
  return wires.filter((wire): wire is Wire => wire.pin !== null);
}

function pinProblems(board: BoardFile): BoardProblem[] {
  const mcu = MCUS[board.mcu];
  const wires = wiresOf(board);
  return wires.flatMap((wire, index) => {
    const twin = wires.slice(0, index).find(({ pin }) => pin === wire.pin);
    const found =
      twin !== undefined ? `is used for ${twin.path.join(".")} already` : pinProblem(wire, mcu, board);
    return found === null ? [] : [{ path: wire.path, message: `GPIO ${wire.pin} ${found}` }];
  });
}

function pinProblem({ pin, needs }: Wire, mcu: Mcu, { console, button }: BoardFile): string | null {
  if (!mcu.pins.includes(pin)) return `does not exist on an ${mcu.title}`;
  if (mcu.flashPins.includes(pin)) return `carries the flash of an ${mcu.title}`;
  if (console === "uart" && mcu.uartPins.includes(pin)) return "carries the serial console";
  if (console === "usb" && mcu.usbPins.includes(pin)) return "carries the USB console";
  if (mcu.strappingPins.includes(pin) && !(needs === "pull" && pin === mcu.bootPin && button.activeLow)) {
    return `chooses the start-up mode of an ${mcu.title}; only a button to ground on GPIO ${mcu.bootPin} may`;
  }
  if (mcu.inputOnlyPins.includes(pin) && needs === "output") return "can only be an input";
  if (mcu.inputOnlyPins.includes(pin) && needs === "pull") return "has no pull-up or pull-down for a button";
  if (needs === "analog" && !mcu.analogPins.includes(pin)) return "does not belong to ADC1";
  return null;
}

function batteryProblems({ battery, mcu }: BoardFile): BoardProblem[] {
  if (battery.pin === null) return [];
  const { title, analogMillivolts } = MCUS[mcu];
  const atPin = Math.round(FULL_CELL_MILLIVOLTS / battery.divider);
  if (atPin <= analogMillivolts) return [];
  const message = `leaves ${atPin} mV of a full cell, an ${title}'s ADC measures up to ${analogMillivolts} mV`;
  return [{ path: ["battery", "divider"], message }];
}

function memoryProblems({ mcu, flashBytes, appPartitionBytes, ramBudgetBytes }: BoardFile): BoardProblem[] {
  const problems: BoardProblem[] = [];
  if (partitionsEnd(appPartitionBytes) > flashBytes) {
    const message =
      `two app partitions (for updates over the air) and ${MODEL_PARTITION_BYTES} B for a model must fit into ` +
      "flashBytes";
    problems.push({ path: ["appPartitionBytes"], message });
  }
  const { title, staticRamBytes } = MCUS[mcu];
  if (ramBudgetBytes > staticRamBytes) {
    const message = `an ${title} has ${staticRamBytes} B for static data`;
    problems.push({ path: ["ramBudgetBytes"], message });
  }
  return problems;
}

function wokwiProblems(board: BoardFile): BoardProblem[] {
  const part = WOKWI[board.wokwi.part];
  const path = ["wokwi", "part"];
  if (part.mcu !== board.mcu) {
    return [{ path, message: `${board.wokwi.part} is an ${MCUS[part.mcu].title}` }];
  }
  return wiresOf(board)
    .filter(({ pin }) => part.absent.includes(pin))
    .map((wire) => ({ path: wire.path, message: `${board.wokwi.part} has no header for GPIO ${wire.pin}` }));
}
