// One byte everywhere: what PAD puts around its input.
#pragma once

#include <stdint.h>
#include <string.h>

namespace bandsmith {

struct FillParameters {
  int32_t bytes;
  int32_t value;
};

inline void fill(const FillParameters& p, int8_t* output) {
  memset(output, p.value, static_cast<size_t>(p.bytes));
}

}  // namespace bandsmith
