// What somebody sees who teaches the band: plain values on an empty canvas of 128×64 or 128×32 pixels.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/drivers/canvas.h"

namespace bandsmith {

/** One of the things that can be chosen, `position` of `count` from 1 on. */
struct ChoiceView {
  const char* name;
  bool recorded;
  size_t position;
  size_t count;
};
void drawChoice(Canvas& canvas, const ChoiceView& view);

/** Seconds until an activity is recorded. */
void drawCountdown(Canvas& canvas, const char* activity, uint32_t seconds);

/** How much of something is done. */
void drawProgress(Canvas& canvas, const char* what, size_t done, size_t of, const char* below);

/** Of the windows held back, those that the head in use and the new one knew, in percent. */
struct JudgementView {
  uint8_t was;
  uint8_t now;
  bool better;
};
void drawJudgement(Canvas& canvas, const JudgementView& view);

}  // namespace bandsmith
