// The six axes, live: a bar from the middle, and the value.
#include "bandsmith/app/screens/layout.h"
#include "bandsmith/app/screens/screens.h"

namespace bandsmith {

namespace {

constexpr int kAxes = 3;
constexpr int kBarLeft = 16;
constexpr int kBarRight = 96;
constexpr int kBarMiddle = (kBarLeft + kBarRight) / 2;

/** value / one with two decimals, such as −0.98. */
template <size_t Capacity>
void addHundredths(TextBuffer<Capacity>& text, int32_t value, int32_t one) {
  const int32_t size = value < 0 ? -value : value;
  const int32_t hundredths = (size * 100 + one / 2) / one;
  if (value < 0 && hundredths > 0) text.add("-");
  text.addNumber(static_cast<uint32_t>(hundredths / 100)).add(".");
  text.addTwoDigits(static_cast<uint32_t>(hundredths % 100));
}

void drawAxis(Canvas& canvas, int y, const char* name, int32_t value, int32_t full, const char* text) {
  (void)canvas.text(0, y, kSmall, name);
  canvas.fill(kBarMiddle, y, 1, 7);
  const int32_t length = value * (kBarRight - kBarMiddle) / full;
  canvas.fill(length < 0 ? kBarMiddle + length : kBarMiddle, y + 2, length < 0 ? -length : length, 3);
  canvas.textRight(Canvas::kWidth, y, kSmall, text);
}

}  // namespace

void drawMotion(Canvas& canvas, const MotionView& view) {
  constexpr const char* kNames[] = {"ax", "ay", "az", "gx", "gy", "gz"};
  const bool compact = isShort(canvas);
  if (!compact) {
    (void)canvas.text(0, 0, kSmall, "motion");
    canvas.textRight(Canvas::kWidth, 0, kSmall, "g, deg/s");
  }
  // Three rows fit a short display: the accelerometer's.
  const int rows = compact ? kAxes : 2 * kAxes;
  const int top = compact ? 2 : 11;
  const int pitch = compact ? 9 : 8;
  for (int i = 0; i < rows; ++i) {
    const int32_t counts = view.sample.counts[i];
    TextBuffer<16> text;
    if (i < kAxes) {
      addHundredths(text, counts, view.countsPerG);
    } else {
      const int32_t size = counts < 0 ? -counts : counts;
      const int32_t degrees = (size * 10 + view.countsPerTenDps / 2) / view.countsPerTenDps;
      if (counts < 0 && degrees > 0) text.add("-");
      text.addNumber(static_cast<uint32_t>(degrees));
    }
    // Two g and a quarter of the gyroscope's range fill the bar: what a wrist does most of the time.
    const int32_t full = i < kAxes ? 2 * view.countsPerG : view.countsPerTenDps * view.gyroRangeDps / 40;
    const int32_t shown = counts > full ? full : counts < -full ? -full : counts;
    drawAxis(canvas, top + i * pitch, kNames[i], shown, full, text.text());
  }
}

}  // namespace bandsmith
