// A pin that may not be wired.
#pragma once

#include <stdint.h>

#include "driver/gpio.h"

namespace bandsmith {

/** Where a board has no such wire. */
constexpr int8_t kNoPin = -1;

constexpr gpio_num_t gpioOf(int8_t pin) {
  return static_cast<gpio_num_t>(pin);
}

}  // namespace bandsmith
