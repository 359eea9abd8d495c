// The screens' layout, in pages of eight pixels.
#include "bandsmith/app/screen.h"

#include <string.h>

#include "bandsmith/app/text_buffer.h"

namespace bandsmith {

namespace {

/** Ten letters of double size fill the width. */
constexpr size_t kLargeLetters = 10;
constexpr size_t kLineLetters = 21;
constexpr uint8_t kTitlePage = 0;
constexpr uint8_t kMainPage = 2;
constexpr uint8_t kDetailPage = 5;
constexpr uint8_t kBarPage = 7;

/** Letters, not bytes: the later bytes of a UTF-8 character do not count. */
size_t letterCount(const char* utf8) {
  size_t count = 0;
  for (; *utf8 != '\0'; ++utf8) {
    if ((static_cast<uint8_t>(*utf8) & 0xC0) != 0x80) ++count;
  }
  return count;
}

}  // namespace

void Screen::showMessage(const char* title, const char* message) {
  display_.clear();
  display_.text(0, kTitlePage, 1, title);
  display_.text(0, kMainPage + 1, 1, message);
}

void Screen::showActivity(const char* label, uint8_t confidencePercent) {
  display_.clear();
  display_.text(0, kTitlePage, 1, "activity");
  display_.text(0, kMainPage, letterCount(label) <= kLargeLetters ? 2 : 1, label);
  TextBuffer<8> percent;
  percent.addNumber(confidencePercent).add(" %");
  display_.text(0, kDetailPage, 1, percent.text());
  display_.bar(kBarPage, static_cast<uint8_t>(Ssd1306::kWidth * confidencePercent / 100));
}

void Screen::showError(const char* what, const char* detail) {
  display_.clear();
  display_.text(0, kTitlePage, 2, "Problem");
  display_.text(0, kMainPage + 1, 1, what);
  display_.text(0, kDetailPage, 1, detail);
  // What is longer than a line goes on below it; such details are ASCII.
  if (strlen(detail) > kLineLetters) display_.text(0, kDetailPage + 1, 1, detail + kLineLetters);
}

void Screen::update() {
  if (!present_) {
    if (clock_.micros() < retryAt_) return;
    const BusResult begun = display_.begin();
    if (begun != BusResult::ok) return lose(begun);
    present_ = true;
    if (reported_) telemetry_.note("display-back", "found again");
    reported_ = false;
  }
  const BusResult sent = display_.flush();
  if (sent != BusResult::ok) lose(sent);
}

void Screen::lose(BusResult result) {
  present_ = false;
  retryAt_ = clock_.micros() + kRetryMicros;
  if (!reported_) telemetry_.note("display-missing", describe(result));
  reported_ = true;
}

}  // namespace bandsmith
