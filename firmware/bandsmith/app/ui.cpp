// One frame a turn.
#include "bandsmith/app/ui.h"

namespace bandsmith {

void Ui::announce(const char* title, const char* text, uint32_t millis) {
  canvas_.clear();
  drawMessage(canvas_, title, text);
  announcedUntil_ = clock_.micros() + static_cast<uint64_t>(millis) * 1000;
  send();
}

void Ui::press() {
  const bool wasOff = isOff();
  wake();
  if (wasOff) return;
  page_ = static_cast<Page>((static_cast<size_t>(page_) + 1) % kPageCount);
  announcedUntil_ = 0;
}

void Ui::wake() {
  touchedAt_ = clock_.micros();
  wanted_ = Brightness::full;
}

void Ui::sleep() {
  wanted_ = Brightness::off;
  send();
}

void Ui::update(const BandView& view) {
  fade();
  if (clock_.micros() >= announcedUntil_) draw(view);
  send();
}

/** Dark displays wear out less, and take less of the cell. */
void Ui::fade() {
  if (wanted_ == Brightness::off) return;
  const uint64_t untouchedSeconds = (clock_.micros() - touchedAt_) / 1'000'000;
  if (settings_.offAfterSeconds > 0 && untouchedSeconds >= settings_.offAfterSeconds) {
    wanted_ = Brightness::off;
  } else if (settings_.dimAfterSeconds > 0 && untouchedSeconds >= settings_.dimAfterSeconds) {
    wanted_ = Brightness::dim;
  }
}

void Ui::draw(const BandView& view) {
  canvas_.clear();
  if (view.problem != nullptr) {
    drawProblem(canvas_, view.problem, view.problemDetail);
    return;
  }
  if (view.sending) {
    drawMessage(canvas_, "Recording", "samples go to the computer");
    return;
  }
  if (view.picture != nullptr) {
    view.picture->draw(canvas_);
    return;
  }
  switch (page_) {
    case Page::activity:
      drawActivity(canvas_, view.activity);
      break;
    case Page::totals:
      drawTotals(canvas_, view.totals);
      break;
    case Page::motion:
      drawMotion(canvas_, view.motion);
      break;
    case Page::battery:
      drawBattery(canvas_, view.battery);
      break;
  }
  drawPageDots(canvas_, static_cast<size_t>(page_), kPageCount);
}

void Ui::send() {
  if (!present_) {
    if (clock_.micros() < retryAt_) return;
    const BusResult begun = display_.begin();
    if (begun != BusResult::ok) return lose(begun);
    present_ = true;
    if (reported_) telemetry_.note("display-back", "found again");
    reported_ = false;
    refreshAt_ = clock_.micros() + kRefreshMicros;
  }
  BusResult sent = BusResult::ok;
  if (wanted_ != Brightness::off) {
    if (clock_.micros() >= refreshAt_) {
      sent = display_.refresh();
      refreshAt_ = clock_.micros() + kRefreshMicros;
    }
    if (sent == BusResult::ok) sent = display_.show(canvas_);
  }
  if (sent == BusResult::ok) sent = display_.setBrightness(wanted_);
  if (sent != BusResult::ok) lose(sent);
}

void Ui::lose(BusResult result) {
  present_ = false;
  retryAt_ = clock_.micros() + kRetryMicros;
  if (!reported_) telemetry_.note("display-missing", describe(result));
  reported_ = true;
}

}  // namespace bandsmith
