// The present activity, as large as it fits, and how sure the network is.
#include <string.h>

#include "bandsmith/app/screens/layout.h"
#include "bandsmith/app/screens/screens.h"

namespace bandsmith {

namespace {

constexpr int kBarWidth = 100;

void drawConfidence(Canvas& canvas, int y, int height, uint8_t percent) {
  canvas.frame(0, y, kBarWidth, height);
  canvas.fill(2, y + 2, (kBarWidth - 4) * percent / 100, height - 4);
  TextBuffer<8> text;
  text.addNumber(percent).add("%");
  canvas.textRight(Canvas::kWidth, y + (height - kSmall.height()) / 2, kSmall, text.text());
}

/** Where a text of several words is best cut in two: the space nearest to its middle, or its end. */
size_t middleSpace(const char* text) {
  const size_t length = strlen(text);
  size_t best = length;
  for (size_t i = 0; i < length; ++i) {
    if (text[i] != ' ') continue;
    const size_t distance = i > length / 2 ? i - length / 2 : length / 2 - i;
    const size_t bestDistance = best == length      ? length
                                : best > length / 2 ? best - length / 2
                                                    : length / 2 - best;
    if (distance < bestDistance) best = i;
  }
  return best;
}

/** One line as large as it fits, or two in the middle size. */
void drawLabel(Canvas& canvas, int middle, const char* label, bool twoLines) {
  constexpr size_t kMediumLetters = 16;
  const Font& font = fittingFont(label);
  const size_t cut = middleSpace(label);
  const char* second = label + cut + (label[cut] == ' ' ? 1 : 0);
  char first[2 * kMediumLetters + 1] = {};
  const bool fits = cut < sizeof first && font.height() < kLarge.height() && *second != '\0';
  if (fits) memcpy(first, label, cut);
  if (!twoLines || !fits || textWidth(kMedium, first) > Canvas::kWidth ||
      textWidth(kMedium, second) > Canvas::kWidth) {
    canvas.textCentred(middle - font.height() / 2, font, label);
    return;
  }
  canvas.textCentred(middle - kMedium.height(), kMedium, first);
  canvas.textCentred(middle, kMedium, second);
}

}  // namespace

void drawActivity(Canvas& canvas, const ActivityView& view) {
  const bool compact = isShort(canvas);
  const char* label = view.label == nullptr ? "..." : view.known ? view.label : "unknown";
  drawLabel(canvas, compact ? 12 : 27, label, !compact);
  if (!compact) {
    (void)canvas.text(0, 0, kSmall, view.label == nullptr ? "feeling your motion" : "now");
    if (view.label != nullptr) {
      TextBuffer<16> since;
      canvas.textRight(Canvas::kWidth, 0, kSmall, addDuration(since, view.seconds).text());
    }
  }
  if (view.label != nullptr) drawConfidence(canvas, compact ? 24 : 46, 8, view.confidencePercent);
}

}  // namespace bandsmith
