// Choice, countdown, progress, and what came out.
#include "bandsmith/app/learn/learn_screen.h"

#include "bandsmith/app/screens/layout.h"

namespace bandsmith {

namespace {

void drawBelow(Canvas& canvas, const char* text) {
  (void)canvas.text(0, canvas.height() - kSmall.height(), kSmall, text);
}

void drawName(Canvas& canvas, int y, const char* name) {
  const Font& font =
      isShort(canvas) && textWidth(kMedium, name) <= Canvas::kWidth ? kMedium : fittingFont(name);
  canvas.textCentred(y - font.height() / 2, font, name);
}

}  // namespace

void drawChoice(Canvas& canvas, const ChoiceView& view) {
  const bool compact = isShort(canvas);
  TextBuffer<16> place;
  place.addNumber(view.position).add(" of ").addNumber(view.count);
  if (!compact) {
    (void)canvas.text(0, 0, kSmall, view.recorded ? "learn: recorded" : "learn");
    canvas.textRight(Canvas::kWidth, 0, kSmall, place.text());
  }
  drawName(canvas, compact ? 10 : 30, view.name);
  drawBelow(canvas, compact && view.recorded ? "recorded; hold: again" : "press: next  hold: take");
}

void drawCountdown(Canvas& canvas, const char* activity, uint32_t seconds) {
  const bool compact = isShort(canvas);
  TextBuffer<16> number;
  number.addNumber(seconds);
  (void)canvas.text(0, 0, kSmall, activity);
  canvas.textCentred(compact ? 8 : 22, compact ? kMedium : kLarge, number.text());
  drawBelow(canvas, "get going; press: stop");
}

void drawProgress(Canvas& canvas, const char* what, size_t done, size_t of, const char* below) {
  const bool compact = isShort(canvas);
  TextBuffer<32> count;
  count.addNumber(done).add(" of ").addNumber(of);
  (void)canvas.text(0, 0, kSmall, what);
  if (compact) {
    canvas.textRight(Canvas::kWidth, 0, kSmall, count.text());
  } else {
    canvas.textCentred(16, kMedium, count.text());
  }
  const int top = compact ? 10 : 36;
  canvas.frame(0, top, Canvas::kWidth, 8);
  canvas.fill(2, top + 2, static_cast<int>((Canvas::kWidth - 4) * done / of), 4);
  drawBelow(canvas, below);
}

void drawJudgement(Canvas& canvas, const JudgementView& view) {
  const bool compact = isShort(canvas);
  TextBuffer<32> words;
  words.add("was ").addNumber(view.was).add("% now ").addNumber(view.now).add("%");
  if (!compact) (void)canvas.text(0, 0, kSmall, view.better ? "learned" : "learned nothing better");
  canvas.textCentred(compact ? 4 : 22, textWidth(kMedium, words.text()) <= Canvas::kWidth ? kMedium : kSmall,
                     words.text());
  drawBelow(canvas, view.better ? "hold: keep  press: drop" : "the head stays as it was");
}

}  // namespace bandsmith
