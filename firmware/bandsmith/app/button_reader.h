// From a bouncing contact to what the wearer meant: a press, or a hold.
#pragma once

#include <stdint.h>

#include "bandsmith/hal/button.h"
#include "bandsmith/hal/clock.h"

namespace bandsmith {

enum class ButtonEvent : uint8_t {
  none,
  /** Let go again within a moment. */
  press,
  /** Still down after kHoldMicros; told once. */
  hold,
};

class ButtonReader {
 public:
  ButtonReader(Button& button, Clock& clock) : button_(button), clock_(clock) {}

  /** Call once a turn, and at least every 50 ms while isDown(). */
  ButtonEvent poll() {
    const uint64_t now = clock_.micros();
    const bool contact = button_.isDown();
    if (contact != lastContact_) {
      lastContact_ = contact;
      changedAt_ = now;
    }
    // A contact that has just changed may change again.
    if (contact != down_ && now - changedAt_ >= kBounceMicros) return settle(contact);
    if (down_ && !told_ && now - downSince_ >= kHoldMicros) {
      told_ = true;
      return ButtonEvent::hold;
    }
    return ButtonEvent::none;
  }

  /** Down for so long that no wearer means it: a strap sits on it, or the contact is broken. */
  bool isStuck() const { return down_ && clock_.micros() - downSince_ > kStuckMicros; }

  /** Down, or about to be. */
  bool isDown() const { return down_ || lastContact_; }

 private:
  static constexpr uint64_t kBounceMicros = 20'000;
  static constexpr uint64_t kHoldMicros = 1'500'000;
  static constexpr uint64_t kStuckMicros = 30'000'000;

  ButtonEvent settle(bool contact) {
    down_ = contact;
    if (contact) {
      downSince_ = changedAt_;
      told_ = false;
      return ButtonEvent::none;
    }
    return told_ ? ButtonEvent::none : ButtonEvent::press;
  }

  Button& button_;
  Clock& clock_;
  bool lastContact_ = false;
  bool down_ = false;
  bool told_ = false;
  uint64_t changedAt_ = 0;
  uint64_t downSince_ = 0;
};

}  // namespace bandsmith
