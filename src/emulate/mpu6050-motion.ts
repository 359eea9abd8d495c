// The sensor's motion detector: high-pass, threshold, duration.
// Sources: MPU-6000/6050 Register Map rev. 3.2, registers 28, 31, 32, 97 and 105, and Product Specification rev. 3.2,
// section 8.3; MPU-6500 Register Map rev. 2.1, registers 31 and 105 (wake on motion).
import { HIGH_PASS, MOTION_CONTROL_6500, REG } from "./mpu6050-registers.ts";
import type { SensorVariant } from "./mpu6050-variant.ts";

/** ACCEL_HPF, Register Map rev. 3.2: cut-off by setting. */
const HIGH_PASS_HZ: Readonly<Record<number, number>> = { 1: 5, 2: 2.5, 3: 1.25, 4: 0.63 };
/** MOT_COUNT, bits 1:0 of MOT_DETECT_CTRL: what a quiet sample takes off the counter; 0 takes all. */
const DECREMENTS = [Number.POSITIVE_INFINITY, 1, 2, 4] as const;

export class MotionDetector {
  private readonly variant: SensorVariant;
  private readonly reference = new Float64Array(3);
  private hasReference = false;
  private readonly low = new Float64Array(3);
  private counter = 0;
  private mode: number = HIGH_PASS.reset;

  constructor(variant: SensorVariant) {
    this.variant = variant;
  }

  reset(): void {
    this.hasReference = false;
    this.counter = 0;
  }

  /** After ACCEL_CONFIG was written: a new filter starts from the next sample; hold, too, takes it as its reference. */
  highPassWritten(accelConfig: number): void {
    const mode = accelConfig & HIGH_PASS.mask;
    if (mode === this.mode) return;
    this.mode = mode;
    this.reset();
  }

  /**
   * One sample of the accelerometer, in g, `sampleHz` apart from the last.
   * @returns MOT_DETECT_STATUS's bits (7: x negative, 6: x positive, …) where motion is detected, otherwise 0
   */
  sample(accelG: Float64Array, sampleHz: number, registers: Uint8Array): number {
    const threshold = registers[REG.motionThreshold]! * this.variant.motionStepG;
    if (this.variant.isMpu6500) return this.wakeOnMotion(accelG, threshold, registers);
    const above = this.aboveThreshold(accelG, sampleHz, threshold);
    if (above === 0) {
      this.counter = Math.max(0, this.counter - DECREMENTS[registers[REG.motionControl]! & 3]!);
      return 0;
    }
    // MOT_DUR counts samples of the detector, 1 kHz unless in low power; 0 is taken as 1.
    this.counter = Math.min(255, this.counter + 1);
    return this.counter >= Math.max(1, registers[REG.motionDuration]!) ? above : 0;
  }

  private wakeOnMotion(accelG: Float64Array, threshold: number, registers: Uint8Array): number {
    const control = registers[REG.motionControl]!;
    const runs = MOTION_CONTROL_6500.enable | MOTION_CONTROL_6500.comparePrevious;
    const above = (control & runs) === runs && this.hasReference ? this.beyond(accelG, threshold) : 0;
    this.reference.set(accelG.subarray(0, 3));
    this.hasReference = true;
    return above;
  }

  private aboveThreshold(accelG: Float64Array, sampleHz: number, threshold: number): number {
    if (this.mode === HIGH_PASS.reset) return 0; // Its output is zero.
    if (!this.hasReference) {
      this.reference.set(accelG.subarray(0, 3));
      this.low.set(this.reference);
      this.hasReference = true;
    }
    const cutoffHz = HIGH_PASS_HZ[this.mode];
    if (cutoffHz !== undefined) {
      // First order: what is left when a running mean of that time constant is taken off.
      const weight = 1 - Math.exp((-2 * Math.PI * cutoffHz) / sampleHz);
      for (let i = 0; i < 3; i++) {
        this.low[i] = this.low[i]! + weight * (accelG[i]! - this.low[i]!);
        this.reference[i] = this.low[i]!;
      }
    }
    return this.beyond(accelG, threshold);
  }

  /** Bits of the axes that are further than `threshold` from the reference. */
  private beyond(accelG: Float64Array, threshold: number): number {
    let bits = 0;
    for (let i = 0; i < 3; i++) {
      const difference = accelG[i]! - this.reference[i]!;
      if (difference < -threshold) bits |= 0x80 >> (2 * i);
      else if (difference > threshold) bits |= 0x40 >> (2 * i);
    }
    return bits;
  }
}
