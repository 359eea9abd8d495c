// Windows that reach into the padding, copied with it into memory of the layer's own: the loops over taps
// then need no tests, and padding is the input's zero point, which the sums' starts take off again.
#pragma once

#include <stdint.h>
#include <string.h>

#include "bandsmith/nn/window_2d.h"

namespace bandsmith {

/** Some windows side by side: the first value of the first, and elements from one filter row to the next. */
struct Windows {
  const int8_t* first;
  int32_t rowPitch;
};

/** The values of one image, depth values a place. */
struct Image {
  const int8_t* values;
  SlidingAxis rows;
  SlidingAxis columns;
  int32_t depth;
  int32_t zeroPoint;
};

/** Whether every tap of windows `first` to `last` lies inside the input. */
constexpr bool isInside(const SlidingAxis& axis, int32_t first, int32_t last) {
  return axis.at(first, 0) >= 0 && axis.at(last, axis.filter - 1) < axis.input;
}

inline Windows windowsInPlace(const Image& image, int32_t row, int32_t column) {
  const int32_t pitch = image.columns.input * image.depth;
  return {image.values + image.rows.at(row, 0) * pitch + image.columns.at(column, 0) * image.depth,
          image.rows.dilation * pitch};
}

/** Copies `count` windows of one output row from `column` on. `copy`: not nullptr. */
inline Windows paddedWindows(const Image& image, int32_t row, int32_t column, int32_t count, int8_t* copy) {
  // Kernels without padding have no memory for it and never come here, which a compiler cannot know.
  if (copy == nullptr) __builtin_unreachable();
  const SlidingAxis& columns = image.columns;
  const int32_t start = columns.at(column, 0);
  const int32_t width = columns.at(column + count - 1, columns.filter - 1) + 1 - start;
  const int32_t pitch = width * image.depth;
  memset(copy, image.zeroPoint, static_cast<size_t>(image.rows.filter * pitch));
  const int32_t from = start < 0 ? 0 : start;
  const int32_t to = start + width < columns.input ? start + width : columns.input;
  for (int32_t tap = 0; from < to && tap < image.rows.filter; ++tap) {
    const int32_t y = image.rows.at(row, tap);
    if (!image.rows.holds(y)) continue;
    memcpy(copy + tap * pitch + (from - start) * image.depth,
           image.values + (y * columns.input + from) * image.depth,
           static_cast<size_t>((to - from) * image.depth));
  }
  return {copy, pitch};
}

}  // namespace bandsmith
