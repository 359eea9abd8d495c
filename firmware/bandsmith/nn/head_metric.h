// What counts as a small change of a head's weights, and how far a step may go (the host's twins:
// src/personalize/metric.ts and curvature.ts; docs/personalize.md).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/head_integers.h"

namespace bandsmith {

/** Windows of one wearer, as the general model's body sees them. */
struct HeadWindows {
  int32_t count;
  int32_t width;
  /** [count, width] */
  const int8_t* features;
  /** [count] */
  const uint8_t* classOf;
};

/** Where row `i` of a packed lower triangle begins. */
constexpr int32_t triangleRow(int32_t i) {
  return i * (i + 1) / 2;
}

/** The metric's blocks of neighbouring features: of one size, the last one smaller. */
class MetricBlocks {
 public:
  constexpr explicit MetricBlocks(int32_t width) : width_(width), size_(sizeFor(width)) {}

  /** Features of the block that begins at `first`; the next one begins behind them. */
  constexpr int32_t sizeAt(int32_t first) const { return width_ - first < size_ ? width_ - first : size_; }

  /** Entries of all packed triangles. */
  constexpr int32_t entries() const {
    return width_ / size_ * triangleRow(size_) + triangleRow(width_ % size_);
  }

  constexpr int32_t width() const { return width_; }

 private:
  static constexpr int32_t kLargest = 80;

  static constexpr int32_t sizeFor(int32_t width) {
    const int32_t blocks = (width + kLargest - 1) / kLargest;
    return (width + blocks - 1) / blocks;
  }

