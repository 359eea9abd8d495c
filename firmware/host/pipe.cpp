// The imports of host/imports.h as requests over a pipe: the band as a process, whose devices another serves.
// src/pipeline/twin/native-band.ts of Bandsmith is the other side. Under WebAssembly this file is empty.
#ifndef __wasm__

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/imports.h"

namespace {

// A request is four words in the machine's byte order (both sides are on one machine), then its bytes.
enum class Op : uint32_t {
  i2cWrite,
  i2cWriteRead,
  i2cRecover,
  clockMicros,
  clockWait,
  sleep,
  logLine,
  storeRead,
  storeWrite,
  buttonIsDown,
  resetReason,
  freeStack,
  batteryMillivolts,
  feedWatchdog,
  setupEnded,
  loopEnded,
  flashBytes,
  flashRead,
  flashEraseSector,
  flashWrite,
  serialRead,
};

constexpr int kIn = 0;
constexpr int kOut = 1;
/** A turn of the program without a request for so long is taken for an endless loop: SIGALRM ends it. */
constexpr unsigned kAlarmSeconds = 30;
/** Requests without an answer wait here for the next that has one. */
constexpr size_t kBufferBytes = 65536;

uint8_t buffer[kBufferBytes];
size_t buffered = 0;

void flush() {
  for (size_t done = 0; done < buffered;) {
    const ssize_t written = write(kOut, buffer + done, buffered - done);
    if (written <= 0) _exit(0);  // Nobody listens any more.
    done += static_cast<size_t>(written);
  }
  buffered = 0;
}

void put(const void* bytes, size_t count) {
  const uint8_t* from = static_cast<const uint8_t*>(bytes);
  while (count > 0) {
    if (buffered == kBufferBytes) flush();
    const size_t room = kBufferBytes - buffered;
    const size_t part = count < room ? count : room;
    memcpy(buffer + buffered, from, part);
    buffered += part;
    from += part;
    count -= part;
  }
}

void request(Op op, size_t a = 0, size_t b = 0, size_t c = 0) {
  const uint32_t words[] = {static_cast<uint32_t>(op), static_cast<uint32_t>(a), static_cast<uint32_t>(b),
                            static_cast<uint32_t>(c)};
  put(words, sizeof words);
}

void receive(void* bytes, size_t count) {
  flush();
  alarm(0);
  for (size_t done = 0; done < count;) {
    const ssize_t got = read(kIn, static_cast<uint8_t*>(bytes) + done, count - done);
    if (got <= 0) _exit(0);
    done += static_cast<size_t>(got);
  }
  alarm(kAlarmSeconds);
}

int32_t answer() {
  int32_t value = 0;
  receive(&value, sizeof value);
  return value;
}

}  // namespace

int32_t bandsmith_i2c_write(int32_t address, const uint8_t* bytes, size_t count) {
  request(Op::i2cWrite, static_cast<size_t>(address), count);
  put(bytes, count);
  return answer();
}

int32_t bandsmith_i2c_write_read(int32_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                                 size_t inCount) {
  request(Op::i2cWriteRead, static_cast<size_t>(address), outCount, inCount);
  put(out, outCount);
  const int32_t result = answer();
  receive(in, inCount);
  return result;
}

int32_t bandsmith_i2c_recover() {
  request(Op::i2cRecover);
  return answer();
}

double bandsmith_clock_micros() {
  request(Op::clockMicros);
  double micros = 0;
  receive(&micros, sizeof micros);
  return micros;
}

void bandsmith_clock_wait(uint32_t millis) {
  request(Op::clockWait, millis);
}

int32_t bandsmith_sleep(uint32_t millis, int32_t motion) {
  request(Op::sleep, millis, motion != 0 ? 1 : 0);
  return answer();
}

void bandsmith_log_line(const char* text, size_t length) {
  request(Op::logLine, length);
  put(text, length);
}

int32_t bandsmith_store_read(const char* key, size_t keyLength, void* bytes, size_t count) {
  request(Op::storeRead, keyLength, count);
  put(key, keyLength);
  const int32_t result = answer();
  // Untouched unless the result is ok.
  if (result == 0) receive(bytes, count);
  return result;
}

int32_t bandsmith_store_write(const char* key, size_t keyLength, const void* bytes, size_t count) {
  request(Op::storeWrite, keyLength, count);
  put(key, keyLength);
  put(bytes, count);
  return answer();
}

size_t bandsmith_flash_bytes() {
  request(Op::flashBytes);
  return static_cast<size_t>(answer());
}

int32_t bandsmith_flash_read(size_t offset, void* bytes, size_t count) {
  request(Op::flashRead, offset, count);
  const int32_t result = answer();
  if (result == 0) receive(bytes, count);
  return result;
}

int32_t bandsmith_flash_erase_sector(size_t offset) {
  request(Op::flashEraseSector, offset);
  return answer();
}

int32_t bandsmith_flash_write(size_t offset, const void* bytes, size_t count) {
  request(Op::flashWrite, offset, count);
  put(bytes, count);
  return answer();
}

size_t bandsmith_serial_read(char* bytes, size_t capacity) {
  request(Op::serialRead, capacity);
  const size_t count = static_cast<size_t>(answer());
  receive(bytes, count);
  return count;
}

int32_t bandsmith_button_is_down() {
  request(Op::buttonIsDown);
  return answer();
}

int32_t bandsmith_reset_reason() {
  request(Op::resetReason);
  return answer();
}

uint32_t bandsmith_free_stack() {
  request(Op::freeStack);
  return static_cast<uint32_t>(answer());
}

uint32_t bandsmith_battery_millivolts() {
  request(Op::batteryMillivolts);
  return static_cast<uint32_t>(answer());
}

void bandsmith_feed_watchdog() {
  request(Op::feedWatchdog);
}

int main() {
  alarm(kAlarmSeconds);
  bandsmith_band_setup();
  request(Op::setupEnded);
  for (;;) {
    bandsmith_band_loop();
    request(Op::loopEnded);
    // A loop that asks nothing must be seen to turn.
    if (buffered > kBufferBytes / 2) flush();
  }
}

#endif
