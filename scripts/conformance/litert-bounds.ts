// How far LiteRT (with XNNPACK, which rounds once and computes some operators in float) may be from TFLite Micro. The
// random graphs go to the ends of what scales can be, where an answer can lie at the other end of int8: there the
// share of values counts. docs/numerics.md has what was measured; these are limits above it.

export interface LitertBound {
  /** The largest difference, in units of int8. */
  readonly largest: number;
  /** The share of values that differ. */
  readonly share: number;
}

/** One requantisation, rounded once instead of twice. */
const ONE_ROUNDING: LitertBound = { largest: 1, share: 0.12 };
/** Where both runtimes saturate, but at different ends of what they compute with. */
const SCALES_AT_THEIR_ENDS: LitertBound = { largest: 255, share: 0.06 };
/** Several layers, each a rounding apart. */
const LAYERS: LitertBound = { largest: 48, share: 0.2 };

const BOUNDS: Readonly<Record<string, LitertBound>> = {
  ADD: SCALES_AT_THEIR_ENDS,
  BATCH_MATMUL: { largest: 48, share: 0.01 },
  LOGISTIC: SCALES_AT_THEIR_ENDS,
  MUL: SCALES_AT_THEIR_ENDS,
  SUB: SCALES_AT_THEIR_ENDS,
  TANH: SCALES_AT_THEIR_ENDS,
  UNIDIRECTIONAL_SEQUENCE_LSTM: SCALES_AT_THEIR_ENDS,
  WHILE: LAYERS,
  "attention nets": LAYERS,
  "branching nets": LAYERS,
  "convolutional nets": LAYERS,
  "loops over rows": LAYERS,
  "recurrent nets": LAYERS,
  // Made to fall between one rounding and the other.
  "tied LSTM layers": { largest: 2, share: 1 },
  "tied dense layers": { largest: 1, share: 1 },
};

/** @param family an operator's name, or a family of nets */
export function litertBound(family: string): LitertBound {
  return BOUNDS[family] ?? ONE_ROUNDING;
}
