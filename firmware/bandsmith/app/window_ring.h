// The last samples, already int8, and when a window of them is due.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bandsmith/nn/frontend.h"

namespace bandsmith {

class WindowRing {
 public:
  /** `storage`: samples × kChannelCount bytes, owned by the caller. `stride`: samples from window to window.
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

  /** The window, oldest sample first; only right after push() said that one is due. */
  void copyTo(int8_t* window) const {
    const size_t tail = (samples_ - next_) * kChannelCount;
    memcpy(window, storage_ + next_ * kChannelCount, tail);
    memcpy(window + tail, storage_, next_ * kChannelCount);
  }

 private:
  int8_t* storage_;
  size_t samples_;
  size_t stride_;
  size_t next_ = 0;
  /** Samples until the next window. */
  size_t due_;
};

}  // namespace bandsmith
