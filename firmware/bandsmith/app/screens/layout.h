// What screens share: fonts by role, and text that fits.
#pragma once

#include <stdint.h>

#include "bandsmith/app/text_buffer.h"
#include "bandsmith/drivers/canvas.h"
#include "bandsmith/drivers/fonts/spleen_12x24.h"
#include "bandsmith/drivers/fonts/spleen_5x8.h"
#include "bandsmith/drivers/fonts/spleen_8x16.h"

namespace bandsmith {

inline constexpr const Font& kSmall = kSpleen5x8;
inline constexpr const Font& kMedium = kSpleen8x16;
inline constexpr const Font& kLarge = kSpleen12x24;

/** 128×32: half the rows. */
inline bool isShort(const Canvas& canvas) {
  return canvas.height() < 64;
}

/** The largest font that a line of text fits with. */
inline const Font& fittingFont(const char* text) {
  if (textWidth(kLarge, text) <= Canvas::kWidth) return kLarge;
  return textWidth(kMedium, text) <= Canvas::kWidth ? kMedium : kSmall;
}

/** Draws words over as many lines as fit above `bottom`; returns the y below the last. */
int drawWrapped(Canvas& canvas, int y, int bottom, const char* words);

/** 0:42, 12:05, 1:02:33. */
template <size_t Capacity>
TextBuffer<Capacity>& addDuration(TextBuffer<Capacity>& text, uint32_t seconds) {
  const uint32_t hours = seconds / 3600;
  const uint32_t minutes = seconds / 60 % 60;
  if (hours > 0) {
    text.addNumber(hours).add(":").addTwoDigits(minutes);
  } else {
    text.addNumber(minutes);
  }
  return text.add(":").addTwoDigits(seconds % 60);
}

}  // namespace bandsmith
