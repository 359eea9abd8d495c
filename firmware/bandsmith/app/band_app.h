// The band: samples to windows to activities, what the wearer sees of it, and when it sleeps.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/activity_counters.h"
#include "bandsmith/app/button_reader.h"
#include "bandsmith/app/classifier.h"
#include "bandsmith/app/engine.h"
#include "bandsmith/app/gyro_bias.h"
#include "bandsmith/app/head_receiver.h"
#include "bandsmith/app/learning.h"
#include "bandsmith/app/rate_meter.h"
#include "bandsmith/app/sample_tap.h"
#include "bandsmith/app/sampler.h"
#include "bandsmith/app/self_check.h"
#include "bandsmith/app/stillness.h"
#include "bandsmith/app/telemetry.h"
#include "bandsmith/app/ui.h"
#include "bandsmith/hal/hal.h"

namespace bandsmith {

struct AppSettings {
  const char* title;
  const char* modelHash;
  size_t windowSamples;
  size_t strideSamples;
  uint32_t rateMilliHz;
  int32_t countsPerG;
  int32_t countsPerTenDps;
  int32_t accelRangeG;
  int32_t gyroRangeDps;
  /** How long to sleep between two looks into the sensor's FIFO. */
  uint32_t pollMillis;
  /** Samples of stillness after which the band only waits for motion; 0 for never. */
  uint32_t standbyAfterSamples;
};

/** The parts that the app leads; generated into src/band.cpp. */
struct AppParts {
  Sampler& sampler;
  GyroBias& bias;
  Stillness& stillness;
  Classifier& classifier;
  Engine& engine;
  ActivityCounters& counters;
  Ui& ui;
  Telemetry& telemetry;
  Mpu6050& sensor;
  ActiveHead& head;
  HeadStore& heads;
  HeadReceiver& receiver;
  GoldenWindows golden;
  /** nullptr where no sample leaves the band. */
  SampleTap* tap = nullptr;
  /** nullptr where the band does not learn. */
  Learning* learning = nullptr;
};

class BandApp {
 public:
  BandApp(const AppSettings& settings, const AppParts& parts, const Hal& hal)
      : settings_(settings), parts_(parts), hal_(hal), button_(hal.button, hal.clock) {}

  /** Sets the engine and the sensor up; what fails is shown, told and tried again by step(). */
  void begin();

  /** One turn of the loop; call for ever. */
  void step();

 private:
  enum class Mode : uint8_t { awake, standby, engineFailed };

  static constexpr size_t kBatchSamples = 40;
  static constexpr uint32_t kLiveMillis = 50;
  static constexpr uint32_t kButtonMillis = 10;
  /** At 115200 baud 58 bytes arrive meanwhile, of 128 that the chip's own buffer holds. */
  static constexpr uint32_t kListenMillis = 5;
  static constexpr uint32_t kStandbyMillis = 1000;
  static constexpr uint32_t kAnnounceMillis = 3000;
  static constexpr uint64_t kSaveMicros = 300'000'000;
  static constexpr uint64_t kStatusMicros = 60'000'000;
  static constexpr uint64_t kEngineToldMicros = 1'000'000;
  /** The longest healthy look, 85 samples and three transfers repeated, takes a tenth of it. */
  static constexpr uint64_t kSlowLookMicros = 300'000;
  /** A cell below it is nearly empty; it is asked for again only above the second. */
  static constexpr uint32_t kLowBatteryMillivolts = 3450;
  static constexpr uint32_t kGoodBatteryMillivolts = 3600;

  void startEngine();
  bool checkEngine();
  bool wasChecked();
  void failEngine();
  void chooseHead();
  void changeHead();
  void look();
  void take(RawSample sample);
  void calibrate(const RawSample& sample);
  void restartWindow(const char* why);
  void count(const WindowResult& result);
  void obey(ButtonEvent event);
  bool isSending() const;
  void hold();
  void enterStandby();
  void leaveStandby(const char* why);
  void waitForMotion();
  void keepBooks();
  void save();
  void checkRate();
  void checkBattery();
  void reportStatus();
  void show();
  BandView view() const;
  bool isLearning() const { return parts_.learning != nullptr && parts_.learning->isActive(); }
  void rest();

  AppSettings settings_;
  AppParts parts_;
  Hal hal_;
  ButtonReader button_;
  Mode mode_ = Mode::awake;
  uint64_t engineToldAt_ = 0;
  uint32_t windows_ = 0;
  Activity shown_ = {};
  bool anyShown_ = false;
  uint64_t shownSince_ = 0;
  RawSample lastSample_ = {};
  uint64_t standbySince_ = 0;
  uint64_t standbyMicros_ = 0;
  uint64_t savedAt_ = 0;
  uint64_t statusAt_ = 0;
  uint32_t toldFailures_ = 0;
  uint32_t batteryMillivolts_ = 0;
  bool storeReported_ = false;
  bool readReported_ = false;
  RateMeter rate_;
  bool rateReported_ = false;
  bool batteryReported_ = false;
  bool problemShown_ = false;
  bool stuckReported_ = false;
  RawSample batch_[kBatchSamples] = {};
};

}  // namespace bandsmith
