// int8 values as the int16 that MAC16 multiplies.
#pragma once

#include <stdint.h>

namespace bandsmith {

/** Values side by side in int16, from int8; returns what follows them. */
inline const int8_t* widen(const int8_t* input, int32_t count, int16_t* to) {
  for (; count >= 4; count -= 4, input += 4, to += 4) {
    to[0] = input[0];
    to[1] = input[1];
    to[2] = input[2];
    to[3] = input[3];
  }
  for (; count > 0; --count) *to++ = *input++;
  return input;
}

/**
 * The same for whole words, two values at a time: to 128 more, so that no value is below zero, and each four
 * in the order 0, 2, 1, 3, as they fall out of a word (little-endian, as all chips here are).
 */
inline const int8_t* widenWords(const int8_t* input, int32_t count, int16_t* to) {
  constexpr uint32_t kSigns = UINT32_C(0x80808080);
  constexpr uint32_t kEven = UINT32_C(0x00FF00FF);
  for (const int8_t* const end = input + count; input != end; input += 4, to += 4) {
    uint32_t word = 0;
    __builtin_memcpy(&word, __builtin_assume_aligned(input, 4), sizeof word);
    word ^= kSigns;
    const uint32_t pairs[] = {word & kEven, word >> 8 & kEven};
    __builtin_memcpy(__builtin_assume_aligned(to, 4), pairs, sizeof pairs);
  }
  return input;
}

/** `kWords`: whether a column is whole words; weights and starts are then laid out for widenWords(). */
template <int32_t kWords>
inline const int8_t* widenColumns(const int8_t* input, int32_t count, int16_t* to) {
  if constexpr (kWords != 0) {
    return widenWords(input, count, to);
  } else {
    return widen(input, count, to);
  }
}

}  // namespace bandsmith
