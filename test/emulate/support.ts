// The bands of test/emulate/native/ as WebAssembly.
import { readFileSync } from "node:fs";
import path from "node:path";
import { Band } from "../../src/emulate/band.ts";
import { BandHost, type HostSettings } from "../../src/emulate/host.ts";
import { clang, REPOSITORY, textsBelow } from "../firmware/support/wasm.ts";

const DRIVERS = ["register_device.cpp", "mpu6050.cpp", "ssd1306.cpp", "canvas.cpp"].map(
  (file) => `bandsmith/drivers/${file}`,
);

export async function linkBand(shim: string): Promise<WebAssembly.Module> {
  const files = new Map(textsBelow("firmware"));
  files.set("shim.cpp", readFileSync(path.join(REPOSITORY, "test/emulate/native", shim), "utf8"));
  const tree = await clang(
    [
      "-O2",
      "-I.",
      "-nostartfiles",
      "-Wl,--no-entry",
      "-Wl,--export=__wasm_call_ctors",
      "-Wl,--stack-first",
      "-Wl,-z,stack-size=16384",
      "shim.cpp",
      ...DRIVERS,
      "-o",
      "a.wasm",
    ],
    files,
  );
  return new WebAssembly.Module(tree["a.wasm"] as Uint8Array);
}

export const SENSOR = 0x68;
export const DISPLAY = 0x3c;

export function hostOf(settings: Partial<HostSettings> = {}): BandHost {
  return new BandHost({ busHz: 400_000, sensorAddress: SENSOR, displayAddress: DISPLAY, ...settings });
}

export function bandOf(module: WebAssembly.Module, settings: Partial<HostSettings> = {}): Band {
  return new Band(module, hostOf(settings));
}

/** The numbers that the shim told with an event. */
export function told(band: { readonly host: BandHost }, event: string): number[] {
  return band.host.lines
    .filter((line) => line.json?.["event"] === event)
    .map((line) => line.json!["n"] as number);
}

/** Talks to a device by registers, as a driver does. Fails on anything but ok. */
export function talker(host: BandHost, address: number) {
  const memory = new Uint8Array(2048);
  const ok = (result: number): void => {
    if (result !== 0) throw new Error(`bus result ${result}`);
  };
  return {
    write: (...bytes: number[]): void => {
      memory.set(bytes);
      ok(host.bus.write(address, memory, 0, bytes.length));
    },
    read: (register: number, count = 1): number[] => {
      memory[0] = register;
      ok(host.bus.writeRead(address, memory, 0, 1, 1, count));
      return [...memory.subarray(1, 1 + count)];
    },
    wait: (millis: number): void => {
      host.clock.advance(millis * 1000);
    },
  };
}
