// What arrives on the serial port.
#pragma once

#include <stddef.h>

namespace bandsmith {

class SerialInput {
 public:
  /** Takes what is there, at most `capacity` bytes, without waiting; how many it took. */
  virtual size_t read(char* bytes, size_t capacity) = 0;

 protected:
  ~SerialInput() = default;
};

}  // namespace bandsmith
