// How much stack the firmware has never used, by painting it: what uxTaskGetStackHighWaterMark does on the chip.
// WebAssembly keeps return addresses and most locals elsewhere: only what has its address taken lies on this stack,
// so that the number is a lower bound of what the chip needs.

const PAINT = 0xa5;

export class ShadowStack {
  readonly lowBytes: number;
  readonly highBytes: number;
  private readonly memory: WebAssembly.Memory;

  /** Paints [low, high); to be made before the module has run. */
  constructor(memory: WebAssembly.Memory, low: number, high: number) {
    this.memory = memory;
    this.lowBytes = low;
    this.highBytes = high;
    new Uint8Array(memory.buffer, low, high - low).fill(PAINT);
  }

  get sizeBytes(): number {
    return this.highBytes - this.lowBytes;
  }

  /** Bytes at the low end that still have their paint. */
  freeBytes(): number {
    const bytes = new Uint8Array(this.memory.buffer, this.lowBytes, this.sizeBytes);
    let free = 0;
    while (free < bytes.length && bytes[free] === PAINT) free++;
    return free;
  }
}

/**
 * Where the stack lies: the linker's __stack_low and __stack_high where they are exported, otherwise [0, `bytes`), where
 * `--stack-first -z stack-size=…` puts it.
 */
export function stackBounds(exports: Readonly<Record<string, unknown>>, bytes: number): [number, number] {
  const low = exports["__stack_low"] as WebAssembly.Global | undefined;
  const high = exports["__stack_high"] as WebAssembly.Global | undefined;
  return low === undefined || high === undefined ? [0, bytes] : [low.value, high.value];
}
