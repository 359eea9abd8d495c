// The cell, how long the band has been on, and which network it runs.
#include "bandsmith/app/screens/layout.h"
#include "bandsmith/app/screens/screens.h"

namespace bandsmith {

namespace {

struct ChargePoint {
  uint32_t millivolts;
  uint8_t percent;
};
/** A lithium-polymer cell at light load; between the points it is a line. */
constexpr ChargePoint kDischarge[] = {{4150, 100}, {4000, 82}, {3900, 68}, {3800, 50},
                                      {3740, 32},  {3680, 16}, {3550, 6},  {3300, 0}};
constexpr size_t kPoints = sizeof kDischarge / sizeof kDischarge[0];

void drawCell(Canvas& canvas, int x, int y, int width, int height, uint8_t percent) {
  canvas.frame(x, y, width, height);
  canvas.fill(x + width, y + height / 4, 3, height / 2);
  canvas.fill(x + 2, y + 2, (width - 4) * percent / 100, height - 4);
}

}  // namespace

uint8_t batteryPercent(uint32_t millivolts) {
  if (millivolts >= kDischarge[0].millivolts) return kDischarge[0].percent;
  for (size_t i = 1; i < kPoints; ++i) {
    const ChargePoint& above = kDischarge[i - 1];
    const ChargePoint& below = kDischarge[i];
    if (millivolts < below.millivolts) continue;
    const uint32_t part = (millivolts - below.millivolts) * (above.percent - below.percent);
    return static_cast<uint8_t>(below.percent + part / (above.millivolts - below.millivolts));
  }
  return 0;
}

void drawBattery(Canvas& canvas, const BatteryView& view) {
  const bool compact = isShort(canvas);
  const int top = compact ? 2 : 12;
  if (!compact) (void)canvas.text(0, 0, kSmall, "band");
  if (view.millivolts == 0) {
    (void)canvas.text(0, top + 4, kSmall, "battery is not measured");
  } else {
    const uint8_t percent = batteryPercent(view.millivolts);
    drawCell(canvas, 0, top, 44, 18, percent);
    TextBuffer<8> charge;
    (void)canvas.text(54, top + 1, kMedium, charge.addNumber(percent).add("%").text());
    TextBuffer<16> volts;
    volts.addNumber(view.millivolts / 1000).add(".").addTwoDigits(view.millivolts % 1000 / 10).add(" V");
    canvas.textRight(Canvas::kWidth, top + 5, kSmall, volts.text());
  }
  TextBuffer<24> up;
  up.add("on for ");
  (void)canvas.text(0, compact ? 24 : 38, kSmall, addDuration(up, view.upSeconds).text());
  if (compact) return;
  TextBuffer<32> network;
  (void)canvas.text(0, 48, kSmall, network.add("network ").add(view.modelHash).text());
}

}  // namespace bandsmith
