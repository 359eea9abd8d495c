// Set-up in the order in which the parts need each other: the log first, the bus last.
#include "esp32/esp_hal.h"

#include <stdio.h>

namespace bandsmith {

EspHal::EspHal(const EspHalSettings& settings)
    : bus_(settings.bus),
      button_(settings.button),
      system_(settings.system),
      sleep_({settings.interruptPin, settings.bus.sdaPin, settings.bus.sclPin, settings.usbConsole}, button_,
             system_),
      input_(settings.usbConsole),
      hal_{bus_, clock_, log_, store_, button_, sleep_, system_, flash_, input_} {}

void EspHal::begin() {
  check("watchdog-failed", system_.beginWatchdog());
  esp_err_t erasedFor = ESP_OK;
  check("store-failed", store_.begin(&erasedFor));
  check("store-erased", erasedFor);
  check("flash-failed", flash_.begin());
  check("input-failed", input_.begin());
  check("button-failed", button_.begin());
  check("battery-failed", system_.beginBattery());
  for (BusResult begun = bus_.begin(); begun != BusResult::ok; begun = bus_.begin()) {
    tell("bus-failed", describe(begun));
    system_.feedWatchdog();
    clock_.sleepMillis(kBusRetryMillis);
  }
  // After the bus, whose driver sets its pins up.
  check("sleep-failed", sleep_.begin());
}

void EspHal::check(const char* event, esp_err_t result) {
  if (result != ESP_OK) tell(event, esp_err_to_name(result));
}

void EspHal::tell(const char* event, const char* detail) {
  char line[128];
  // Names of ESP-IDF and of this file: nothing in them needs to be escaped.
  const int length = snprintf(line, sizeof line, R"({"event":"%s","detail":"%s"})", event, detail);
  log_.line(length > 0 ? line : event);
}

}  // namespace bandsmith
