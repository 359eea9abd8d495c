// A wearer's windows as the network's last layer reads them, by activity: some to fit a head on, some to
// judge it by.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bandsmith/nn/head_solver.h"

namespace bandsmith {

struct RecordingSettings {
  size_t features;
  /** Windows of an activity that a head is fitted on. */
  size_t fitted;
  /** Those after them that have samples in common with them, and are dropped. */
  size_t dropped;
  /** Those after that, which judge. */
  size_t heldBack;
};

/** Owned by the caller; `activities` is the most that there may be. */
struct RecordingMemory {
  /** [activities × fitted, features] */
  int8_t* fitted;
  /** [activities × heldBack, features] */
  int8_t* heldBack;
  /** [activities × fitted] */
  uint8_t* classOf;
};

class Recordings {
 public:
  Recordings(const RecordingSettings& settings, const RecordingMemory& memory)
      : settings_(settings), memory_(memory) {}

  void clear() { count_ = done_ = 0; }

  /** Activities that are recorded to the end. */
  size_t count() const { return count_; }
  bool has(size_t activity) const { return slotOf(activity) < count_; }

  /** Forgets an activity. */
  void drop(size_t activity) {
    const size_t slot = slotOf(activity);
    if (slot == count_) return;
    const size_t after = --count_ - slot;
    memmove(fittedOf(slot), fittedOf(slot + 1), after * settings_.fitted * settings_.features);
    memmove(heldBackOf(slot), heldBackOf(slot + 1), after * settings_.heldBack * settings_.features);
    memmove(takes_ + slot, takes_ + slot + 1, after * sizeof takes_[0]);
  }

  /** The next window is the first of an activity that is not there. */
  void begin(size_t activity) {
    takes_[count_] = {static_cast<uint8_t>(activity), 0};
    done_ = 0;
  }

  size_t done() const { return done_; }
  size_t wanted() const { return settings_.fitted + settings_.dropped + settings_.heldBack; }
  /** The next window is one to fit on. */
  bool isFitting() const { return done_ < settings_.fitted; }

  /** `right`: the head in use knows it. True where it was the activity's last. */
  bool add(const int8_t* features, bool right) {
    const size_t index = done_++;
    const size_t judging = settings_.fitted + settings_.dropped;
    if (index < settings_.fitted) {
      memcpy(fittedOf(count_) + index * settings_.features, features, settings_.features);
    } else if (index >= judging) {
      memcpy(heldBackOf(count_) + (index - judging) * settings_.features, features, settings_.features);
      takes_[count_].right = static_cast<uint8_t>(takes_[count_].right + (right ? 1 : 0));
    }
    if (done_ < wanted()) return false;
    ++count_;
    return true;
  }

  /** What was recorded at a place, 0 to count(). */
  size_t activityAt(size_t slot) const { return takes_[slot].activity; }
  /** Its windows held back that the head in use knew. */
  size_t rightAt(size_t slot) const { return takes_[slot].right; }
  const int8_t* heldBackAt(size_t slot, size_t index) const {
    return memory_.heldBack + (slot * settings_.heldBack + index) * settings_.features;
  }
  /** Classes are in the order of the activities, whatever was recorded first. */
  size_t classAt(size_t slot) const {
    size_t before = 0;
    for (size_t i = 0; i < count_; ++i) {
      if (takes_[i].activity < takes_[slot].activity) ++before;
    }
    return before;
  }

  /** @param generalClass [count()] of each class, until the fit has ended */
  HeadExamples examples(const int8_t* generalClass) const {
    for (size_t slot = 0; slot < count_; ++slot) {
      memset(memory_.classOf + slot * settings_.fitted, static_cast<int>(classAt(slot)), settings_.fitted);
    }
    return {static_cast<int32_t>(count_ * settings_.fitted), static_cast<int32_t>(count_), memory_.fitted,
            memory_.classOf, generalClass};
  }

 private:
  struct Take {
    uint8_t activity;
    uint8_t right;
  };

  size_t slotOf(size_t activity) const {
    size_t slot = 0;
    while (slot < count_ && takes_[slot].activity != activity) ++slot;
    return slot;
  }
  int8_t* fittedOf(size_t slot) const {
    return memory_.fitted + slot * settings_.fitted * settings_.features;
  }
  int8_t* heldBackOf(size_t slot) const {
    return memory_.heldBack + slot * settings_.heldBack * settings_.features;
  }

  RecordingSettings settings_;
  RecordingMemory memory_;
  size_t count_ = 0;
  size_t done_ = 0;
  Take takes_[kMostHeadClasses] = {};
};

}  // namespace bandsmith
