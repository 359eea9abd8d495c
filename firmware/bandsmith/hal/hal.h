// Everything of the machine that the band uses, in one place.
#pragma once

#include "bandsmith/hal/button.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/hal/flash.h"
#include "bandsmith/hal/i2c_bus.h"
#include "bandsmith/hal/log.h"
#include "bandsmith/hal/serial_input.h"
#include "bandsmith/hal/sleep.h"
#include "bandsmith/hal/store.h"
#include "bandsmith/hal/system.h"

namespace bandsmith {

struct Hal {
  I2cBus& bus;
  Clock& clock;
  Log& log;
  Store& store;
  Button& button;
  Sleep& sleep;
  System& system;
  Flash& flash;
  SerialInput& input;
};

}  // namespace bandsmith
