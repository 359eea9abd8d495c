// The block of memory that an engine computes in, and what it is made of.

/** Bytes. */
export interface Arena {
  /** Planned activations. */
  readonly activations: number;
  /** TFLite Micro's own records, estimated; the compiled engine has none. */
  readonly records: number;
  /** What scratch memory adds: of TFLite Micro's optimised kernels, estimated; of the compiled engine, exact. */
  readonly scratch: number;
  /** What is reserved: the sum, which TFLite Micro's is rounded up from to 64 bytes. */
  readonly total: number;
}
