// The other end of `bandsmith push`: lines of the serial port that bring a head, or take it back
// (docs/update.md).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/head_store.h"
#include "bandsmith/app/sample_tap.h"
#include "bandsmith/app/telemetry.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/hal/serial_input.h"

namespace bandsmith {

class HeadReceiver {
 public:
  /** @param tap gets the lines that ask for samples; nullptr where nobody may have any */
  HeadReceiver(HeadStore& heads, const ActiveHead& active, SerialInput& input, Clock& clock,
               Telemetry& telemetry, SampleTap* tap = nullptr)
      : heads_(heads), active_(active), input_(input), clock_(clock), telemetry_(telemetry), tap_(tap) {}

  /** Takes what has arrived; call once a turn. True where another head is in use than before. */
  [[nodiscard]] bool poll();

  /** The memory of what arrives is wanted for something else: who is sending begins again. */
  void abandon() { expected_ = 0; }

  /** Somebody is sending, or has just been: a chip that sleeps would lose their next bytes. */
  bool isListening();

 private:
  /** The longest line that is not too long: 96 bytes in base64, its offset, and what stands around them. */
  static constexpr size_t kLineBytes = 192;
  static constexpr uint64_t kAttentionMicros = 3'000'000;

  bool obey();
  bool obeyCommand(const char* command);
  void begin(const char* arguments);
  void data(const char* arguments);
  bool end();
  bool drop();
  void answer(const char* what);
  void refuse(const char* why);

  HeadStore& heads_;
  const ActiveHead& active_;
  SerialInput& input_;
  Clock& clock_;
  Telemetry& telemetry_;
  SampleTap* tap_;
  char line_[kLineBytes] = {};
  size_t length_ = 0;
  bool tooLong_ = false;
  uint64_t heardAt_ = 0;
  bool heard_ = false;
  /** Of the file that is arriving: 0 while none is. */
  size_t expected_ = 0;
  size_t received_ = 0;
};

}  // namespace bandsmith
