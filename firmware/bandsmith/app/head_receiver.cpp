// A line is a command, its arguments, and the CRC-32 of all that before the last space, in eight hexadecimal
// digits.
#include "bandsmith/app/head_receiver.h"

#include <string.h>

#include "bandsmith/app/base64.h"
#include "bandsmith/app/crc32.h"

namespace bandsmith {

namespace {

constexpr char kPrefix[] = "head ";
constexpr char kTapPrefix[] = "collect ";
constexpr size_t kCrcDigits = 8;

/** What follows `word`, or nullptr where the text begins otherwise. */
const char* after(const char* text, const char* word) {
  const size_t length = strlen(word);
  return strncmp(text, word, length) == 0 ? text + length : nullptr;
}

/** Takes a decimal number and the space behind it, if there is one; false where there is no number. */
bool takeNumber(const char*& text, size_t& number) {
  constexpr size_t kMost = 1'000'000;
  const char* start = text;
  number = 0;
  for (; *text >= '0' && *text <= '9'; ++text) {
    number = number * 10 + static_cast<size_t>(*text - '0');
    if (number > kMost) return false;
  }
  if (text == start || (*text != ' ' && *text != '\0')) return false;
  if (*text == ' ') ++text;
  return true;
}

/** Whether a line's end is the CRC of its beginning; cuts it off. */
bool takeCrc(char* line, size_t length) {
  if (length < kCrcDigits + 1 || line[length - kCrcDigits - 1] != ' ') return false;
  const char* digits = line + length - kCrcDigits;
  TextBuffer<kCrcDigits + 1> wanted;
  uint32_t crc = kCrcStart;
  for (const char* at = line; at < digits - 1; ++at) crc = crcStep(crc, static_cast<uint8_t>(*at));
  wanted.addHexDigits(~crc);
  if (strcmp(digits, wanted.text()) != 0) return false;
  line[length - kCrcDigits - 1] = '\0';
  return true;
}

}  // namespace

bool HeadReceiver::poll() {
  bool changed = false;
  char bytes[64];
  for (;;) {
    const size_t count = input_.read(bytes, sizeof bytes);
    if (count > 0) {
      heardAt_ = clock_.micros();
      heard_ = true;
    }
    for (size_t i = 0; i < count; ++i) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        changed = obey() || changed;
        length_ = 0;
        tooLong_ = false;
      } else if (length_ + 1 < kLineBytes) {
        line_[length_++] = bytes[i];
      } else {
        tooLong_ = true;
      }
    }
    if (count < sizeof bytes) return changed;
  }
}

bool HeadReceiver::isListening() {
  if (heard_ && clock_.micros() - heardAt_ > kAttentionMicros) {
    heard_ = false;
    // Whoever sent it is gone.
    length_ = 0;
    expected_ = 0;
  }
  return heard_;
}

bool HeadReceiver::obey() {
  line_[length_] = '\0';
  // What others send to a serial port is none of ours.
  const char* command = after(line_, kPrefix);
  const char* request = tap_ == nullptr ? nullptr : after(line_, kTapPrefix);
  if (command == nullptr && request == nullptr) return false;
  const bool whole = !tooLong_ && takeCrc(line_, length_);
  if (request != nullptr) {
    tap_->obey(whole ? request : "");
    return false;
  }
  if (!whole) {
    answer("garbled");
    return false;
  }
  return obeyCommand(command);
}

bool HeadReceiver::obeyCommand(const char* command) {
  if (const char* arguments = after(command, "begin ")) {
    begin(arguments);
  } else if (const char* part = after(command, "data ")) {
    data(part);
  } else if (strcmp(command, "end") == 0) {
    return end();
  } else if (strcmp(command, "drop") == 0) {
    return drop();
  } else if (strcmp(command, "tell") == 0) {
    telemetry_.head(active_);
  } else {
    answer("unknown");
  }
  return false;
}

void HeadReceiver::begin(const char* arguments) {
  size_t bytes = 0;
  expected_ = 0;
  received_ = 0;
  if (!takeNumber(arguments, bytes) || *arguments != '\0') return answer("unknown");
  if (bytes < kHeadHeaderBytes || bytes > heads_.capacity()) return refuse(describe(HeadProblem::size));
  expected_ = bytes;
  answer("ready");
}

/** What was there already is thanked for again, and what comes too early is not taken: the answer says what
 * is wanted. */
void HeadReceiver::data(const char* arguments) {
  size_t offset = 0;
  if (!takeNumber(arguments, offset)) return answer("unknown");
  if (expected_ == 0) return answer("begin");
  if (offset == received_) {
    const int count =
        decodeBase64(arguments, strlen(arguments), heads_.incoming() + received_, expected_ - received_);
    if (count < 0) return answer("garbled");
    received_ += static_cast<size_t>(count);
  }
  answer("taken");
}

bool HeadReceiver::end() {
  if (expected_ == 0) {
    answer("begin");
    return false;
  }
  if (received_ < expected_) {
    answer("taken");
    return false;
  }
  const size_t count = expected_;
  expected_ = 0;
  const HeadProblem problem = heads_.install(count, HeadOrigin::sent);
  if (problem != HeadProblem::none) {
    refuse(describe(problem));
    return false;
  }
  if (heads_.forgot()) telemetry_.note("store-failed", "head-sequence");
  answer("installed");
  return true;
}

bool HeadReceiver::drop() {
  if (!heads_.drop()) {
    refuse(describe(HeadProblem::flash));
    return false;
  }
  answer("dropped");
  return true;
}

void HeadReceiver::answer(const char* what) {
  telemetry_.note("head-line", what, static_cast<int64_t>(received_), "at");
}

void HeadReceiver::refuse(const char* why) {
  telemetry_.note("head-refused", why);
}

}  // namespace bandsmith
