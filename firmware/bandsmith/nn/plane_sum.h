// ADD and SUB where the compiler has found a plane over both stored inputs,
//   floor((start + left · x + right · z) / 2^shift) clamped,
// that gives the definition's output for each of the 65,536 pairs (src/ops/sum-plane.ts): two products in
// place of three requantisations (scaled_sum.h).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct SumPlane {
  int32_t left;
  int32_t right;
  /** With both zero points, the output's and one half in it. */
  int32_t start;
  int32_t shift;
};

/** `Inputs`: SideBySide or StridedWalk. */
template <typename Inputs>
struct PlaneSumParameters {
  Inputs inputs;
  SumPlane plane;
  ClampedRange range;
};

/** The whole sum is an int32, which its parts need not be. */
[[gnu::always_inline]] constexpr int32_t onPlane(int32_t x, int32_t z, const SumPlane& plane) {
  const uint32_t sum = static_cast<uint32_t>(plane.start) +
                       static_cast<uint32_t>(x) * static_cast<uint32_t>(plane.left) +
                       static_cast<uint32_t>(z) * static_cast<uint32_t>(plane.right);
  return static_cast<int32_t>(sum) >> plane.shift;
}

template <typename Inputs>
inline void planeSum(const PlaneSumParameters<Inputs>& p, const int8_t* left, const int8_t* right,
                     int8_t* output) {
  // Copies, since for all that the compiler knows the output could be the parameters.
  const SumPlane plane = p.plane;
  const ClampedRange range = p.range;
  walk(p.inputs,
       [&](int32_t a, int32_t b) { *output++ = clamped(onPlane(left[a], right[b], plane), range); });
}

}  // namespace bandsmith
