// Values of other types than int8, in memory that kernels are handed as bytes.
#pragma once

#include <stdint.h>
#include <string.h>

namespace bandsmith {

/** By memcpy, which needs no alignment and breaks no rule of aliasing; compilers make a load of it. */
template <typename T>
inline T valueAt(const int8_t* memory, int32_t index) {
  T value;
  memcpy(&value, memory + index * static_cast<int32_t>(sizeof value), sizeof value);
  return value;
}

template <typename T>
inline void setValue(int8_t* memory, int32_t index, T value) {
  memcpy(memory + index * static_cast<int32_t>(sizeof value), &value, sizeof value);
}

}  // namespace bandsmith
