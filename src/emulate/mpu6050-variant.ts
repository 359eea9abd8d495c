// What the chip and its relatives have different, as data.
import { POWER1, REG, WAKE_RATES_6500_HZ, WAKE_RATES_HZ } from "./mpu6050-registers.ts";

export interface SensorVariant {
  readonly name: string;
  readonly fifoBytes: number;
  /** Registers that are not 0 after power-on. */
  readonly powerOn: Readonly<Record<number, number>>;
  /** Temperature register = (°C − offset) × counts per °C. */
  readonly temperatureOffset: number;
  readonly countsPerCelsius: number;
  /** One step of MOT_THR, in g. */
  readonly motionStepG: number;
  readonly wakeRatesHz: readonly number[];
  readonly isMpu6500: boolean;
}

const MPU_6050: SensorVariant = {
  name: "MPU-6050",
  fifoBytes: 1024, // Product Specification rev. 3.4, p. 25
  powerOn: { [REG.power1]: POWER1.sleep, [REG.whoAmI]: 0x68 }, // Register Map rev. 4.2, p. 8
  temperatureOffset: 36.53, // Register Map rev. 4.2, p. 30: TEMP_OUT / 340 + 36.53
  countsPerCelsius: 340,
  motionStepG: 0.002, // Register Map rev. 3.2: 1 LSB = 2 mg
  wakeRatesHz: WAKE_RATES_HZ,
  isMpu6500: false,
};

const MPU_6500: SensorVariant = {
  name: "MPU-6500",
  fifoBytes: 512, // Product Specification rev. 1.0, p. 8
  powerOn: { [REG.power1]: POWER1.clockGyroX, [REG.whoAmI]: 0x70 }, // Register Map rev. 2.1: awake
  temperatureOffset: 21, // Register Map rev. 2.1, TEMP_OUT; Product Specification: 333.87 LSB/°C
  countsPerCelsius: 333.87,
  motionStepG: 0.004, // Register Map rev. 2.1, WOM_THR: 1 LSB = 4 mg
  wakeRatesHz: WAKE_RATES_6500_HZ,
  isMpu6500: true,
};

/** The hardware behind an answer to WHO_AM_I: all but 0x70 keep the MPU-6050's register map. */
export function variantOf(whoAmI: number): SensorVariant {
  return whoAmI === 0x70 ? MPU_6500 : MPU_6050;
}
