// GATHER: slices along an axis, picked by int32 indices, such as a loop's time step. Values are of any type.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bandsmith/nn/typed_values.h"

namespace bandsmith {

struct GatherParameters {
  int32_t batches;
  /** Rows of a batch, which share its picks. */
  int32_t rows;
  /** Slices of a row. */
  int32_t size;
  /** Slices that are picked of a row. */
  int32_t picks;
  int32_t sliceBytes;
};

/** False, and nothing written, where an index is none of a slice: TFLite Micro refuses such an inference,
 * too. */
[[nodiscard]] inline bool gather(const GatherParameters& p, const int8_t* values, const int8_t* indices,
                                 int8_t* output) {
  for (int32_t i = 0; i < p.batches * p.picks; ++i) {
    const int32_t index = valueAt<int32_t>(indices, i);
    if (index < 0 || index >= p.size) return false;
  }
  for (int32_t row = 0; row < p.batches * p.rows; ++row, values += p.size * p.sliceBytes) {
    const int32_t first = row / p.rows * p.picks;
    for (int32_t pick = 0; pick < p.picks; ++pick, output += p.sliceBytes) {
      const int8_t* slice = values + valueAt<int32_t>(indices, first + pick) * p.sliceBytes;
      memcpy(output, slice, static_cast<size_t>(p.sliceBytes));
    }
  }
  return true;
}

}  // namespace bandsmith
