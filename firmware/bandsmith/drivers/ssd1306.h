// The SSD1306 display, 128×64 or 128×32: start-up, brightness, and transfers of only what differs.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/drivers/canvas.h"
#include "bandsmith/hal/i2c_bus.h"

namespace bandsmith {

struct DisplaySettings {
  uint8_t address;
  /** 64 or 32 rows. */
  uint8_t height;
  /** Upside down: the connector is below. */
  bool turned;
};

enum class Brightness : uint8_t { off, dim, full };

class Ssd1306 {
 public:
  Ssd1306(I2cBus& bus, const DisplaySettings& settings) : bus_(bus), settings_(settings) {}

  /** Sends the start-up sequence; the whole picture is sent at the next show(). */
  [[nodiscard]] BusResult begin();

  /** Sends settings and picture again without a flicker: for a display that lost its supply between two
   * transfers. */
  [[nodiscard]] BusResult refresh();

  /** Sends what differs from what is shown; stops at the first failure and tells it. */
  [[nodiscard]] BusResult show(const Canvas& canvas);

  /** Off keeps the picture and takes microamperes. */
  [[nodiscard]] BusResult setBrightness(Brightness brightness);

  Brightness brightness() const { return brightness_; }

 private:
  BusResult sendSettings(bool darken);
  BusResult command(const uint8_t* commands, size_t count);
  BusResult sendSpan(uint8_t page, size_t first, size_t last, const uint8_t* bytes);

  I2cBus& bus_;
  DisplaySettings settings_;
  Brightness brightness_ = Brightness::off;
  /** What the display holds, where knownPages_ has the page's bit. */
  uint8_t shown_[Canvas::kMaxPages][Canvas::kWidth] = {};
  uint8_t knownPages_ = 0;
};

}  // namespace bandsmith
