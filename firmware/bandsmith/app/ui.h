// The display's life: found or missing, bright, dim or off, and on which page. The band works on without it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/screens/screens.h"
#include "bandsmith/app/telemetry.h"
#include "bandsmith/drivers/ssd1306.h"
#include "bandsmith/hal/clock.h"

namespace bandsmith {

enum class Page : uint8_t { activity, totals, motion, battery };
constexpr size_t kPageCount = 4;

struct UiSettings {
  /** Since the last press; 0 for never. */
  uint32_t dimAfterSeconds;
  uint32_t offAfterSeconds;
};

/** Everything that may be shown. */
struct BandView {
  /** In words; nullptr while nothing is wrong. It stands before every page. */
  const char* problem;
  const char* problemDetail;
  /** Raw samples leave the band: it says so instead of any page. */
  bool sending;
  /** Instead of the pages; nullptr for none. */
  const Picture* picture;
  ActivityView activity;
  TotalsView totals;
  MotionView motion;
  BatteryView battery;
};

class Ui {
 public:
  Ui(const UiSettings& settings, Ssd1306& display, uint8_t displayHeight, Clock& clock, Telemetry& telemetry)
      : settings_(settings),
        display_(display),
        canvas_(displayHeight),
        clock_(clock),
        telemetry_(telemetry) {}

  /** Shows a message at once, and keeps it for at least that long. */
  void announce(const char* title, const char* text, uint32_t millis);

  /** The button was pressed: wakes a display that is off, or else turns the page. */
  void press();
  /** Brings the display to full brightness without turning the page. */
  void wake();
  void sleep();

  /** Draws and sends what changed, or looks for a lost display. Call once a turn. */
  void update(const BandView& view);

  Page page() const { return page_; }
  /** The page is one that moves, and somebody may be looking. */
  bool isLive() const { return present_ && page_ == Page::motion && wanted_ != Brightness::off; }
  bool isOff() const { return wanted_ == Brightness::off; }

 private:
  static constexpr uint64_t kRetryMicros = 2'000'000;
  /** The display cannot be asked what it holds: it is told again from time to time. */
  static constexpr uint64_t kRefreshMicros = 30'000'000;

  void draw(const BandView& view);
  void send();
  void lose(BusResult result);
  void fade();

  UiSettings settings_;
  Ssd1306& display_;
  Canvas canvas_;
  Clock& clock_;
  Telemetry& telemetry_;
  Page page_ = Page::activity;
  Brightness wanted_ = Brightness::full;
  uint64_t touchedAt_ = 0;
  uint64_t announcedUntil_ = 0;
  bool present_ = false;
  bool reported_ = false;
  uint64_t retryAt_ = 0;
  uint64_t refreshAt_ = 0;
};

}  // namespace bandsmith
