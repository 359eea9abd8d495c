// How long each activity was: in samples, so that nothing is rounded, and kept through a restart.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/hal/store.h"

namespace bandsmith {

struct CounterSettings {
  size_t labelCount;
  /** Names the labels: totals of another network are not taken over. */
  uint32_t modelId;
  /** Samples in 1000 seconds. */
  uint32_t rateMilliHz;
};

class ActivityCounters {
 public:
  /** Model, unknown, still, then one a label. */
  static constexpr size_t kHeader = 3;

  /** `values` and `stored`: kHeader + the most labels that there may be, each owned by the caller. */
  ActivityCounters(const CounterSettings& settings, uint32_t* values, uint32_t* stored, Store& store)
      : settings_(settings), values_(values), stored_(stored), store_(store) {}

  /**
   * Takes over what the store holds of this network: ok, missing where it holds nothing of it, failed where
   * it cannot be read. In the last case save() tries again, and adds what it then finds.
   */
  StoreResult load();

  /** Other labels follow: their totals are load()ed next. */
  void relabel(size_t labelCount, uint32_t modelId) {
    settings_.labelCount = labelCount;
    settings_.modelId = modelId;
  }

  /** Writes if something has changed; false where the store refused. */
  [[nodiscard]] bool save();

  /** Counts from zero, whatever the store holds. */
  void clear() {
    reset();
    unread_ = false;
  }

  void add(size_t label, uint32_t samples) { bump(kHeader + label, samples); }
  void addUnknown(uint32_t samples) { bump(kUnknown, samples); }
  /** Time in which the band lay still and looked at nothing. */
  void addStill(uint32_t samples) { bump(kStill, samples); }

  uint32_t seconds(size_t label) const { return toSeconds(values_[kHeader + label]); }
  uint32_t unknownSeconds() const { return toSeconds(values_[kUnknown]); }
  uint32_t stillSeconds() const { return toSeconds(values_[kStill]); }

 private:
  static constexpr size_t kModel = 0;
  static constexpr size_t kUnknown = 1;
  static constexpr size_t kStill = 2;

  void bump(size_t index, uint32_t samples) {
    values_[index] += samples;
    changed_ = true;
  }
  uint32_t toSeconds(uint32_t samples) const {
    return static_cast<uint32_t>(static_cast<uint64_t>(samples) * 1000 / settings_.rateMilliHz);
  }
  void reset();
  StoreResult addStored();
  size_t bytes() const { return (kHeader + settings_.labelCount) * sizeof(uint32_t); }

  CounterSettings settings_;
  uint32_t* values_;
  uint32_t* stored_;
  Store& store_;
  bool changed_ = false;
  /** What the store holds is not known yet. */
  bool unread_ = false;
};

}  // namespace bandsmith
