// From motion to the sensor's data registers: range, self-test, saturation, stand-by.
// Source: InvenSense Register Map rev. 4.2, p. 14, 15, 29 to 31, 42.
import { ACCEL_SCALE, GYRO_SCALE } from "../signal/mpu6050.ts";
import { type MotionSource, SENSOR_AXES } from "./motion-source.ts";
import { POWER1, POWER2, RANGE, REG } from "./mpu6050-registers.ts";
import { type FactoryTrim, responses } from "./mpu6050-self-test.ts";
import type { SensorVariant } from "./mpu6050-variant.ts";

const COUNTS_PER_G = Object.values(ACCEL_SCALE)
  .sort((a, b) => a.afsSel - b.afsSel)
  .map((scale) => scale.countsPerG);
const COUNTS_PER_DPS = Object.values(GYRO_SCALE)
  .sort((a, b) => a.fsSel - b.fsSel)
  .map((scale) => scale.countsPerDps);

export class SensorConverter {
  /** The six counts as last converted. */
  readonly counts = new Int16Array(SENSOR_AXES);
  /** The accelerometer's three values in g, as the motion detector wants them. */
  readonly accelG = new Float64Array(3);
  private readonly values = new Float64Array(SENSOR_AXES);
  /** g and deg/s that the self-test adds. */
  private readonly response: Float64Array;
  private readonly variant: SensorVariant;

  constructor(variant: SensorVariant, trim: FactoryTrim, deviation: readonly number[]) {
    this.variant = variant;
    this.response = responses(trim, variant.isMpu6500).map((value, i) => value * (1 + (deviation[i] ?? 0)));
  }

  /**
   * Takes a sample into the data registers.
   * @returns the time within the recording, NaN outside of it
   */
  convert(
    source: MotionSource,
    virtualSeconds: number,
    registers: Uint8Array,
    gyroRuns: boolean,
    celsius: number,
  ): number {
    const recordingSeconds = source.at(virtualSeconds, this.values);
    const standby = registers[REG.power2]!;
    const isCycling = (registers[REG.power1]! & POWER1.cycle) !== 0;
    for (let axis = 0; axis < SENSOR_AXES; axis++) {
      // An axis in stand-by keeps its last value; so does the whole gyroscope in low power, which is decided here.
      if ((standby & (POWER2.standbyAccelX >> axis)) !== 0) continue;
      if (axis >= 3 && isCycling) continue;
      this.counts[axis] = axis >= 3 && !gyroRuns ? 0 : this.countOf(axis, source.unit, registers);
    }
    this.put(registers, REG.accelXHigh, 0);
    this.put(registers, REG.gyroXHigh, 3);
    if ((registers[REG.power1]! & POWER1.temperatureOff) === 0) {
      const { temperatureOffset, countsPerCelsius } = this.variant;
      const counts = saturate((celsius - temperatureOffset) * countsPerCelsius);
      registers[REG.temperatureHigh] = counts >> 8;
      registers[REG.temperatureHigh + 1] = counts;
    }
    return recordingSeconds;
  }

  /** Only `accelG`, at a time between the samples. */
  accelOf(source: MotionSource, virtualSeconds: number, registers: Uint8Array): void {
    source.at(virtualSeconds, this.values);
    const scale = source.unit === "counts" ? COUNTS_PER_G[rangeOf(registers[REG.accelConfig]!)]! : 1;
    for (let i = 0; i < 3; i++) this.accelG[i] = this.values[i]! / scale;
  }

  private countOf(axis: number, unit: MotionSource["unit"], registers: Uint8Array): number {
    const isGyro = axis >= 3;
    const config = registers[isGyro ? REG.gyroConfig : REG.accelConfig]!;
    const countsPerUnit = (isGyro ? COUNTS_PER_DPS : COUNTS_PER_G)[rangeOf(config)]!;
    let value = this.values[axis]! * (unit === "counts" ? 1 : countsPerUnit);
    if ((config & (RANGE.selfTestX >> (axis % 3))) !== 0) value += this.response[axis]! * countsPerUnit;
    return saturate(value);
  }

  /** Three counts, high byte first. */
  private put(registers: Uint8Array, first: number, axis: number): void {
    for (let i = 0; i < 3; i++) {
      const count = this.counts[axis + i]!;
      registers[first + 2 * i] = count >> 8;
      registers[first + 2 * i + 1] = count;
    }
  }
}

function rangeOf(config: number): number {
  return (config >> RANGE.shift) & RANGE.mask;
}

/** Rounded as toCounts() of src/signal/mpu6050.ts does. */
function saturate(value: number): number {
  const count = Math.round(value);
  return count < -32768 ? -32768 : count > 32767 ? 32767 : count;
}
