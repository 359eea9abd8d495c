// SHAPE: a tensor's dimensions as int32, which the compiler knows.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace bandsmith {

struct ShapeParameters {
  int32_t rank;
  const int32_t* sizes;
};

inline void shape(const ShapeParameters& p, int8_t* output) {
  memcpy(output, p.sizes, static_cast<size_t>(p.rank) * sizeof *p.sizes);
}

}  // namespace bandsmith
