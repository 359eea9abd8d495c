// What MAX_POOL_2D and AVERAGE_POOL_2D share: the walk over windows that are cut to what lies inside the
// input.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/window_2d.h"

namespace bandsmith {

struct Pool2dParameters {
  int32_t batches;
  /** Without dilation. */
  SlidingAxis rows;
  SlidingAxis columns;
  int32_t depth;
  /** What outputs are clamped to. */
  int32_t min;
  int32_t max;
};

/** A window inside the input, one channel of it: `values` is its first. */
struct PoolWindow {
  const int8_t* values;
  int32_t height;
  int32_t width;
  /** Elements from one row of the input to the next, and from one column. */
  int32_t rowSize;
  int32_t depth;
};

/** First index inside the input of the window at `position`, and how many there are. */
struct PoolExtent {
  int32_t first;
  int32_t count;
};
constexpr PoolExtent extentOf(const SlidingAxis& axis, int32_t position) {
  const int32_t start = axis.at(position, 0);
  const int32_t first = start < 0 ? 0 : start;
  const int32_t end = start + axis.filter < axis.input ? start + axis.filter : axis.input;
  return {first, end - first};
}

/** `combine`: from a PoolWindow to its int32_t, which is then clamped. */
template <typename Combine>
inline void pool2d(const Pool2dParameters& p, const int8_t* input, int8_t* output, Combine combine) {
  const int32_t rowSize = p.columns.input * p.depth;
  for (int32_t b = 0; b < p.batches; ++b, input += p.rows.input * rowSize) {
    for (int32_t oy = 0; oy < p.rows.output; ++oy) {
      const PoolExtent rows = extentOf(p.rows, oy);
      for (int32_t ox = 0; ox < p.columns.output; ++ox) {
        const PoolExtent columns = extentOf(p.columns, ox);
        const int8_t* corner = input + rows.first * rowSize + columns.first * p.depth;
        for (int32_t c = 0; c < p.depth; ++c) {
          const int32_t value = combine(PoolWindow{corner + c, rows.count, columns.count, rowSize, p.depth});
          *output++ = static_cast<int8_t>(value < p.min ? p.min : value > p.max ? p.max : value);
        }
      }
    }
  }
}

}  // namespace bandsmith
