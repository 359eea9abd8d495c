// What runs the network: TFLite Micro now, compiled tables later, behind one interface.
#pragma once

#include <stdint.h>

namespace bandsmith {

class Engine {
 public:
  /** Sets everything up; false where the network cannot run, and error() says why. */
  [[nodiscard]] virtual bool begin() = 0;

  /** One inference: `window` is int8 [samples, 6]; the result is one int8 a class, nullptr on failure. */
  [[nodiscard]] virtual const int8_t* invoke(const int8_t* window) = 0;

  /**
   * What the network's last layer read in the last invoke(), until the next: int8, as a head of the wearer's
   * reads it. nullptr where a network does not end in a layer that can be exchanged.
   */
  virtual const int8_t* features() const = 0;

  /** Why the last call failed, short enough for one line of the display. */
  virtual const char* error() const = 0;

 protected:
  ~Engine() = default;
};

}  // namespace bandsmith
