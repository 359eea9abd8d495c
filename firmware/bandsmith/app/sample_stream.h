// The band's end of `bandsmith collect`: raw samples as lines of the serial port, as long as somebody asks
// for them (docs/collect.md).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/base64.h"
#include "bandsmith/app/json_line.h"
#include "bandsmith/app/sample_tap.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/hal/log.h"

namespace bandsmith {

struct SampleStreamSettings {
  const char* modelHash;
  /** At most kMostSamples. */
  uint8_t samplesPerLine;
};

class SampleStream final : public SampleTap {
 public:
  static constexpr size_t kMostSamples = 16;

  SampleStream(const SampleStreamSettings& settings, Clock& clock, Log& log)
      : settings_(settings), clock_(clock), log_(log) {}

  void obey(const char* command) override;
  bool isOpen() override;
  void push(const RawSample& sample, const int16_t* bias) override;
  void hole() override;
  void mark() override;

 private:
  /** Who does not ask again for so long is gone. */
  static constexpr uint64_t kLeaseMicros = 5'000'000;
  static constexpr size_t kAxes = 3;
  static constexpr size_t kChannels = 6;
  static constexpr size_t kHeaderBytes = 16;
  static constexpr size_t kBlockBytes = kHeaderBytes + kMostSamples * kChannels * 2;

  void begin(uint16_t run);
  void end(const char* why);
  void flush();
  void answer(const char* what);
  void put16(size_t at, uint16_t value);

  SampleStreamSettings settings_;
  Clock& clock_;
  Log& log_;
  bool open_ = false;
  uint64_t askedAt_ = 0;
  /** Named by whoever asks. */
  uint16_t run_ = 0;
  /** Samples of this run before the block. */
  uint32_t at_ = 0;
  uint16_t epoch_ = 0;
  uint8_t marks_ = 0;
  size_t count_ = 0;
  int16_t bias_[kAxes] = {};
  uint8_t block_[kBlockBytes] = {};
  char text_[encodedBase64Letters(kBlockBytes) + 1] = {};
  JsonLine line_;
};

}  // namespace bandsmith
