// Where raw samples may leave the band: nowhere, unless band.yaml says `collect: true` (app/sample_stream.h).
// A firmware without it has this interface alone, and no code that could tell a sample.
#pragma once

#include <stdint.h>

#include "bandsmith/drivers/mpu6050.h"

namespace bandsmith {

class SampleTap {
 public:
  /** A line of the serial port that was for it, whole and without what stood around it. */
  virtual void obey(const char* command) = 0;

  /** Somebody wants samples, and has said so within the last seconds. */
  virtual bool isOpen() = 0;

  /** A sample as the chip gave it, and the gyroscope's bias (3 counts) that the network's is corrected by. */
  virtual void push(const RawSample& sample, const int16_t* bias) = 0;

  /** The samples that come do not follow those that came. */
  virtual void hole() = 0;

  /** The wearer pressed the button. */
  virtual void mark() = 0;

 protected:
  ~SampleTap() = default;
};

}  // namespace bandsmith
