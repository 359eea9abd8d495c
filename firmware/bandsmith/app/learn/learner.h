// Learning from the wearer: activities recorded one after the other by button and display, a head fitted on
// them, judged by windows held back, and kept in flash. Raw data is never stored (docs/learn.md of
// Bandsmith).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/classifier.h"
#include "bandsmith/app/engine.h"
#include "bandsmith/app/head_receiver.h"
#include "bandsmith/app/head_store.h"
#include "bandsmith/app/learn/recordings.h"
#include "bandsmith/app/learning.h"
#include "bandsmith/app/telemetry.h"
#include "bandsmith/app/wrist_detector.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/nn/head_quantize.h"

namespace bandsmith {

/** Generated into include/learn_config.h. */
struct LearnSettings {
  RecordingSettings recording;
  /** What may be recorded: the network's own, in its order, then others. */
  const char* const* activities;
  size_t activityCount;
  /** The network's own head, where a fit begins: its classes are the first activities. */
  const Head& general;
  const HeadMetric& metric;
};

/** Owned by the caller. */
struct LearnMemory {
  RecordingMemory recordings;
  /** Of the new head: [activities × features] and [activities]. */
  int8_t* weights;
  int32_t* biases;
  /** HeadSolver::memoryFor(features, activities), aligned for int64_t. */
  void* solver;
  size_t solverBytes;
};

struct LearnParts {
  Classifier& classifier;
  FrontEnd& frontEnd;
  Engine& engine;
  ActiveHead& head;
  HeadStore& heads;
  HeadReceiver& receiver;
  Telemetry& telemetry;
  Clock& clock;
};

class Learner final : public Learning {
 public:
  Learner(const LearnSettings& settings, const HeadSettings& files, const WristDetector& detector,
          const LearnMemory& memory, const LearnParts& parts)
      : settings_(settings),
        files_(files),
        memory_(memory),
        parts_(parts),
        recordings_(settings.recording, memory.recordings),
        detector_(detector),
        heard_(detector) {}

  bool isActive() const override { return state_ != State::off; }
  bool isBusy() const override { return state_ == State::countdown || state_ == State::fitting; }
  void begin() override;
  void end(const char* why) override;
  void obey(ButtonEvent event) override;
  [[nodiscard]] bool step() override;
  void sample(const RawSample& sample) override;
  void window(const WindowResult& result) override;
  void interrupt() override;
  void draw(Canvas& canvas) const override;

 private:
  enum class State : uint8_t {
    off,
    choosing,
    countdown,
    recording,
    /** Words for a moment, or until the button is pressed; then choosing. */
    telling,
    fitting,
    /** The new head is better: the wearer says whether it is kept. */
    offering,
    keeping,
    /** Nothing is kept, and why. */
    refusing,
  };

  static constexpr uint64_t kCountdownMicros = 3'000'000;
  static constexpr uint64_t kTellMicros = 3'000'000;
  /** Neither the button nor a window for so long: whoever it was has gone. */
  static constexpr uint64_t kPatienceMicros = 300'000'000;

  size_t done() const { return settings_.activityCount; }
  size_t cancel() const { return settings_.activityCount + 1; }
  bool canFit() const { return recordings_.count() >= kFewestHeadClasses; }
  uint64_t sinceMicros() const { return parts_.clock.micros() - since_; }
  const char* activity() const { return settings_.activities[choice_]; }

  void go(State state);
  void next();
  void take();
  void tell(const char* title, const char* words);
  void record();
  void forgetSet();
  bool turn();
  void wear(WristOrientation wrist);
  void restartWindow();
  void startFit();
  void fit();
  void judge();
  bool keep();

  LearnSettings settings_;
  HeadSettings files_;
  LearnMemory memory_;
  LearnParts parts_;
  State state_ = State::off;
  /** When the state began, or was last touched. */
  uint64_t since_ = 0;
  size_t choice_ = 0;
  Recordings recordings_;
  /** By all windows to fit on, and before those of the present set. */
  WristDetector detector_;
  WristDetector heard_;
  /** Compared with how the band was built. */
  WristOrientation wrist_ = WristOrientation::same;
  const char* title_ = "";
  const char* words_ = "";
  HeadSolver solver_;
  bool begun_ = false;
  int8_t generalClass_[kMostHeadClasses] = {};
  const char* labels_[kMostHeadClasses] = {};
  int32_t round_ = 0;
  Head made_ = {};
  uint8_t wasPercent_ = 0;
  uint8_t nowPercent_ = 0;
};

}  // namespace bandsmith
