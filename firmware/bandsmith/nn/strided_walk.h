// Walks over blocks whose elements stand at their own steps in two memories: what broadcasting, reductions
// and all operators that only move values have in common (the compiler's twin: src/ops/strided-walk.ts).
#pragma once

#include <stdint.h>

namespace bandsmith {

constexpr int32_t kMaxRank = 5;

/** Sizes and steps of each dimension, outermost first; dimensions that are not there have size 1. */
struct StridedWalk {
  int32_t sizes[kMaxRank];
  int32_t first[kMaxRank];
  int32_t second[kMaxRank];
};

/** Two memories whose elements stand side by side in the same order. */
struct SideBySide {
  int32_t size;
};

/** Calls `visit` with both offsets of every element. */
template <typename Visit>
inline void walk(const SideBySide& block, Visit visit) {
  const int32_t size = block.size;
  for (int32_t i = 0; i < size; ++i) visit(i, i);
}

/** The same, the last dimension fastest. */
template <typename Visit>
inline void walk(const StridedWalk& block, Visit visit) {
  constexpr int32_t kInner = kMaxRank - 1;
  // Copies, since for all that the compiler knows what `visit` stores could change the block.
  const int32_t size = block.sizes[kInner];
  const int32_t firstStep = block.first[kInner];
  const int32_t secondStep = block.second[kInner];
  int32_t counters[kInner] = {};
  int32_t first = 0;
  int32_t second = 0;
  for (;;) {
    int32_t a = first;
    int32_t b = second;
    for (int32_t i = size; i > 0; --i, a += firstStep, b += secondStep) visit(a, b);
    int32_t d = kInner - 1;
    for (; d >= 0; --d) {
      first += block.first[d];
      second += block.second[d];
      if (++counters[d] < block.sizes[d]) break;
      counters[d] = 0;
      first -= block.sizes[d] * block.first[d];
      second -= block.sizes[d] * block.second[d];
    }
    if (d < 0) return;
  }
}

}  // namespace bandsmith
