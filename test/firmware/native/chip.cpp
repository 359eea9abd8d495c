// The chip's half of the HAL in a test: ESP-IDF's functions stay undefined here and are the test's own.
#include <string.h>

#include "esp32/esp_hal.h"

using namespace bandsmith;

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

HardwareSerial Serial;

namespace {

constexpr uint8_t kAddresses[] = {0x68, 0x3C};
constexpr EspHalSettings kSettings = {
    {21, 22, 400000, kAddresses, sizeof kAddresses}, {4, true}, {10'000, {34, 2000}}, 27, true,
};
EspHal chip(kSettings);
char key[16];
uint8_t bytes[2048];

}  // namespace

EXPORT(begin) void begin() {
  chip.begin();
}
EXPORT(bytes_at) uint8_t* bytesAt() {
  return bytes;
}
EXPORT(bus_write) int32_t busWrite(int32_t address) {
  return static_cast<int32_t>(chip.hal().bus.write(static_cast<uint8_t>(address), bytes, 2));
}
EXPORT(bus_write_read) int32_t busWriteRead(int32_t address) {
  return static_cast<int32_t>(
      chip.hal().bus.writeRead(static_cast<uint8_t>(address), bytes, 1, bytes + 1, 6));
}
EXPORT(bus_recover) int32_t busRecover() {
  return static_cast<int32_t>(chip.hal().bus.recover());
}
EXPORT(store_read) int32_t storeRead(size_t count) {
  return static_cast<int32_t>(chip.hal().store.read(key, bytes, count));
}
EXPORT(store_write) int32_t storeWrite(size_t count) {
  return static_cast<int32_t>(chip.hal().store.write(key, bytes, count));
}
EXPORT(sleep_for) int32_t sleepFor(uint32_t millis, int32_t motion) {
  return static_cast<int32_t>(chip.hal().sleep.sleep(millis, motion != 0));
}
EXPORT(button_is_down) int32_t buttonIsDown() {
  return chip.hal().button.isDown() ? 1 : 0;
}
EXPORT(battery) uint32_t battery() {
  return chip.hal().system.batteryMillivolts();
}
EXPORT(reset_reason) int32_t resetReason() {
  return static_cast<int32_t>(chip.hal().system.resetReason());
}
EXPORT(free_stack) uint32_t freeStack() {
  return chip.hal().system.freeStackBytes();
}
EXPORT(feed) void feed() {
  chip.hal().system.feedWatchdog();
}
