// The chip's half of the HAL, run: what it asks of ESP-IDF, and what becomes of every failure.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Chip, compileChip, powerOn } from "./support/chip.ts";

const OK = 0;
const FAIL = -1;
const INVALID_STATE = 0x103;
const NOT_FOUND = 0x105;
const TIMEOUT = 0x107;
const NVS_NOT_FOUND = 0x1102;
const NVS_NEW_VERSION = 0x1110;
/** BusResult, StoreResult and Wake of firmware/bandsmith/hal. */
const BUS = { ok: 0, noAcknowledge: 1, timeout: 2, fault: 3 } as const;
const STORE = { ok: 0, missing: 1, failed: 2 } as const;
const WAKE = { timer: 0, button: 1, motion: 2 } as const;
const BUTTON = 4;
const INTERRUPT = 27;
const SDA = 21;

let module: Uint8Array;
let chip: Chip;
beforeAll(async () => {
  module = await compileChip();
});
beforeEach(() => {
  chip = powerOn(module);
});

/** The functions of a list that were called since the last look, in order. */
function called(...names: readonly string[]): string[] {
  return chip.calls.splice(0).filter((name) => names.includes(name));
}
const events = (): string[] =>
  chip.lines.splice(0).map((line) => (JSON.parse(line) as { event: string }).event);
/** Answers one after the other, the last for ever. */
function answer(name: string, ...results: readonly number[]): void {
  let next = 0;
  chip.answers.set(name, () => results[Math.min(next++, results.length - 1)]!);
}
function levels(pins: Readonly<Record<number, number>>): void {
  chip.answers.set("gpio_get_level", (pin) => pins[Number(pin)] ?? (pin === INTERRUPT ? 0 : 1));
}
function begin(): void {
  chip.call["begin"]!();
  chip.calls.length = 0;
}
const busWrite = (address: number): number => chip.call["bus_write"]!(address);

describe("set-up", () => {
  it("says nothing where everything is there, and watches its task for ten seconds", () => {
    const configs: number[][] = [];
    chip.answers.set("esp_task_wdt_reconfigure", (at) => {
      const view = chip.memory();
      configs.push([0, 4, 8].map((offset) => view.getUint32(Number(at) + offset, true)));
      return OK;
    });
    chip.call["begin"]!();
    expect(events()).toEqual([]);
    expect(configs.map(([millis, cores, panic]) => [millis, cores, panic! & 1])).toEqual([[10_000, 0, 1]]);
    expect(called("esp_task_wdt_init", "esp_task_wdt_add", "nvs_flash_erase")).toEqual(["esp_task_wdt_add"]);
  });

  it("starts a watchdog that nobody has started, and knows a task that is in already", () => {
    answer("esp_task_wdt_reconfigure", INVALID_STATE);
    answer("esp_task_wdt_add", 0x102);
    chip.call["begin"]!();
    expect(events()).toEqual([]);
    expect(called("esp_task_wdt_init", "esp_task_wdt_status")).toEqual([
      "esp_task_wdt_init",
      "esp_task_wdt_status",
    ]);
  });

  it("erases an nvs partition of another version and says so, but not where there is none", () => {
    answer("nvs_flash_init", NVS_NEW_VERSION, OK);
    chip.call["begin"]!();
    expect(events()).toEqual(["store-erased"]);
    expect(called("nvs_flash_init", "nvs_flash_erase")).toEqual([
      "nvs_flash_init",
      "nvs_flash_erase",
      "nvs_flash_init",
    ]);
    chip = powerOn(module);
    answer("nvs_flash_init", NOT_FOUND);
    chip.call["begin"]!();
    expect(events()).toEqual(["store-failed"]);
    expect(called("nvs_flash_erase")).toEqual([]);
    expect(chip.call["store_read"]!(4)).toBe(STORE.failed);
  });

  it("tells every part that fails, and goes on without it", () => {
    answer("esp_task_wdt_reconfigure", FAIL);
    answer("gpio_config", FAIL);
    answer("adc_oneshot_new_unit", FAIL);
    chip.call["begin"]!();
    expect(events()).toEqual(["watchdog-failed", "button-failed", "battery-failed", "sleep-failed"]);
    expect(chip.call["battery"]!()).toBe(0);
  });

  it("tries the bus until it is there, feeding the watchdog meanwhile", () => {
    let tries = 0;
    chip.answers.set("i2c_new_master_bus", (_config, handle) => {
      if (++tries < 4) return FAIL;
      chip.memory().setUint32(Number(handle), 0x1000, true);
      return OK;
    });
    chip.call["begin"]!();
    expect(events()).toEqual(["bus-failed", "bus-failed", "bus-failed"]);
    const waits = called("esp_task_wdt_reset", "vTaskDelay");
    expect(waits).toEqual(Array.from({ length: 3 }, () => ["esp_task_wdt_reset", "vTaskDelay"]).flat());
  });
});

