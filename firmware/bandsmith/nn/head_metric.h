// What counts as a small change of a head's weights, and how far a step may go (the host's twins:
// src/personalize/metric.ts and curvature.ts; docs/personalize.md).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/head_integers.h"

namespace bandsmith {

/** Of one network, as the people tell who trained it. */
struct HeadMetric {
  int32_t features;
  /** N, a lower triangle packed by rows, with kFactorBits fractional bits: NᵀN is the metric's inverse. */
  const int16_t* factor;
};

constexpr int32_t kFactorBits = 12;
/** No eigenvalue of the inverse is larger. */
constexpr int32_t kLargestInverse = 64;

/** Windows of one wearer, as the general model's body sees them. */
struct HeadWindows {
  int32_t count;
  int32_t width;
  /** [count, width] */
  const int8_t* features;
};

template <typename Value>
inline int64_t largestMagnitude(const Value* values, int32_t width) {
  int64_t largest = 0;
  for (int32_t j = 0; j < width; ++j) {
    const int64_t magnitude = magnitudeOf(values[j]);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** Divides by a power of two that leaves squares which add up to less than 2^29; returns its exponent. */
template <typename Value>
inline int32_t narrow(const Value* values, int32_t width, int16_t* out) {
  const int32_t surplus = bitLength(largestMagnitude(values, width)) - 15;
  int32_t shift = surplus > 0 ? surplus : 0;
  int64_t squares = 0;
  for (int32_t j = 0; j < width; ++j) {
    const int32_t value = static_cast<int32_t>(values[j] >> shift);
    squares += static_cast<int64_t>(value) * value;
  }
  const int32_t left = bitLength(squares) - 29;
  if (left > 0) shift += (left + 1) / 2;
  for (int32_t j = 0; j < width; ++j) out[j] = static_cast<int16_t>(scaledDown(values[j], shift));
  return shift;
}

/**
 * The inverse times vectors, in sums below 2^30: a row or column of the factor has a norm of 2^15 at most,
 * and vectors are brought to 2^14.5 before each product. The factor lies in flash: it is read from its first
 * entry to its last, twice, for all vectors.
 *
 * values: a row of [features] every `pitch`
 * narrowed: [vectors, features], scratch
 * out: [vectors, features], which times 2^exponents[vector] is the product
 */
template <int32_t vectors, typename Value>
inline void applyMetric(const HeadMetric& metric, const Value* values, int32_t pitch, int16_t* narrowed,
                        int32_t* out, int32_t* exponents) {
  constexpr size_t kVectors = static_cast<size_t>(vectors);
  const int32_t width = metric.features;
  for (int32_t v = 0; v < vectors; ++v) {
    exponents[v] = narrow(values + v * pitch, width, narrowed + v * width) - 2 * kFactorBits;
  }
  const int16_t* entry = metric.factor;
  for (int32_t i = 0; i < width; ++i) {
    int32_t sums[kVectors] = {};
    for (int32_t j = 0; j <= i; ++j) {
      const int32_t share = *entry++;
      for (int32_t v = 0; v < vectors; ++v) sums[v] += share * narrowed[v * width + j];
    }
    for (int32_t v = 0; v < vectors; ++v) out[v * width + i] = sums[v];
  }
  for (int32_t v = 0; v < vectors; ++v) {
    exponents[v] += narrow(out + v * width, width, narrowed + v * width);
  }
  for (int32_t at = 0; at < vectors * width; ++at) out[at] = 0;
  entry = metric.factor;
  for (int32_t i = 0; i < width; ++i) {
    int32_t own[kVectors];
    for (int32_t v = 0; v < vectors; ++v) own[v] = narrowed[v * width + i];
    for (int32_t j = 0; j <= i; ++j) {
      const int32_t share = *entry++;
      for (int32_t v = 0; v < vectors; ++v) out[v * width + j] += share * own[v];
    }
  }
}

/** What largestCurvature works in. */
struct CurvatureScratch {
  /** [features] */
  int64_t* product;
  int32_t* vector;
  int32_t* mapped;
  int16_t* narrowed;
};

/**
 * A little more than the largest eigenvalue of Σ c·cᵀ times the metric's inverse, c = features − centre.
 * total: Σ |c|²
 */
inline int64_t largestCurvature(const HeadWindows& windows, const int8_t* centre, const HeadMetric& metric,
                                int64_t total, const CurvatureScratch& scratch) {
  constexpr int32_t kIterations = 20;
  constexpr int32_t kVectorBits = 14;
  const int32_t width = windows.width;
  int32_t* vector = scratch.vector;
  int64_t* product = scratch.product;
  for (int32_t j = 0; j < width; ++j) {
    const uint32_t multiple = static_cast<uint32_t>(j + 1) * UINT32_C(0x9e3779b1);
    vector[j] = (static_cast<int32_t>(multiple) >> 18) | 1;
  }
  int64_t curvature = 0;
  for (int32_t i = 0; i < kIterations; ++i) {
    for (int32_t j = 0; j < width; ++j) product[j] = 0;
    const int8_t* row = windows.features;
    for (int32_t w = 0; w < windows.count; ++w, row += width) {
      int32_t along = 0;
      for (int32_t j = 0; j < width; ++j) along += (row[j] - centre[j]) * vector[j];
      for (int32_t j = 0; j < width; ++j) product[j] += static_cast<int64_t>(along) * (row[j] - centre[j]);
    }
    int32_t exponent = 0;
    applyMetric<1>(metric, product, width, scratch.narrowed, scratch.mapped, &exponent);
    const int64_t largest = largestMagnitude(scratch.mapped, width);
    const int64_t ratio = largest / largestMagnitude(vector, width) + 1;
    curvature = (exponent > 0 ? ratio << exponent : ratio >> -exponent) + 1;
    const int32_t surplus = bitLength(largest) - kVectorBits;
    for (int32_t j = 0; j < width; ++j) vector[j] = scratch.mapped[j] >> (surplus > 0 ? surplus : 0);
    if (largestMagnitude(vector, width) == 0) break;
  }
  const int64_t generous = curvature + curvature / 8;
  const int64_t least = (total + width - 1) / width;
  const int64_t atLeast = generous > least ? generous : least;
  const int64_t most = kLargestInverse * total;
  return atLeast < most ? atLeast : most;
}

}  // namespace bandsmith
