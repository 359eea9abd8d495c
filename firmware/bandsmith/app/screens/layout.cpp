// Words to lines.
#include "bandsmith/app/screens/layout.h"

#include <string.h>

namespace bandsmith {

namespace {

constexpr int kLineHeight = 9;
constexpr size_t kLineBytes = 25;

/** Bytes of the next line: as many whole words as fit, or a cut where one word is longer than a line. */
size_t lineLength(const char* words) {
  const size_t left = strlen(words);
  if (left <= kLineBytes) return left;
  for (size_t length = kLineBytes; length > 0; --length) {
    if (words[length] == ' ') return length;
  }
  return kLineBytes;
}

}  // namespace

int drawWrapped(Canvas& canvas, int y, int bottom, const char* words) {
  while (*words != '\0' && y + kSmall.height() <= bottom) {
    const size_t length = lineLength(words);
    char line[kLineBytes + 1] = {};
    memcpy(line, words, length);
    (void)canvas.text(0, y, kSmall, line);
    words += length;
    while (*words == ' ') ++words;
    y += kLineHeight;
  }
  return y;
}

}  // namespace bandsmith