describe("the bus", () => {
  beforeEach(begin);

  it.each([
    [OK, BUS.ok],
    [TIMEOUT, BUS.timeout],
    // A NACK, or any transfer that broke off in its middle.
    [INVALID_STATE, BUS.fault],
    [0x108, BUS.noAcknowledge],
    [FAIL, BUS.fault],
  ])("tells ESP-IDF's %d as %d", (error, result) => {
    answer("i2c_master_transmit", error);
    answer("i2c_master_transmit_receive", error);
    expect([busWrite(0x68), chip.call["bus_write_read"]!(0x3c)]).toEqual([result, result]);
    expect(busWrite(0x40)).toBe(BUS.fault);
  });

  const DRIVER = [
    "i2c_master_bus_reset",
    "i2c_master_bus_rm_device",
    "i2c_del_master_bus",
    "i2c_new_master_bus",
  ];

  it("frees itself with nine clocks, and leaves the driver alone where that helps", () => {
    expect(chip.call["bus_recover"]!()).toBe(BUS.ok);
    expect(called(...DRIVER)).toEqual(["i2c_master_bus_reset"]);
  });

  it("makes the driver anew where a line stays low, and says whether that helped", () => {
    let looks = 0;
    chip.answers.set("gpio_get_level", (pin) => (pin === SDA && looks++ === 0 ? 0 : 1));
    expect(chip.call["bus_recover"]!()).toBe(BUS.ok);
    const [reset, remove, del, make] = DRIVER;
    expect(called(...DRIVER)).toEqual([reset, remove, remove, del, make]);
    expect(busWrite(0x3c)).toBe(BUS.ok);
    levels({ [SDA]: 0 });
    expect(chip.call["bus_recover"]!()).toBe(BUS.fault);
  });

  it("tries again what could not be given back, and works after that", () => {
    answer("i2c_master_bus_reset", FAIL);
    answer("i2c_master_bus_rm_device", INVALID_STATE, OK);
    expect(chip.call["bus_recover"]!()).toBe(BUS.fault);
    expect(chip.call["bus_recover"]!()).toBe(BUS.ok);
    expect([busWrite(0x68), busWrite(0x3c)]).toEqual([BUS.ok, BUS.ok]);
    answer("i2c_new_master_bus", FAIL);
    expect(chip.call["bus_recover"]!()).toBe(BUS.fault);
    expect(busWrite(0x68)).toBe(BUS.fault);
    chip.answers.delete("i2c_new_master_bus");
    expect(chip.call["bus_recover"]!()).toBe(BUS.ok);
    expect(busWrite(0x68)).toBe(BUS.ok);
  });
});

describe("the store", () => {
  beforeEach(begin);

  /** A blob of a length, whose reading ends as told. */
  function blob(length: number, end: number): void {
    chip.answers.set("nvs_get_blob", (_handle, _key, out, size) => {
      chip.memory().setUint32(Number(size), length, true);
      if (Number(out) === 0) return OK;
      for (let i = 0; i < length; i++) chip.memory().setUint8(Number(out) + i, 0xa0 + i);
      return end;
    });
  }
  const memory = (): number[] =>
    Array.from({ length: 4 }, (_, i) => chip.memory().getUint8(chip.call["bytes_at"]!() + i));

  it("reads what has the wanted length, and leaves memory alone otherwise", () => {
    blob(4, FAIL);
    expect(chip.call["store_read"]!(4)).toBe(STORE.failed);
    expect(memory()).toEqual([0, 0, 0, 0]);
    expect(chip.call["store_read"]!(5)).toBe(STORE.missing);
    expect(chip.call["store_read"]!(1025)).toBe(STORE.failed);
    blob(4, OK);
    expect(chip.call["store_read"]!(4)).toBe(STORE.ok);
    expect(memory()).toEqual([0xa0, 0xa1, 0xa2, 0xa3]);
    answer("nvs_get_blob", NVS_NOT_FOUND);
    expect(chip.call["store_read"]!(4)).toBe(STORE.missing);
  });

  it("has written only what is committed", () => {
    expect(chip.call["store_write"]!(4)).toBe(STORE.ok);
    expect(called("nvs_set_blob", "nvs_commit")).toEqual(["nvs_set_blob", "nvs_commit"]);
    answer("nvs_commit", FAIL);
    expect(chip.call["store_write"]!(4)).toBe(STORE.failed);
    answer("nvs_set_blob", FAIL);
    expect(chip.call["store_write"]!(4)).toBe(STORE.failed);
    expect(chip.call["store_write"]!(1025)).toBe(STORE.failed);
  });
});

