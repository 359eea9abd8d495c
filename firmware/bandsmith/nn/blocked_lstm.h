// UNIDIRECTIONAL_SEQUENCE_LSTM with a unit's four gates as one register block, everything that the compiler
// can know worked out. Equal to unidirectional_sequence_lstm.h to the bit wherever the compiler chooses it
// (src/ops/lstm-emit.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/dot_block.h"
#include "bandsmith/nn/lstm_cell.h"
#include "bandsmith/nn/wide_scaling.h"

namespace bandsmith {

/** One of the two products of all gates, and how its sums become Q3.12: by ChannelScaling or WideScaling. */
template <typename Scaling>
struct BlockedLstmProduct {
  int32_t depth;
  Scaling gates[kLstmGates];
  /** [unit, depth, gate]. */
  const int8_t* weights;
  /** Of each sum: the bias less what the values' zero point adds. */
  const FourSums* starts;
};

template <typename Scaling>
struct BlockedLstmParameters {
  int32_t batches;
  int32_t steps;
  int32_t units;
  /** Rows from one step, and from one batch, to the next. */
  int32_t stepRows;
  int32_t batchRows;
  BlockedLstmProduct<Scaling> input;
  BlockedLstmProduct<Scaling> recurrent;
  LstmCell cell;
  ChannelScaling hidden;
  ClampedRange range;
};

/** Adds a unit's products with `values`, each rounded to int16, to its gates. */
template <typename Scaling>
[[gnu::always_inline]] inline void addProducts(const BlockedLstmProduct<Scaling>& p, int32_t unit,
                                               const int8_t* values, int32_t (&gates)[kLstmGates]) {
  DotBlock<1, 0> block;
  block.begin(p.starts[unit]);
  addRun(block, values, p.weights + unit * p.depth * kLstmGates, p.depth);
  gates[0] += clampInt16(requantized(block.sums.c0, p.gates[0]));
  gates[1] += clampInt16(requantized(block.sums.c1, p.gates[1]));
  gates[2] += clampInt16(requantized(block.sums.c2, p.gates[2]));
  gates[3] += clampInt16(requantized(block.sums.c3, p.gates[3]));
}

/** `cells`: one a unit. */
template <typename Scaling>
inline void blockedLstm(const BlockedLstmParameters<Scaling>& p, int16_t* cells, const int8_t* input,
                        int8_t* output) {
  for (int32_t b = 0; b < p.batches; ++b) {
    for (int32_t unit = 0; unit < p.units; ++unit) cells[unit] = 0;
    const int8_t* state = nullptr;
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batchRows + t * p.stepRows;
      int8_t* hidden = output + row * p.units;
      for (int32_t unit = 0; unit < p.units; ++unit) {
        int32_t gates[kLstmGates] = {};
        addProducts(p.input, unit, input + row * p.input.depth, gates);
        // A state of zeros adds nothing.
        if (state != nullptr) addProducts(p.recurrent, unit, state, gates);
        for (int32_t& gate : gates) gate = clampInt16(gate);
        hidden[unit] = scaledOutput(lstmProduct(p.cell, gates, cells[unit]), p.hidden, p.range);
      }
      state = hidden;
    }
  }
}

}  // namespace bandsmith
