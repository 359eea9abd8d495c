// UNIDIRECTIONAL_SEQUENCE_LSTM: each gate an input product with bias and a recurrent product, each rounded to
// int16 in Q3.12, then a saturating sum; gates are Q0.15, the cell is int16. The state is zero at the start
// of every window. Source of the arithmetic: tensorflow/lite/micro/kernels/lstm_eval.h (the host's twin:
// src/ops/lstm-int8.ts).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/lstm_cell.h"
#include "bandsmith/nn/requantize.h"

namespace bandsmith {

/** Weights of all gates, [gate, unit, depth], and how their sums become Q3.12. */
struct LstmProduct {
  int32_t depth;
  int32_t inputZeroPoint;
  int32_t weightZeroPoints[kLstmGates];
  Multiplier multipliers[kLstmGates];
  const int8_t* weights;
};

struct LstmParameters {
  int32_t batches;
  int32_t steps;
  int32_t units;
  /** Rows from one step, and from one batch, to the next. */
  int32_t stepRows;
  int32_t batchRows;
  LstmProduct input;
  LstmProduct recurrent;
  /** [gate, unit]. */
  const int32_t* bias;
  LstmCell cell;
  Multiplier hidden;
  OutputRange range;
};

/** One gate's product for one unit, in Q3.12. */
inline int32_t lstmSum(const LstmProduct& p, int32_t gate, int32_t unit, int32_t units, const int8_t* values,
                       int32_t bias) {
  const int8_t* weights = p.weights + (gate * units + unit) * p.depth;
  int32_t sum = bias;
  for (int32_t i = 0; i < p.depth; ++i) {
    sum = wrappingAdd(sum, (values[i] - p.inputZeroPoint) * (weights[i] - p.weightZeroPoints[gate]));
  }
  return clampInt16(scaled(sum, p.multipliers[gate]));
}

/** One step of one unit. `state`: the hidden state before it, nullptr for that of zeros. */
inline int8_t lstmStep(const LstmParameters& p, int32_t unit, int16_t& cell, const int8_t* values,
                       const int8_t* state) {
  int32_t sums[kLstmGates];
  for (int32_t gate = 0; gate < kLstmGates; ++gate) {
    const int32_t outer = lstmSum(p.input, gate, unit, p.units, values, p.bias[gate * p.units + unit]);
    const int32_t inner = state == nullptr ? 0 : lstmSum(p.recurrent, gate, unit, p.units, state, 0);
    sums[gate] = clampInt16(outer + inner);
  }
  return toInt8(scaled(lstmProduct(p.cell, sums, cell), p.hidden), p.range);
}

/** `cells`: one a unit. */
inline void unidirectionalSequenceLstm(const LstmParameters& p, int16_t* cells, const int8_t* input,
                                       int8_t* output) {
  for (int32_t b = 0; b < p.batches; ++b) {
    for (int32_t unit = 0; unit < p.units; ++unit) cells[unit] = 0;
    const int8_t* state = nullptr;
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batchRows + t * p.stepRows;
      int8_t* hidden = output + row * p.units;
      for (int32_t unit = 0; unit < p.units; ++unit) {
        hidden[unit] = lstmStep(p, unit, cells[unit], input + row * p.input.depth, state);
      }
      state = hidden;
    }
  }
}

}  // namespace bandsmith
