// Starting up, and what is wrong.
#include "bandsmith/app/screens/layout.h"
#include "bandsmith/app/screens/screens.h"

namespace bandsmith {

namespace {

/** A triangle with an exclamation mark, 15 wide and 14 high. */
void drawWarning(Canvas& canvas, int x, int y) {
  for (int row = 0; row < 14; ++row) canvas.fill(x + 7 - row / 2, y + row, row / 2 * 2 + 1, 1);
  canvas.fill(x + 7, y + 4, 1, 5, false);
  canvas.fill(x + 7, y + 11, 1, 1, false);
}

}  // namespace

void drawMessage(Canvas& canvas, const char* title, const char* text) {
  const bool compact = isShort(canvas);
  const Font& font = textWidth(kMedium, title) <= Canvas::kWidth ? kMedium : kSmall;
  canvas.textCentred(compact ? 0 : 8, font, title);
  (void)drawWrapped(canvas, compact ? 16 : 36, canvas.height(), text);
}

void drawProblem(Canvas& canvas, const char* words, const char* detail) {
  const bool compact = isShort(canvas);
  if (!compact) {
    drawWarning(canvas, 0, 0);
    (void)canvas.text(22, 0, kMedium, "Problem");
  }
  const int below = drawWrapped(canvas, compact ? 0 : 20, canvas.height(), words);
  (void)drawWrapped(canvas, below + (compact ? 0 : 3), canvas.height(), detail);
}

void drawPageDots(Canvas& canvas, size_t page, size_t pageCount) {
  if (isShort(canvas)) return;
  const int y = canvas.height() - 2;
  const int left = (Canvas::kWidth - static_cast<int>(pageCount) * 8) / 2;
  for (size_t i = 0; i < pageCount; ++i) {
    const int x = left + static_cast<int>(i) * 8 + 3;
    if (i == page) {
      canvas.fill(x - 2, y, 5, 2);
    } else {
      canvas.fill(x, y, 1, 1);
    }
  }
}

}  // namespace bandsmith
