// Where the band's lines go: the serial port, or a test.
#pragma once

namespace bandsmith {

class Log {
 public:
  /** One line of text without its line feed. */
  virtual void line(const char* text) = 0;

 protected:
  ~Log() = default;
};

}  // namespace bandsmith
