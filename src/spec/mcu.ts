// What a chip's pins and memory can do: the facts that a board file is held against.
// Sources: ESP-IDF 5 programming guide, "GPIO & RTC GPIO", "ADC" and "Memory Types" of each chip; ESP32 series
// datasheet v5 (section 2, strapping pins, pins of the flash), ESP32-C3 datasheet v2, ESP32-S3 datasheet v2.

export const MCU_IDS = ["esp32", "esp32c3", "esp32s3"] as const;
export type McuId = (typeof MCU_IDS)[number];

export interface Mcu {
  readonly title: string;
  /** Every GPIO that there is. */
  readonly pins: readonly number[];
  readonly flashPins: readonly number[];
  /** Their level at power-on chooses the start-up mode. */
  readonly strappingPins: readonly number[];
  /** The one of those that low means "download": boards put their BOOT button on it. */
  readonly bootPin: number;
  /** Without a driver, and without pull-up and pull-down. */
  readonly inputOnlyPins: readonly number[];
  readonly uartPins: readonly number[];
  /** Of the chip's own USB. */
  readonly usbPins: readonly number[];
  /** ADC1's: ADC2 is shared with the radio, and the C3's is faulty (ESP32-C3 errata, ADC-183). */
  readonly analogPins: readonly number[];
  /** What the ADC still tells apart with 12 dB of attenuation. */
  readonly analogMillivolts: number;
  /** What ESP-IDF's linker script leaves for static data, before any of ESP-IDF's own. */
  readonly staticRamBytes: number;
  /** For estimates: the ESP32-S3's LX7 has all of LX6 that the compiled engine's kernels use, but MAC16. */
  readonly instructionSet: "rv32" | "lx6";
  /** Xtensa's MAC16 option (XCHAL_HAVE_MAC16 of the core's header in ESP-IDF). */
  readonly mac16: boolean;
  /**
   * Whether kernels are to use the upper half of a product: RISC-V's MULH, Xtensa's MULSH. The ESP32 has it, but not the
   * emulated core on which its kernels were measured.
   */
  readonly highProduct: boolean;
}

export const MCUS: Readonly<Record<McuId, Mcu>> = {
  esp32: {
    title: "ESP32",
    pins: [...range(0, 19), ...range(21, 23), ...range(25, 27), ...range(32, 39)],
    flashPins: range(6, 11),
    strappingPins: [0, 2, 5, 12, 15],
    bootPin: 0,
    inputOnlyPins: range(34, 39),
    uartPins: [1, 3],
    usbPins: [],
    analogPins: range(32, 39),
    analogMillivolts: 2450,
    staticRamBytes: 160 * 1024,
    instructionSet: "lx6",
    mac16: true,
    highProduct: false,
  },
  esp32c3: {
    title: "ESP32-C3",
    pins: range(0, 21),
    // GPIO 11 supplies the flash.
    flashPins: range(11, 17),
    strappingPins: [2, 8, 9],
    bootPin: 9,
    inputOnlyPins: [],
    uartPins: [20, 21],
    usbPins: [18, 19],
    analogPins: range(0, 4),
    analogMillivolts: 2500,
    staticRamBytes: 310 * 1024,
    instructionSet: "rv32",
    mac16: false,
    highProduct: true,
  },
  esp32s3: {
    title: "ESP32-S3",
    pins: [...range(0, 21), ...range(26, 48)],
    flashPins: range(26, 32),
    strappingPins: [0, 3, 45, 46],
    bootPin: 0,
    inputOnlyPins: [],
    uartPins: [43, 44],
    usbPins: [19, 20],
    analogPins: range(1, 10),
    analogMillivolts: 3100,
    staticRamBytes: 330 * 1024,
    instructionSet: "lx6",
    mac16: false,
    highProduct: true,
  },
};

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
