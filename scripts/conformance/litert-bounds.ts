// How far LiteRT (with XNNPACK, which rounds once) may be from TFLite Micro, in units of int8: see docs/numerics.md.

/** One requantisation rounded once instead of twice. */
const ONE_ROUNDING = 1;

const BOUNDS: Readonly<Record<string, number>> = {};

/** @param family an operator's name, or a family of nets */
export function litertBound(family: string): number {
  return BOUNDS[family] ?? ONE_ROUNDING;
}
