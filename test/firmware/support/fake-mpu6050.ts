// A small MPU-6050: registers, FIFO and sample clock, as the register map rev. 4.2 tells them.

const FIFO_BYTES = 1024;
const SMPLRT_DIV = 25;
const FIFO_EN = 35;
const INT_STATUS = 58;
const USER_CTRL = 106;
const PWR_MGMT_1 = 107;
const FIFO_COUNT_H = 114;
const FIFO_R_W = 116;
const WHO_AM_I = 117;

export class FakeMpu6050 {
  whoAmI = 0x68;
  /** Registers that a broken clone does not take. */
  readonly stuck = new Set<number>();
  /** Samples given so far. */
  produced = 0;
  /** The six counts of sample n. */
  source: (n: number) => readonly number[] = () => [0, 0, 4096, 0, 0, 0];
  readonly registers = new Uint8Array(128);
  private fifo: number[] = [];
  private microsToNext = 0;

  constructor() {
    this.powerOn();
  }

  /** As after DEVICE_RESET or a dip of the supply: asleep, nothing set. */
  powerOn(): void {
    this.registers.fill(0);
    this.registers[PWR_MGMT_1] = 0x40;
    this.fifo = [];
  }

  write(register: number, value: number): void {
    if (register === PWR_MGMT_1 && (value & 0x80) !== 0) {
      this.powerOn();
      return;
    }
    if (this.stuck.has(register)) return;
    this.registers[register] = value;
    if (register === USER_CTRL && (value & 0x04) !== 0) {
      if ((value & 0x40) === 0) this.fifo = [];
      this.registers[register] = value & ~0x04;
    }
  }

  read(register: number, count: number): number[] {
    if (register === FIFO_R_W) {
      return Array.from({ length: count }, () => this.fifo.shift() ?? 0);
    }
    return Array.from({ length: count }, (_, i) => this.readOne(register + i));
  }

  private readOne(register: number): number {
    if (register === WHO_AM_I) return this.whoAmI;
    if (register === FIFO_COUNT_H) return this.fifo.length >> 8;
    if (register === FIFO_COUNT_H + 1) return this.fifo.length & 0xff;
    const value = this.registers[register]!;
    if (register === INT_STATUS) this.registers[register] = 0;
    return value;
  }

  /** Lets the sample clock run. */
  advance(micros: number): void {
    this.microsToNext -= micros;
    const period = 1000 * (1 + this.registers[SMPLRT_DIV]!);
    while (this.microsToNext <= 0) {
      this.microsToNext += period;
      this.sample();
    }
  }

  private sample(): void {
    const awake = (this.registers[PWR_MGMT_1]! & 0x40) === 0;
    const filling = (this.registers[USER_CTRL]! & 0x40) !== 0 && this.registers[FIFO_EN] === 0x78;
    if (!awake || !filling) return;
    for (const count of this.source(this.produced)) this.fifo.push((count >> 8) & 0xff, count & 0xff);
    this.produced++;
    if (this.fifo.length > FIFO_BYTES) {
      this.fifo.splice(0, this.fifo.length - FIFO_BYTES);
      this.registers[INT_STATUS] = this.registers[INT_STATUS]! | 0x10;
    }
  }
}
