// firmware/esp32 compiled to WebAssembly, on an ESP-IDF that is written here: every call is seen, every answer chosen.
import { readFileSync } from "node:fs";
import path from "node:path";
import { TRAP_FLAGS } from "../../../src/pipeline/twin/clang.ts";
import { clang, REPOSITORY, textsBelow } from "./wasm.ts";

type Answer = (...args: readonly (number | bigint)[]) => number | bigint | undefined;

export interface Chip {
  /** What the test says to the band. */
  readonly call: Readonly<Record<string, (...args: readonly number[]) => number>>;
  /** ESP-IDF's functions that were called, in order. */
  readonly calls: string[];
  /** Lines of the log. */
  readonly lines: string[];
  /** The next answers of a function; what is not here answers ESP_OK. */
  readonly answers: Map<string, Answer>;
  readonly memory: () => DataView;
  text(pointer: number): string;
}

/** @returns the module's bytes */
export async function compileChip(): Promise<Uint8Array> {
  const files = new Map<string, string>(textsBelow("firmware"));
  for (const [file, text] of textsBelow("test/firmware/stubs")) files.set(`stubs/${file}`, text);
  files.set("shim.cpp", readFileSync(path.join(REPOSITORY, "test/firmware/native/chip.cpp"), "utf8"));
  const sources = [...textsBelow("firmware").keys()].filter((file) => /^esp32\/.*\.cpp$/.test(file));
  const tree = await clang(
    [
      "-O1",
      ...TRAP_FLAGS,
      // Arduino's log is a call that can be seen; ESP-IDF's is the C library's.
      "-DARDUINO=10812",
      "-I.",
      "-isystem",
      "stubs",
      "-nostartfiles",
      "-Wl,--no-entry",
      "-Wl,--export=__wasm_call_ctors",
      "-Wl,--allow-undefined",
      "shim.cpp",
      ...sources,
      "-o",
      "a.wasm",
    ],
    files,
  );
  return tree["a.wasm"] as Uint8Array;
}

/** A chip that has just been powered. Time passes only where it waits or sleeps. */
export function powerOn(module: Uint8Array): Chip {
  let micros = 0n;
  const calls: string[] = [];
  const lines: string[] = [];
  const answers = new Map<string, Answer>();
  const exported = (): Readonly<Record<string, unknown>> => instance.exports;
  const memory = (): DataView => new DataView((exported()["memory"] as { buffer: ArrayBuffer }).buffer);
  const text = (pointer: number): string => {
    const bytes = new Uint8Array(memory().buffer, pointer);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  };
  const setPointer = (at: number | bigint | undefined, value: number): number => {
    memory().setUint32(Number(at), value, true);
    return 0;
  };
  const bytesAt = (): number => (exported()["bytes_at"] as () => number)();
  let wakeAfter = 0n;
  const own: Readonly<Record<string, Answer>> = {
    esp_timer_get_time: () => micros,
    vTaskDelay: (ticks) => {
      micros += BigInt(ticks) * 10_000n;
      return undefined;
    },
    esp_sleep_enable_timer_wakeup: (duration) => {
      wakeAfter = duration as bigint;
      return 0;
    },
    esp_light_sleep_start: () => {
      micros += wakeAfter;
      return 0;
    },
    // ESP_SLEEP_WAKEUP_TIMER
    esp_sleep_get_wakeup_cause: () => 4,
    // Pulled up, and INT, pin 27, is low.
    gpio_get_level: (pin) => (pin === 27 ? 0 : 1),
    i2c_new_master_bus: (_config, handle) => setPointer(handle, 0x1000),
    i2c_master_bus_add_device: (_bus, _config, handle) => setPointer(handle, 0x2000 + calls.length),
    adc_oneshot_io_to_channel: (_pin, unit, channel) => setPointer(unit, 0) + setPointer(channel, 6),
    adc_oneshot_new_unit: (_config, handle) => setPointer(handle, 0x3000),
    adc_cali_create_scheme_curve_fitting: (_config, handle) => setPointer(handle, 0x4000),
    esp_partition_find_first: () => 0x6000,
    nvs_open: (_name, _mode, handle) => setPointer(handle, 0x5000),
    // An empty name: the test's own bytes are still zero while the chip is set up.
    esp_err_to_name: () => bytesAt(),
    uxTaskGetStackHighWaterMark: () => 5000,
    esp_reset_reason: () => 1,
  };
  const env = new Proxy<Record<string, unknown>>(
    {},
    {
      get:
        (_target, name: string) =>
        (...args: (number | bigint)[]): number | bigint | undefined => {
          if (name.includes("println")) {
            lines.push(text(Number(args[1])));
            return 0;
          }
          calls.push(name);
          const answer = answers.get(name) ?? own[name] ?? ((): number => 0);
          return answer(...args);
        },
    },
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module), {
    env,
    wasi_snapshot_preview1: new Proxy({}, { get: () => (): number => 0 }),
  });
  (exported()["__wasm_call_ctors"] as () => void)();
  return { call: exported() as Chip["call"], calls, lines, answers, memory, text };
}
