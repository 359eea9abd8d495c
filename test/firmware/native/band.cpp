// The whole band on the host: real drivers and the real loop over a bus, a clock, a log and an engine in the
// test.
#include <string.h>

#include "bandsmith/app/band_app.h"

using namespace bandsmith;

#define IMPORT(name) __attribute__((import_module("test"), import_name(#name)))
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

extern "C" {
IMPORT(bus_write) int32_t busWrite(int32_t address, const uint8_t* bytes, size_t count);
IMPORT(bus_write_read)
int32_t busWriteRead(int32_t address, const uint8_t* out, size_t outCount, uint8_t* in, size_t inCount);
IMPORT(bus_recover) int32_t busRecover();
IMPORT(clock_micros) double clockMicros();
IMPORT(clock_sleep) void clockSleep(int32_t millis);
IMPORT(log_line) void logLine(const char* text, size_t length);
IMPORT(engine_begin) int32_t engineBegin();
IMPORT(engine_invoke) int32_t engineInvoke(const int8_t* window, size_t bytes, int8_t* output);
}

namespace {

class TestBus final : public I2cBus {
 public:
  BusResult write(uint8_t address, const uint8_t* bytes, size_t count) override {
    return static_cast<BusResult>(busWrite(address, bytes, count));
  }
  BusResult writeRead(uint8_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                      size_t inCount) override {
    return static_cast<BusResult>(busWriteRead(address, out, outCount, in, inCount));
  }
  BusResult recover() override { return static_cast<BusResult>(busRecover()); }
};

class TestClock final : public Clock {
 public:
  uint64_t micros() override { return static_cast<uint64_t>(clockMicros()); }
  void sleepMillis(uint32_t millis) override { clockSleep(static_cast<int32_t>(millis)); }
};

class TestLog final : public Log {
 public:
  void line(const char* text) override { logLine(text, strlen(text)); }
};

constexpr size_t kSamples = 20;
constexpr size_t kStride = 10;
constexpr const char* kLabels[] = {"walk", "say \"hi\"\\", "a long label indeed"};
constexpr size_t kLabelCount = 3;
constexpr size_t kWindowBytes = kSamples * kChannelCount;

class TestEngine final : public Engine {
 public:
  bool begin() override { return engineBegin() != 0; }
  const int8_t* invoke(const int8_t* window) override {
    return engineInvoke(window, kWindowBytes, output_) != 0 ? output_ : nullptr;
  }
  const char* error() const override { return "AllocateTensors: arena too small?"; }

 private:
  int8_t output_[kLabelCount] = {};
};

// The wearer's axes are the chip's; a count of 32 is one step of int8.
constexpr ChannelQuantizer kStep = {0, 1 << 30, -12};
constexpr FrontEndConfig kFrontEnd = {
    {{0, 1}, {1, 1}, {2, 1}}, 0, nullptr, {kStep, kStep, kStep, kStep, kStep, kStep}, 0};
constexpr SensorSettings kSensor = {0x68, 49, 5, 2, 3};
constexpr AppSettings kApp = {"test band", kLabels, kLabelCount, 50, 1250};

TestBus bus;
TestClock testClock;
TestLog testLog;
TestEngine engine;
Telemetry telemetry(testLog);
int8_t ringStorage[kWindowBytes];
int8_t window[kWindowBytes];
FrontEnd frontEnd(kFrontEnd, nullptr);
WindowRing ring(ringStorage, kSamples, kStride);
Mpu6050 sensor(bus, testClock, kSensor);
Ssd1306 display(bus, 0x3C);
Screen screen(display, testClock, telemetry);
BandApp app(kApp, sensor, frontEnd, ring, window, engine, screen, telemetry, testClock);

}  // namespace

EXPORT(begin) void begin() {
  app.begin();
}
EXPORT(step) void step() {
  app.step();
}
EXPORT(sensor_begin) int32_t sensorBegin() {
  return static_cast<int32_t>(sensor.begin());
}
EXPORT(frame_at) const uint8_t* frameAt() {
  return display.page(0);
}
