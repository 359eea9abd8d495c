// What follows the gates of an LSTM: the cell in int16, and the hidden state in int8.
// Source of the arithmetic: tensorflow/lite/micro/kernels/lstm_eval.h (the host's twin:
// src/ops/lstm-int8.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/clamped_to_bits.h"
#include "bandsmith/nn/int16_activations.h"
#include "bandsmith/nn/sign_of.h"

namespace bandsmith {

/** Input, forget, cell and output gate. */
constexpr int32_t kLstmGates = 4;

struct LstmCell {
  /** Input gate times cell gate, to the cell's power of two. */
  int32_t addedShift;
  int32_t limit;
  /** The cell as tanh takes it. */
  int32_t tanhMultiplier;
  int32_t tanhShift;
};

inline int32_t clampInt16(int32_t x) {
  return clampedToBits<15>(x);
}

/** The doubling high product with 2^30, the mantissa of every power of two: half, rounded up. */
constexpr int32_t lstmHalf(int32_t x) {
  return (x + 1) >> 1;
}

/** RoundingDivideByPOT: x / 2^exponent, ties away from zero, for |x| < 2^30. */
constexpr int32_t lstmDivide(int32_t x, int32_t exponent) {
  if (exponent == 0) return x;
  return (x + (INT32_C(1) << (exponent - 1)) + signOf(x)) >> exponent;
}

/**
 * Updates one unit's cell from its gates in Q3.12, each already in int16; returns output gate times tanh of
 * the cell in Q0.30, |product| < 2^30.
 */
inline int32_t lstmProduct(const LstmCell& p, const int32_t (&gates)[kLstmGates], int16_t& state) {
  /** 2^−15, and half as much from the doubling high product. */
  constexpr int32_t kKeptShift = 14;
  constexpr int32_t kGateTanhMultiplier = 3;
  const int32_t inputGate = logisticInt16(gates[0]);
  const int32_t forgetGate = logisticInt16(gates[1]);
  const int32_t cellGate = tanhInt16(gates[2], kGateTanhMultiplier, 0);
  const int32_t outputGate = logisticInt16(gates[3]);
  const int32_t kept = clampInt16(lstmDivide(lstmHalf(forgetGate * state), kKeptShift));
  const int32_t added = clampInt16(lstmDivide(lstmHalf(inputGate * cellGate), p.addedShift));
  const int32_t sum = clampInt16(kept + added);
  const int32_t cell = sum > p.limit ? p.limit : sum < -p.limit ? -p.limit : sum;
  state = static_cast<int16_t>(cell);
  return tanhInt16(cell, p.tanhMultiplier, p.tanhShift) * outputGate;
}

}  // namespace bandsmith
