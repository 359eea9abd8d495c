// UNIDIRECTIONAL_SEQUENCE_LSTM for cores with MAC16 (the ESP32): input and state are widened to int16, and
// each product of a gate runs through all units without leaving the registers. Equal to
// unidirectional_sequence_lstm.h to the bit wherever the compiler chooses it (src/ops/mac16-lstm.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/lstm_cell.h"
#include "bandsmith/nn/mac16.h"
#include "bandsmith/nn/wide_scaling.h"
#include "bandsmith/nn/widen.h"

namespace bandsmith {

/** One of the two products of all gates, and how its sums become Q3.12. */
struct Mac16LstmProduct {
  int32_t depth;
  /** Turns of a dot product. */
  int32_t turns;
  ChannelScaling gates[kLstmGates];
  /** [gate, unit, turns · 4]. */
  const int16_t* weights;
  /** [gate, unit]: the bias less what the values' zero point adds. */
  const int32_t* starts;
};

struct Mac16LstmParameters {
  int32_t batches;
  int32_t steps;
  int32_t units;
  /** Rows from one step, and from one batch, to the next. */
  int32_t stepRows;
  int32_t batchRows;
  Mac16LstmProduct input;
  Mac16LstmProduct recurrent;
  LstmCell cell;
  ChannelScaling hidden;
  ClampedRange range;
};

/**
 * One product of a gate for all units: set in `sums`, or added to them, in int16. `kWhole`: the high product
 * is the result (WideScaling; weights and starts are shifted to the left already).
 */
template <bool kAdds, bool kWhole>
[[gnu::always_inline]] inline void mac16Gate(const Mac16LstmProduct& p, int32_t gate, int32_t units,
                                             const int16_t* values, int16_t* sums) {
  const int16_t* weights = p.weights + gate * units * p.turns * kMac16Taps;
  const int32_t* starts = p.starts + gate * units;
  const ChannelScaling& scaling = p.gates[gate];
#if defined(__XTENSA__) && XCHAL_HAVE_MAC16
  // Registers are scarce: this one brings the shift.
  int32_t sum = scaling.shift;
  const int16_t* value;
  int32_t middle;
  // LDINC moves before it loads, and the next unit's weights follow. From RSR on, it is requantized() by
  // halves, whose names these are.
  __asm__ volatile(
      "ssr %[sum]\n"
      "addi %[weights], %[weights], -4\n"
      "ldinc m2, %[weights]\n"
      "2:\n"
      "l32i %[sum], %[starts], 0\n"
      "addi %[value], %[values], -4\n"
      "wsr %[sum], acclo\n"
      "ldinc m0, %[value]\n"
      "loopgtz %[turns], 1f\n"
      "mula.dd.ll.ldinc m1, %[value], m0, m2\n"
      "mula.dd.hh.ldinc m3, %[weights], m0, m2\n"
      "mula.dd.ll.ldinc m0, %[value], m1, m3\n"
      "mula.dd.hh.ldinc m2, %[weights], m1, m3\n"
      "1:\n"
      "rsr %[sum], acclo\n"
      "addi %[starts], %[starts], 4\n"
      "mul16u %[middle], %[sum], %[c]\n"
      "mul16u %[value], %[sum], %[d]\n"
      "srai %[sum], %[sum], 16\n"
      "extui %[value], %[value], 16, 16\n"
      "add %[middle], %[middle], %[value]\n"
      "mull %[value], %[sum], %[d]\n"
      "add %[middle], %[middle], %[ends]\n"
      "add %[middle], %[middle], %[value]\n"
      "mull %[value], %[sum], %[c]\n"
      "srli %[middle], %[middle], 15\n"
      ".if %[whole]\n"
      "movi %[sum], 0\n"
      ".else\n"
      "srai %[sum], %[sum], 31\n"
      ".endif\n"
      "addx2 %[value], %[value], %[middle]\n"
      "add %[sum], %[sum], %[rounding]\n"
      "add %[sum], %[sum], %[value]\n"
      "sra %[sum], %[sum]\n"
      "clamps %[sum], %[sum], 15\n"
      ".if %[adds]\n"
      "l16si %[value], %[sums], 0\n"
      "add %[sum], %[sum], %[value]\n"
      "clamps %[sum], %[sum], 15\n"
      ".endif\n"
      "s16i %[sum], %[sums], 0\n"
      "addi %[sums], %[sums], 2\n"
      "bne %[sums], %[end], 2b\n"
      : [weights] "+&r"(weights), [starts] "+&r"(starts), [sums] "+&r"(sums), [sum] "+&r"(sum),
        [value] "=&r"(value), [middle] "=&r"(middle)
      : [values] "r"(values), [turns] "r"(p.turns), [c] "r"(scaling.mantissa >> 16),
        [d] "r"(scaling.mantissa & 0xFFFF), [ends] "r"((1 << 14) + (1 << 30)),
        [rounding] "r"(scaling.rounding - (1 << 15)), [end] "r"(sums + units), [adds] "i"(kAdds),
        [whole] "i"(kWhole)
      : "memory", "acc");
#else
  for (int32_t unit = 0; unit < units; ++unit, weights += p.turns * kMac16Taps) {
    const int32_t sum = mac16Dot(values, weights, p.turns, starts[unit]);
    const int32_t product = clampInt16(kWhole ? wholeProduct(sum, scaling) : requantized(sum, scaling));
    sums[unit] = static_cast<int16_t>(kAdds ? clampInt16(sums[unit] + product) : product);
  }
#endif
}

/** The same of all gates; where `kWide`, the sums of some are whole. */
template <bool kAdds, bool kWide>
[[gnu::always_inline]] inline void mac16Gates(const Mac16LstmProduct& p, int32_t units, const int16_t* values,
                                              int16_t* sums) {
  for (int32_t gate = 0; gate < kLstmGates; ++gate, sums += units) {
    if (kWide && p.gates[gate].shift == 0) {
      mac16Gate<kAdds, true>(p, gate, units, values, sums);
    } else {
      mac16Gate<kAdds, false>(p, gate, units, values, sums);
    }
  }
}

/**
 * `kInputWords`, `kStateWords`: see widenColumns(). `kWide`: see mac16Gates(). `cells`: one a unit.
 * `sums`: [gate, unit]. `values`: a row of the input or a state in int16, filled up to whole turns, and
 * kMac16Ahead more.
 */
template <int32_t kInputWords, int32_t kStateWords, int32_t kWide>
inline void mac16Lstm(const Mac16LstmParameters& p, int16_t* cells, int16_t* sums, int16_t* values,
                      const int8_t* input, int8_t* output) {
  const int32_t units = p.units;
  for (int32_t b = 0; b < p.batches; ++b) {
    for (int32_t unit = 0; unit < units; ++unit) cells[unit] = 0;
    const int8_t* state = nullptr;
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batchRows + t * p.stepRows;
      widenColumns<kInputWords>(input + row * p.input.depth, p.input.depth, values);
      mac16Gates<false, kWide != 0>(p.input, units, values, sums);
      // A state of zeros adds nothing.
      if (state != nullptr) {
        widenColumns<kStateWords>(state, units, values);
        mac16Gates<true, kWide != 0>(p.recurrent, units, values, sums);
      }
      int8_t* hidden = output + row * units;
      for (int32_t unit = 0; unit < units; ++unit) {
        const int16_t* own = sums + unit;
        const int32_t gates[kLstmGates] = {own[0], own[units], own[2 * units], own[3 * units]};
        hidden[unit] = scaledOutput(lstmProduct(p.cell, gates, cells[unit]), p.hidden, p.range);
      }
      state = hidden;
    }
  }
}

}  // namespace bandsmith
