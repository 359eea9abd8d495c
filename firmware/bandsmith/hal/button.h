// The wearer's one button.
#pragma once

namespace bandsmith {

class Button {
 public:
  /** True while it is held down, bouncing included. */
  virtual bool isDown() = 0;

 protected:
  ~Button() = default;
};

}  // namespace bandsmith
