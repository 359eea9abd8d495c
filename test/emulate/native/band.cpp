// The real drivers on the HAL of imports: a small loop that shows, tells and stores what it meets.
#include <string.h>

#include "bandsmith/drivers/fonts/spleen_8x16.h"
#include "bandsmith/drivers/mpu6050.h"
#include "bandsmith/drivers/ssd1306.h"
#include "host/host_hal.h"

using namespace bandsmith;

namespace {

constexpr SensorSettings kSensor = {0x68, 49, 5, 2, 3};  // 20 Hz, 10 Hz low-pass, ±8 g, ±2000 deg/s
constexpr size_t kBatch = 40;
constexpr uint32_t kPollMillis = 50;

HostI2cBus bus;
HostClock hostClock;
HostLog hostLog;
HostStore store;
HostButton button;
HostSleep hostSleep;
HostSystem hostSystem;
Mpu6050 sensor(bus, hostClock, kSensor);
Ssd1306 display(bus, {0x3C, 64, false});
Canvas canvas(64);
RawSample batch[kBatch];
bool running = false;
uint32_t samples = 0;
uint32_t shown = 0;
uint32_t starts = 0;

/** `{"event":"…","n":…}` without printf. */
void tell(const char* event, uint32_t number) {
  char line[64];
  char digits[11];
  size_t at = 0;
  const auto add = [&](const char* text) {
    for (; *text != '\0' && at + 1 < sizeof line; ++text) line[at++] = *text;
  };
  size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  add("{\"event\":\"");
  add(event);
  add("\",\"n\":");
  while (count > 0 && at + 1 < sizeof line) line[at++] = digits[--count];
  add("}");
  line[at] = '\0';
  hostLog.line(line);
}

void show(const char* text) {
  canvas.clear();
  (void)canvas.text(0, 0, kSpleen8x16, text);
  if (display.show(canvas) != BusResult::ok) tell("display-failed", 0);
}

void beginSensor() {
  const SensorStatus status = sensor.begin();
  running = status == SensorStatus::ok;
  tell(running ? "sensor-ready" : "sensor-failed", running ? sensor.identity() : static_cast<uint32_t>(status));
}

}  // namespace

extern "C" void bandsmith_band_setup() {
  if (store.read("starts", &starts, sizeof starts) == StoreResult::failed) tell("store-failed", 0);
  ++starts;
  if (store.write("starts", &starts, sizeof starts) != StoreResult::ok) tell("store-failed", 1);
  tell("start", starts);
  tell("reset-reason", static_cast<uint32_t>(hostSystem.resetReason()));
  if (display.begin() != BusResult::ok || display.setBrightness(Brightness::full) != BusResult::ok) {
    tell("display-missing", 0);
  }
  show("hello");
  beginSensor();
  hostSystem.feedWatchdog();
}

extern "C" void bandsmith_band_loop() {
  hostSystem.feedWatchdog();
  if (!running) {
    hostClock.sleepMillis(1000);
    return beginSensor();
  }
  size_t count = 0;
  const SensorStatus status = sensor.readSamples(batch, kBatch, count);
  samples += static_cast<uint32_t>(count);
  if (status != SensorStatus::ok) {
    tell("samples-lost", static_cast<uint32_t>(status));
    running = sensor.restartFifo() == SensorStatus::ok;
  }
  if (samples / 100 != shown) {
    shown = samples / 100;
    tell("samples", samples);
    show((shown & 1) != 0 ? "odd" : "even");
  }
  if (button.isDown()) {
    tell("wake", static_cast<uint32_t>(hostSleep.sleep(1000, false)));
    tell("battery", hostSystem.batteryMillivolts());
    tell("stack", hostSystem.freeStackBytes());
  }
  hostClock.sleepMillis(kPollMillis);
}
