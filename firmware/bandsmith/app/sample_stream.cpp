// A block is, little endian: u16 run, u16 epoch (streams of the sensor's since the run began), u32 samples of
// the run before it, u8 presses of the button since the run began, u8 zero, i16 bias of the gyroscope [3],
// then i16 counts [samples, 6].
#include "bandsmith/app/sample_stream.h"

#include <string.h>

#include "bandsmith/app/crc32.h"

namespace bandsmith {

void SampleStream::obey(const char* command) {
  constexpr char kBegin[] = "begin ";
  constexpr size_t kBeginLength = sizeof kBegin - 1;
  if (strncmp(command, kBegin, kBeginLength) == 0) {
    uint32_t run = 0;
    const char* digit = command + kBeginLength;
    for (; *digit >= '0' && *digit <= '9' && run <= UINT16_MAX; ++digit) {
      run = run * 10 + static_cast<uint32_t>(*digit - '0');
    }
    if (*digit == '\0' && run > 0 && run <= UINT16_MAX) return begin(static_cast<uint16_t>(run));
  } else if (strcmp(command, "more") == 0) {
    if (!isOpen()) return answer("idle");
    askedAt_ = clock_.micros();
    return;
  } else if (strcmp(command, "end") == 0) {
    return end("ended");
  }
  answer("unknown");
}

/** The same run again is a question that was repeated because its answer was lost. */
void SampleStream::begin(uint16_t run) {
  askedAt_ = clock_.micros();
  if (!open_ || run != run_) {
    open_ = true;
    run_ = run;
    at_ = 0;
    epoch_ = 0;
    marks_ = 0;
    count_ = 0;
  }
  answer("begun");
}

bool SampleStream::isOpen() {
  if (open_ && clock_.micros() - askedAt_ > kLeaseMicros) end("left");
  return open_;
}

void SampleStream::end(const char* why) {
  if (open_) flush();
  open_ = false;
  answer(why);
}

void SampleStream::push(const RawSample& sample, const int16_t* bias) {
  if (!open_) return;
  if (count_ > 0 && memcmp(bias, bias_, sizeof bias_) != 0) flush();
  if (count_ == 0) memcpy(bias_, bias, sizeof bias_);
  for (size_t i = 0; i < kChannels; ++i) {
    put16(kHeaderBytes + (count_ * kChannels + i) * 2, static_cast<uint16_t>(sample.counts[i]));
  }
  if (++count_ == settings_.samplesPerLine) flush();
}

void SampleStream::hole() {
  if (!open_) return;
  flush();
  ++epoch_;
}

void SampleStream::mark() {
  if (!open_) return;
  flush();
  ++marks_;
}

void SampleStream::flush() {
  if (count_ == 0) return;
  put16(0, run_);
  put16(2, epoch_);
  put16(4, static_cast<uint16_t>(at_));
  put16(6, static_cast<uint16_t>(at_ >> 16));
  block_[8] = marks_;
  block_[9] = 0;
  for (size_t axis = 0; axis < kAxes; ++axis) put16(10 + 2 * axis, static_cast<uint16_t>(bias_[axis]));
  const size_t bytes = kHeaderBytes + count_ * kChannels * 2;
  uint32_t crc = kCrcStart;
  for (size_t i = 0; i < bytes; ++i) crc = crcStep(crc, block_[i]);
  encodeBase64(block_, bytes, text_);
  constexpr size_t kAround = sizeof R"({"event":"samples","data":"","crc":"01234567"})";
  static_assert(sizeof text_ + kAround < JsonLine::kCapacity, "a block fits one line");
  log_.line(line_.begin("samples").text("data", text_).hash("crc", ~crc).end());
  at_ += static_cast<uint32_t>(count_);
  count_ = 0;
}

/** All that was sent of the run, so that whoever asked sees whether the last lines are missing. */
void SampleStream::answer(const char* what) {
  line_.begin("collect").text("detail", what).number("run", run_).number("at", at_);
  log_.line(line_.text("model", settings_.modelHash).end());
}

void SampleStream::put16(size_t at, uint16_t value) {
  block_[at] = static_cast<uint8_t>(value);
  block_[at + 1] = static_cast<uint8_t>(value >> 8);
}

}  // namespace bandsmith