describe("sleep", () => {
  beforeEach(begin);
  const sleep = (millis: number, motion: boolean): number => chip.call["sleep_for"]!(millis, motion ? 1 : 0);
  const STEPS = [
    "uart_wait_tx_idle_polling",
    "esp_sleep_enable_timer_wakeup",
    "gpio_wakeup_enable",
    "esp_sleep_enable_gpio_wakeup",
    "esp_light_sleep_start",
    "esp_sleep_disable_wakeup_source",
    "gpio_wakeup_disable",
    "vTaskDelay",
  ] as const;
  const [drain, timer, pin, pins, start, disarm, pinOff] = STEPS;
  const byPin = (): void => {
    answer("esp_sleep_get_wakeup_cause", 7);
  };

  it("sends the log to its end, sleeps, and leaves nothing armed", () => {
    expect(sleep(5000, false)).toBe(WAKE.timer);
    expect(called(...STEPS)).toEqual([drain, timer, pin, pins, start, disarm, pinOff]);
    expect(sleep(5000, true)).toBe(WAKE.timer);
    expect(called(...STEPS)).toEqual([drain, timer, pin, pin, pins, start, disarm, pinOff, pinOff]);
  });

  it("tells the button from motion", () => {
    byPin();
    expect(sleep(5000, true)).toBe(WAKE.button);
    let looks = 0;
    // Low before, high after.
    chip.answers.set("gpio_get_level", (one) => (one === INTERRUPT ? Number(looks++ > 0) : 1));
    expect(sleep(5000, true)).toBe(WAKE.motion);
    expect(sleep(5000, false)).toBe(WAKE.button);
  });

  it("does not sleep over what would wake it", () => {
    levels({ [INTERRUPT]: 1 });
    expect(sleep(5000, true)).toBe(WAKE.motion);
    expect(called(start)).toEqual([]);
    expect(sleep(5000, false)).toBe(WAKE.timer);
    expect(called(start)).toEqual([start]);
  });

  it("sleeps with a button that is down already, which is not armed: it might be stuck", () => {
    levels({ [BUTTON]: 0 });
    expect(sleep(5000, false)).toBe(WAKE.timer);
    expect(called(start, "gpio_wakeup_enable")).toEqual([start]);
  });

  it("waits awake on a computer's USB, feeding the watchdog, with the same wake-ups", () => {
    answer("usb_serial_jtag_is_connected", 1);
    expect(sleep(30_000, true)).toBe(WAKE.timer);
    const waits = called("vTaskDelay", "esp_task_wdt_reset", start);
    expect(waits).not.toContain(start);
    expect(waits.filter((name) => name === "vTaskDelay").length).toBe(3000);
    expect(waits.filter((name) => name === "esp_task_wdt_reset").length).toBe(3000);
    let looks = 0;
    chip.answers.set("gpio_get_level", (one) =>
      one === BUTTON && ++looks > 50 ? 0 : Number(one !== INTERRUPT),
    );
    expect(sleep(30_000, true)).toBe(WAKE.button);
    expect(called("vTaskDelay").length).toBeLessThan(60);
  });

  it("waits the time out where the chip refuses to sleep", () => {
    answer("esp_light_sleep_start", INVALID_STATE);
    expect(sleep(1000, false)).toBe(WAKE.timer);
    expect(called("vTaskDelay", disarm)).toHaveLength(101);
    answer("esp_sleep_enable_timer_wakeup", FAIL);
    expect(sleep(1000, false)).toBe(WAKE.timer);
    expect(called(start)).toEqual([]);
    expect(sleep(2, false)).toBe(WAKE.timer);
  });
});

describe("the rest", () => {
  beforeEach(begin);

  it("reads the battery through its divider, and 0 where that is no cell", () => {
    let millivolts = 2000;
    chip.answers.set("adc_cali_raw_to_voltage", (_handle, _raw, out) => {
      chip.memory().setInt32(Number(out), millivolts, true);
      return OK;
    });
    expect(chip.call["battery"]!()).toBe(4000);
    expect(called("adc_oneshot_read")).toHaveLength(16);
    millivolts = 1000;
    expect(chip.call["battery"]!()).toBe(0);
    millivolts = 2300;
    expect(chip.call["battery"]!()).toBe(0);
    millivolts = 1900;
    answer("adc_oneshot_read", TIMEOUT);
    expect(chip.call["battery"]!()).toBe(0);
  });

  it.each([
    [1, 0],
    [3, 1],
    [4, 4],
    [5, 2],
    [6, 2],
    [7, 2],
    [9, 3],
    [0, 5],
    [8, 5],
  ])("tells the reset %d as %d", (reason, told) => {
    answer("esp_reset_reason", reason);
    expect(chip.call["reset_reason"]!()).toBe(told);
  });

  it("knows its button and its stack, and stops feeding a watchdog that does not know it", () => {
    expect(chip.call["button_is_down"]!()).toBe(0);
    levels({ [BUTTON]: 0 });
    expect(chip.call["button_is_down"]!()).toBe(1);
    expect(chip.call["free_stack"]!()).toBe(5000);
    chip.calls.length = 0;
    answer("esp_task_wdt_reset", NOT_FOUND);
    chip.call["feed"]!();
    chip.call["feed"]!();
    expect(called("esp_task_wdt_reset")).toHaveLength(1);
  });
});
