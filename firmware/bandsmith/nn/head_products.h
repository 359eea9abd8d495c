// The two products of a round of the head's solver, four windows and two classes at a time, so that a loaded
// value is used several times.
#pragma once

#include <stdint.h>

namespace bandsmith {

constexpr int32_t kWindowBlock = 4;
constexpr int32_t kClassBlock = 2;

/** Rows of features of four windows; a last block repeats its last window. */
struct WindowRows {
  const int8_t* row[kWindowBlock];
};

/** sums[window][class] = Σ image[class][j] · features[window][j] for two classes' rows. */
inline void multiplyBlock(const WindowRows& windows, const int16_t* first, const int16_t* second,
                          int32_t width, int32_t (&sums)[kWindowBlock][kClassBlock]) {
  const int8_t* x0 = windows.row[0];
  const int8_t* x1 = windows.row[1];
  const int8_t* x2 = windows.row[2];
  const int8_t* x3 = windows.row[3];
  int32_t a0 = 0;
  int32_t a1 = 0;
  int32_t a2 = 0;
  int32_t a3 = 0;
  int32_t b0 = 0;
  int32_t b1 = 0;
  int32_t b2 = 0;
  int32_t b3 = 0;
  for (int32_t j = 0; j < width; ++j) {
    const int32_t a = first[j];
    const int32_t b = second[j];
    a0 += a * x0[j];
    a1 += a * x1[j];
    a2 += a * x2[j];
    a3 += a * x3[j];
    b0 += b * x0[j];
    b1 += b * x1[j];
    b2 += b * x2[j];
    b3 += b * x3[j];
  }
  sums[0][0] = a0;
  sums[1][0] = a1;
  sums[2][0] = a2;
  sums[3][0] = a3;
  sums[0][1] = b0;
  sums[1][1] = b1;
  sums[2][1] = b2;
  sums[3][1] = b3;
}

/** gradient[class][j] += Σ over the four windows of errors[window][class] · features[window][j]. */
inline void addBlock(const WindowRows& windows, const int32_t (&errors)[kWindowBlock][kClassBlock],
                     int32_t width, int32_t* first, int32_t* second) {
  const int8_t* x0 = windows.row[0];
  const int8_t* x1 = windows.row[1];
  const int8_t* x2 = windows.row[2];
  const int8_t* x3 = windows.row[3];
  const int32_t a0 = errors[0][0];
  const int32_t a1 = errors[1][0];
  const int32_t a2 = errors[2][0];
  const int32_t a3 = errors[3][0];
  const int32_t b0 = errors[0][1];
  const int32_t b1 = errors[1][1];
  const int32_t b2 = errors[2][1];
  const int32_t b3 = errors[3][1];
  for (int32_t j = 0; j < width; ++j) {
    const int32_t u = x0[j];
    const int32_t v = x1[j];
    const int32_t x = x2[j];
    const int32_t y = x3[j];
    first[j] += a0 * u + a1 * v + a2 * x + a3 * y;
    second[j] += b0 * u + b1 * v + b2 * x + b3 * y;
  }
}

}  // namespace bandsmith
