// What the wearer sees: each screen draws plain values onto an empty canvas of 128×64 or 128×32 pixels.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/activity_counters.h"
#include "bandsmith/drivers/canvas.h"
#include "bandsmith/drivers/mpu6050.h"

namespace bandsmith {

/** Stands in the place of every page. */
class Picture {
 public:
  virtual void draw(Canvas& canvas) const = 0;

 protected:
  ~Picture() = default;
};

struct ActivityView {
  /** nullptr before the first window; see `known`. */
  const char* label;
  /** False where no activity is likely enough. */
  bool known;
  uint8_t confidencePercent;
  /** How long it has been this activity. */
  uint32_t seconds;
};
void drawActivity(Canvas& canvas, const ActivityView& view);

struct TotalsView {
  const char* const* labels;
  size_t labelCount;
  const ActivityCounters* counters;
};
void drawTotals(Canvas& canvas, const TotalsView& view);

struct MotionView {
  RawSample sample;
  int32_t countsPerG;
  /** Counts in ten degrees a second. */
  int32_t countsPerTenDps;
  int32_t accelRangeG;
  int32_t gyroRangeDps;
};
void drawMotion(Canvas& canvas, const MotionView& view);

struct BatteryView {
  /** 0 where the board does not measure it. */
  uint32_t millivolts;
  uint32_t upSeconds;
  const char* modelHash;
};
void drawBattery(Canvas& canvas, const BatteryView& view);
/** A lithium-polymer cell at rest, roughly. */
uint8_t batteryPercent(uint32_t millivolts);

/** Large title, then text over several lines. */
void drawMessage(Canvas& canvas, const char* title, const char* text);

/** What is wrong in words, and a line of detail for who helps. */
void drawProblem(Canvas& canvas, const char* words, const char* detail);

/** One dot a page, the present one larger. */
void drawPageDots(Canvas& canvas, size_t page, size_t pageCount);

}  // namespace bandsmith
