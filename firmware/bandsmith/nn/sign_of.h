// The sign as a summand.
#pragma once

#include <stdint.h>

namespace bandsmith {

/** −1 below zero, 0 otherwise, without a branch. */
constexpr int32_t signOf(int32_t x) {
  return -static_cast<int32_t>(static_cast<uint32_t>(x) >> 31);
}

}  // namespace bandsmith
