// One JSON object as a line of text (RFC 8259) in a buffer that never overruns.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/text_buffer.h"

namespace bandsmith {

class JsonLine {
 public:
  static constexpr size_t kCapacity = 640;

  /** Begins anew: {"event":"…" */
  JsonLine& begin(const char* event) {
    text_.clear();
    text_.add("{\"event\":").addJson(event);
    return *this;
  }

  JsonLine& number(const char* key, int64_t value) {
    name(key);
    addInteger(value);
    return *this;
  }

  JsonLine& text(const char* key, const char* value) {
    name(key);
    text_.addJson(value);
    return *this;
  }

  /** Eight hexadecimal digits, quoted. */
  JsonLine& hash(const char* key, uint32_t value) {
    name(key);
    text_.add("\"").addHexDigits(value).add("\"");
    return *this;
  }

  JsonLine& null(const char* key) {
    name(key);
    text_.add("null");
    return *this;
  }

  JsonLine& beginList(const char* key) {
    name(key);
    text_.add("[");
    first_ = true;
    return *this;
  }
  JsonLine& item(int64_t value) {
    if (!first_) text_.add(",");
    first_ = false;
    addInteger(value);
    return *this;
  }
  JsonLine& endList() {
    text_.add("]");
    return *this;
  }

  template <typename Integer>
  JsonLine& numbers(const char* key, const Integer* values, size_t count) {
    beginList(key);
    for (size_t i = 0; i < count; ++i) item(static_cast<int64_t>(values[i]));
    return endList();
  }

  const char* end() {
    text_.add("}");
    return text_.text();
  }

 private:
  void name(const char* key) { text_.add(",").addJson(key).add(":"); }

  void addInteger(int64_t value) {
    if (value < 0) text_.add("-");
    // The least int64 has no positive counterpart: negated as unsigned.
    text_.addNumber(value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value));
  }

  TextBuffer<kCapacity> text_;
  bool first_ = true;
};

}  // namespace bandsmith
