// The last samples, already int8, and when a window of them is due.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bandsmith/nn/frontend.h"

namespace bandsmith {

class WindowRing {
 public:
  /**
   * `storage`: samples × kChannelCount bytes, owned by the caller; engines read windows there. `stride`:
   * samples from window to window.
   */
  WindowRing(int8_t* storage, size_t samples, size_t stride)
      : storage_(storage), samples_(samples), stride_(stride), due_(samples) {}

  /** Forgets the samples: the next window begins with the next sample. */
  void reset() {
    next_ = 0;
    due_ = samples_;
  }

  /** Adds one sample of kChannelCount values; true when a whole window is due. */
  [[nodiscard]] bool push(const int8_t* sample) {
    memcpy(storage_ + next_ * kChannelCount, sample, kChannelCount);
    next_ = next_ + 1 == samples_ ? 0 : next_ + 1;
    if (--due_ > 0) return false;
    due_ = stride_;
    return true;
  }

  /**
   * The window, oldest sample first, in the ring's own memory until the next push(); only right after push()
   * said that one is due.
   */
  const int8_t* inOrder() {
    // Reversed in two parts and then as a whole, bytes are rotated in place.
    const size_t newer = next_ * kChannelCount;
    reverse(storage_, newer);
    reverse(storage_ + newer, windowBytes() - newer);
    reverse(storage_, windowBytes());
    next_ = 0;
    return storage_;
  }

  size_t windowBytes() const { return samples_ * kChannelCount; }

  /** The memory for another use; its samples are forgotten. */
  int8_t* lend() {
    reset();
    return storage_;
  }

 private:
  static void reverse(int8_t* values, size_t count) {
    for (size_t i = 0; i < count / 2; ++i) {
      const int8_t value = values[i];
      values[i] = values[count - 1 - i];
      values[count - 1 - i] = value;
    }
  }

  int8_t* storage_;
  size_t samples_;
  size_t stride_;
  size_t next_ = 0;
  /** Samples until the next window. */
  size_t due_;
};

}  // namespace bandsmith
