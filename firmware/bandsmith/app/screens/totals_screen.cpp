// How long each activity was since the wearer last began to count, the longest first.
#include "bandsmith/app/screens/layout.h"
#include "bandsmith/app/screens/screens.h"

namespace bandsmith {

namespace {

constexpr int kRowHeight = 9;

/** True where `a` stands above `b`: longer, or of equals the earlier label. */
bool isAbove(const ActivityCounters& counters, size_t a, size_t b) {
  const uint32_t secondsA = counters.seconds(a);
  const uint32_t secondsB = counters.seconds(b);
  return secondsA > secondsB || (secondsA == secondsB && a < b);
}

/** The label of a rank: without sorting, since there is no room to sort in and labels are few. */
size_t labelAtRank(const TotalsView& view, size_t rank) {
  for (size_t label = 0; label < view.labelCount; ++label) {
    size_t above = 0;
    for (size_t other = 0; other < view.labelCount; ++other) {
      if (isAbove(*view.counters, other, label)) ++above;
    }
    if (above == rank) return label;
  }
  return 0;
}

void drawRow(Canvas& canvas, int y, const char* label, uint32_t seconds) {
  (void)canvas.text(0, y, kSmall, label);
  TextBuffer<16> duration;
  addDuration(duration, seconds);
  // The time stands on a cleared ground: a long label ends under it.
  const int width = textWidth(kSmall, duration.text());
  canvas.fill(Canvas::kWidth - width - 2, y, width + 2, kRowHeight, false);
  canvas.textRight(Canvas::kWidth, y, kSmall, duration.text());
}

}  // namespace

void drawTotals(Canvas& canvas, const TotalsView& view) {
  const bool compact = isShort(canvas);
  int y = 0;
  if (!compact) {
    uint32_t all = view.counters->unknownSeconds();
    for (size_t label = 0; label < view.labelCount; ++label) all += view.counters->seconds(label);
    drawRow(canvas, 0, "total", all);
    canvas.fill(0, 9, Canvas::kWidth, 1);
    y = 12;
  }
  const int bottom = compact ? canvas.height() : canvas.height() - 4;
  for (size_t rank = 0; rank < view.labelCount && y + kSmall.height() <= bottom; ++rank) {
    const size_t label = labelAtRank(view, rank);
    drawRow(canvas, y, view.labels[label], view.counters->seconds(label));
    y += kRowHeight;
  }
}

}  // namespace bandsmith
