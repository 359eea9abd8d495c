// The band's flash: a map that outlives restarts.

/** StoreResult of hal/store.h. */
export const STORE_RESULT = { ok: 0, missing: 1, failed: 2 } as const;
export type StoreResult = (typeof STORE_RESULT)[keyof typeof STORE_RESULT];

/** ESP-IDF's nvs: NVS_KEY_NAME_MAX_SIZE is 16 with the closing zero. */
const MAX_KEY_LENGTH = 15;

export class SimulatedStore {
  readonly values = new Map<string, Uint8Array>();
  /** Faults. */
  failsReads = false;
  failsWrites = false;
  /** Flash wears out by writing: what the firmware did. */
  writes = 0;
  failures = 0;

  /** Copies the value to `memory` from `at` on; a value of another length is missing. */
  read(key: string, memory: Uint8Array, at: number, count: number): StoreResult {
    if (this.failsReads || key.length > MAX_KEY_LENGTH) return this.fail();
    const value = this.values.get(key);
    if (value?.length !== count) return STORE_RESULT.missing;
    memory.set(value, at);
    return STORE_RESULT.ok;
  }

  /** Whole or not at all: after a failure the old value is still there. */
  write(key: string, memory: Uint8Array, at: number, count: number): StoreResult {
    if (this.failsWrites || key.length === 0 || key.length > MAX_KEY_LENGTH) return this.fail();
    // Not slice(): of a Buffer that is no copy.
    this.values.set(key, Uint8Array.from(memory.subarray(at, at + count)));
    this.writes++;
    return STORE_RESULT.ok;
  }

  private fail(): StoreResult {
    this.failures++;
    return STORE_RESULT.failed;
  }
}
