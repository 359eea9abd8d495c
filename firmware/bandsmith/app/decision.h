// From the network's outputs to an activity: the likeliest class of one window, then over the last few.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace bandsmith {

/** Softmax outputs have scale 1/256 and zero point −128 (TFLite's int8 specification). */
constexpr uint32_t kProbabilityOne = 256;
constexpr int32_t kProbabilityZeroPoint = -128;

struct Decision {
  size_t label;
  /** 0 to 100. */
  uint8_t confidencePercent;
};

/** An output as a probability of 1/256. */
constexpr uint8_t probability(int8_t output) {
  return static_cast<uint8_t>(output - kProbabilityZeroPoint);
}

/** `part` of `whole` in percent, rounded half up; of nothing, 0. */
constexpr uint8_t toPercent(uint32_t part, uint32_t whole) {
  if (whole == 0) return 0;
  return static_cast<uint8_t>((part * 100 + whole / 2) / whole);
}

/** The likeliest class of one window; of equals the first. */
constexpr Decision decide(const int8_t* output, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; ++i) {
    if (output[i] > output[best]) best = i;
  }
  return {best, toPercent(probability(output[best]), kProbabilityOne)};
}

struct DecisionSettings {
  /** Windows whose probabilities are averaged, from 1 on. */
  uint8_t smoothWindows;
  /** An activity that is less sure than that is unknown; 0 for never. */
  uint8_t unknownBelowPercent;
};

/** What is shown and counted. */
struct Activity {
  /** False where nothing is likely enough. */
  bool known;
  size_t label;
  uint8_t confidencePercent;
};

/** Averages the probabilities of the last windows: a single odd window does not change what is shown. */
class Smoother {
 public:
  /** `history`: settings.smoothWindows × the most classes that there may be, owned by the caller. */
  Smoother(const DecisionSettings& settings, uint8_t* history, size_t classCount)
      : settings_(settings), history_(history), classCount_(classCount) {}

  void reset() {
    held_ = 0;
    next_ = 0;
  }

  /** Windows of another head follow, with so many classes. */
  void reset(size_t classCount) {
    classCount_ = classCount;
    reset();
  }

  /** Takes one window's outputs; the activity over those that there are. */
  Activity push(const int8_t* output) {
    uint8_t* row = history_ + next_ * classCount_;
    for (size_t i = 0; i < classCount_; ++i) row[i] = probability(output[i]);
    next_ = next_ + 1U == settings_.smoothWindows ? 0 : next_ + 1U;
    if (held_ < settings_.smoothWindows) ++held_;
    size_t best = 0;
    uint32_t most = 0;
    for (size_t label = 0; label < classCount_; ++label) {
      uint32_t sum = 0;
      for (size_t window = 0; window < held_; ++window) sum += history_[window * classCount_ + label];
      if (sum > most) {
        most = sum;
        best = label;
      }
    }
    const uint8_t percent = toPercent(most, kProbabilityOne * static_cast<uint32_t>(held_));
    return {percent >= settings_.unknownBelowPercent, best, percent};
  }

 private:
  DecisionSettings settings_;
  uint8_t* history_;
  size_t classCount_;
  size_t held_ = 0;
  size_t next_ = 0;
};

}  // namespace bandsmith
