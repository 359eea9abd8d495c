// Every sample that the driver took out of the sensor's FIFO: the proof that what the network saw is what was recorded.
import { SENSOR_AXES } from "./motion-source.ts";

const FIRST_CAPACITY = 4096;

/** Columns that grow together; sample i is row i. */
export class SampleLog {
  length = 0;
  /** Six a sample: as the chip's converter gave them. */
  counts = new Int16Array(FIRST_CAPACITY * SENSOR_AXES);
  /** Which FIFO reset it came after: 0 before the first. */
  epoch = new Uint32Array(FIRST_CAPACITY);
  /** Its number since that reset, from 0 on; a number that is missing was lost. */
  ordinal = new Uint32Array(FIRST_CAPACITY);
  /** When the chip took it, virtual time. */
  takenMicros = new Float64Array(FIRST_CAPACITY);
  /** When the driver had it, virtual time. */
  readMicros = new Float64Array(FIRST_CAPACITY);
  /** Seconds into the recording; NaN outside of it. */
  recordingSeconds = new Float64Array(FIRST_CAPACITY);

  add(
    counts: Int16Array,
    countsAt: number,
    epoch: number,
    ordinal: number,
    takenMicros: number,
    readMicros: number,
    recordingSeconds: number,
  ): void {
    const row = this.length;
    if (row === this.epoch.length) this.grow();
    for (let i = 0; i < SENSOR_AXES; i++) this.counts[row * SENSOR_AXES + i] = counts[countsAt + i]!;
    this.epoch[row] = epoch;
    this.ordinal[row] = ordinal;
    this.takenMicros[row] = takenMicros;
    this.readMicros[row] = readMicros;
    this.recordingSeconds[row] = recordingSeconds;
    this.length++;
  }

  /** The six counts of sample `row`. */
  countsOf(row: number): Int16Array {
    return this.counts.subarray(row * SENSOR_AXES, (row + 1) * SENSOR_AXES);
  }

  private grow(): void {
    const rows = 2 * this.epoch.length;
    const longer = <T extends { set(from: T): void }>(made: T, from: T): T => {
      made.set(from);
      return made;
    };
    this.counts = longer(new Int16Array(rows * SENSOR_AXES), this.counts);
    this.epoch = longer(new Uint32Array(rows), this.epoch);
    this.ordinal = longer(new Uint32Array(rows), this.ordinal);
    this.takenMicros = longer(new Float64Array(rows), this.takenMicros);
    this.readMicros = longer(new Float64Array(rows), this.readMicros);
    this.recordingSeconds = longer(new Float64Array(rows), this.recordingSeconds);
  }
}
