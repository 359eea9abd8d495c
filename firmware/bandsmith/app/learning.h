// What a band asks of whatever learns on it. A band that is not to learn has none, and none of its code.
#pragma once

#include "bandsmith/app/button_reader.h"
#include "bandsmith/app/classifier.h"
#include "bandsmith/app/screens/screens.h"
#include "bandsmith/drivers/mpu6050.h"

namespace bandsmith {

class Learning : public Picture {
 public:
  /** From begin() on, until it has ended: the button and the display are its own. */
  virtual bool isActive() const = 0;
  /** It shows what changes from moment to moment, or computes: the loop shall turn quickly. */
  virtual bool isBusy() const = 0;

  virtual void begin() = 0;
  /** Gives everything up that is not kept yet. */
  virtual void end(const char* why) = 0;

  virtual void obey(ButtonEvent event) = 0;
  /** One turn of the loop; true where another head is in use than before. */
  [[nodiscard]] virtual bool step() = 0;

  /** Every sample, before the classifier has it. */
  virtual void sample(const RawSample& sample) = 0;
  /** Every window that the classifier gives, while the engine still has its features. */
  virtual void window(const WindowResult& result) = 0;
  /** Samples begin anew: a window set that is being recorded does, too. */
  virtual void interrupt() = 0;

 protected:
  ~Learning() = default;
};

}  // namespace bandsmith
