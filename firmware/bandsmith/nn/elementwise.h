// Two inputs element by element, with broadcasting, where no scale has to be brought in line.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/strided_walk.h"
#include "bandsmith/nn/typed_values.h"

namespace bandsmith {

struct ElementwiseParameters {
  /** Of both inputs, in the output's order. */
  StridedWalk inputs;
};

/** `combine` of two values of type T gives one of type Result. */
template <typename T, typename Result, typename Combine>
inline void elementwise(const ElementwiseParameters& p, const int8_t* left, const int8_t* right,
                        int8_t* output, Combine combine) {
  int32_t at = 0;
  walk(p.inputs, [&](int32_t a, int32_t b) {
    setValue<Result>(output, at++, combine(valueAt<T>(left, a), valueAt<T>(right, b)));
  });
}

}  // namespace bandsmith