  int32_t width_;
  int32_t size_;
};

constexpr int32_t kInverseBits = 16;
constexpr int32_t kMetricBits = 16;
constexpr int32_t kFactorBits = 20;
constexpr int32_t kRidge = 8;
constexpr int64_t kSmallestPivot = INT64_C(1) << (kFactorBits - 2);

/** Σ d·dᵀ over the windows, d the distance to the mean of the window's class. distance: [width], scratch. */
inline void scatterWithin(const HeadWindows& windows, const int8_t* classMeans, int32_t* distance,
                          int32_t* sums) {
  const MetricBlocks blocks(windows.width);
  for (int32_t at = 0; at < blocks.entries(); ++at) sums[at] = 0;
  const int8_t* row = windows.features;
  for (int32_t w = 0; w < windows.count; ++w, row += windows.width) {
    const int8_t* mean = classMeans + windows.classOf[w] * windows.width;
    for (int32_t j = 0; j < windows.width; ++j) distance[j] = row[j] - mean[j];
    int32_t* sum = sums;
    for (int32_t first = 0; first < windows.width; first += blocks.sizeAt(first)) {
      const int32_t* own = distance + first;
      for (int32_t i = 0; i < blocks.sizeAt(first); ++i) {
        for (int32_t j = 0; j <= i; ++j) *sum++ += own[i] * own[j];
      }
    }
  }
}

/** Adds the ridge and scales to a mean of 1 on the diagonal; without any scatter it is the identity. */
inline void normalizeMetric(int32_t* triangles, const MetricBlocks& blocks) {
  constexpr int64_t kOne = INT64_C(1) << kMetricBits;
  const int32_t width = blocks.width();
  int64_t trace = 0;
  const int32_t* diagonal = triangles;
  for (int32_t first = 0; first < width; first += blocks.sizeAt(first)) {
    for (int32_t i = 0; i < blocks.sizeAt(first); diagonal += ++i) trace += diagonal[i];
  }
  for (int32_t at = 0; trace > 0 && at < blocks.entries(); ++at) {
    triangles[at] =
        static_cast<int32_t>(divideRounded(triangles[at] * kOne * width * kRidge, (kRidge + 1) * trace));
  }
  const int32_t ridge = static_cast<int32_t>(trace > 0 ? divideRounded(kOne, kRidge + 1) : kOne);
  int32_t* row = triangles;
  for (int32_t first = 0; first < width; first += blocks.sizeAt(first)) {
    for (int32_t i = 0; i < blocks.sizeAt(first); row += ++i) row[i] += ridge;
  }
}

/** Cholesky in place. */
inline void factorizeMetric(int32_t* matrix, int32_t width) {
  constexpr int64_t kToProducts = INT64_C(1) << (2 * kFactorBits - kMetricBits);
  for (int32_t i = 0; i < width; ++i) {
    int32_t* row = matrix + triangleRow(i);
    for (int32_t j = 0; j <= i; ++j) {
      const int32_t* other = matrix + triangleRow(j);
      int64_t rest = row[j] * kToProducts;
      for (int32_t k = 0; k < j; ++k) rest -= static_cast<int64_t>(row[k]) * other[k];
      const int64_t root = j < i ? 0 : squareRoot(rest > 0 ? rest : 0);
      const int64_t pivot = root > kSmallestPivot ? root : kSmallestPivot;
      row[j] = static_cast<int32_t>(j < i ? divideRounded(rest, other[j]) : pivot);
    }
  }
}

/** The inverse of a lower triangle, in place, column by column. */
inline void invertTriangle(int32_t* matrix, int32_t width) {
  for (int32_t j = 0; j < width; ++j) {
    int32_t& pivot = matrix[triangleRow(j) + j];
    pivot = static_cast<int32_t>(divideRounded(INT64_C(1) << (2 * kFactorBits), pivot));
    for (int32_t i = j + 1; i < width; ++i) {
      int32_t* row = matrix + triangleRow(i);
      int64_t sum = 0;
      for (int32_t k = j; k < i; ++k) sum += static_cast<int64_t>(row[k]) * matrix[triangleRow(k) + j];
      row[j] = static_cast<int32_t>(divideRounded(-sum, row[i]));
    }
  }
}

/** Nᵀ·N of a lower triangle N, in place. */
inline void multiplyByTranspose(int32_t* matrix, int32_t width) {
  for (int32_t i = 0; i < width; ++i) {
    for (int32_t j = 0; j <= i; ++j) {
      int64_t sum = 0;
      for (int32_t k = i; k < width; ++k) {
        const int32_t* row = matrix + triangleRow(k);
        sum += static_cast<int64_t>(row[i]) * row[j];
      }
      matrix[triangleRow(i) + j] = static_cast<int32_t>(shiftRounded(sum, 2 * kFactorBits - kInverseBits));
    }
  }
}

/** One block's. */
template <typename Value>
inline void applyBlock(const int32_t* inverse, const Value* values, int32_t size, int64_t* out) {
  for (int32_t i = 0; i < size; ++i) {
    const int32_t* entry = inverse + triangleRow(i);
    int64_t sum = 0;
    for (int32_t j = 0; j < i; ++j) {
      sum += static_cast<int64_t>(*entry++) * static_cast<int32_t>(values[j]);
    }
    // Down the column from the diagonal on: each row is longer by one.
    for (int32_t j = i; j < size; ++j) {
      sum += static_cast<int64_t>(*entry) * static_cast<int32_t>(values[j]);
      entry += j + 1;
    }
    out[i] = sum >> kInverseBits;
  }
}

/** The inverse metric, a packed lower triangle a block. distance: [width], scratch. */
inline void inverseMetric(const HeadWindows& windows, const int8_t* classMeans, int32_t* distance,
                          int32_t* inverse) {
  const MetricBlocks blocks(windows.width);
  scatterWithin(windows, classMeans, distance, inverse);
  normalizeMetric(inverse, blocks);
  for (int32_t first = 0; first < windows.width; first += blocks.sizeAt(first)) {
    const int32_t size = blocks.sizeAt(first);
    factorizeMetric(inverse, size);
    invertTriangle(inverse, size);
    multiplyByTranspose(inverse, size);
    inverse += triangleRow(size);
  }
}

/** Inverse times vector. |values| below 2^28. */
template <typename Value>
inline void applyInverse(const int32_t* inverse, const Value* values, int32_t width, int64_t* out) {
  const MetricBlocks blocks(width);
  for (int32_t first = 0; first < width;) {
    const int32_t size = blocks.sizeAt(first);
    applyBlock(inverse, values + first, size, out + first);
    inverse += triangleRow(size);
    first += size;
  }
}

inline int64_t largestMagnitude(const int64_t* values, int32_t width) {
  int64_t largest = 0;
  for (int32_t j = 0; j < width; ++j) {
    const int64_t magnitude = magnitudeOf(values[j]);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** Divides by the least power of two that leaves so many bits; returns its exponent. */
inline int32_t shiftDown(int64_t* values, int32_t width, int32_t bits) {
  const int32_t surplus = bitLength(largestMagnitude(values, width)) - bits;
  const int32_t shift = surplus > 0 ? surplus : 0;
  for (int32_t j = 0; j < width; ++j) values[j] >>= shift;
  return shift;
}

/**
 * A little more than the largest eigenvalue of Σ c·cᵀ · inverse, c = features − centre.
 * total: Σ |c|²; vector, product, mapped: [width], scratch.
 */
inline int64_t largestCurvature(const HeadWindows& windows, const int8_t* centre, const int32_t* inverse,
                                int64_t total, int64_t* vector, int64_t* product, int64_t* mapped) {
  constexpr int32_t kIterations = 20;
  constexpr int32_t kVectorBits = 14;
  constexpr int32_t kProductBits = 28;
  const int32_t width = windows.width;
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
      for (int32_t j = 0; j < width; ++j) along += (row[j] - centre[j]) * static_cast<int32_t>(vector[j]);
      for (int32_t j = 0; j < width; ++j) product[j] += static_cast<int64_t>(along) * (row[j] - centre[j]);
    }
    const int32_t shift = shiftDown(product, width, kProductBits);
    applyInverse(inverse, product, width, mapped);
    const int64_t ratio = largestMagnitude(mapped, width) / largestMagnitude(vector, width);
    curvature = (ratio + 1) << shift;
    for (int32_t j = 0; j < width; ++j) vector[j] = mapped[j];
    shiftDown(vector, width, kVectorBits);
    if (largestMagnitude(vector, width) == 0) break;
  }
  const int64_t generous = curvature + curvature / 8;
  const int64_t least = (total + width - 1) / width;
  const int64_t atLeast = generous > least ? generous : least;
  return atLeast < 9 * total ? atLeast : 9 * total;
}

}  // namespace bandsmith
