// What the host gives the band: under WebAssembly the imports of module "bandsmith", otherwise functions that
// the host program defines. src/emulate/ of Bandsmith is the other side.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#define BANDSMITH_IMPORT(name) __attribute__((import_module("bandsmith"), import_name(#name)))
#else
#define BANDSMITH_IMPORT(name)
#endif

extern "C" {

// BusResult of hal/i2c_bus.h. `address` has seven bits.
BANDSMITH_IMPORT(i2c_write) int32_t bandsmith_i2c_write(int32_t address, const uint8_t* bytes, size_t count);
BANDSMITH_IMPORT(i2c_write_read)
int32_t bandsmith_i2c_write_read(int32_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                                 size_t inCount);
BANDSMITH_IMPORT(i2c_recover) int32_t bandsmith_i2c_recover();

// Microseconds since start, a whole number; WebAssembly has no 64-bit integer that JavaScript likes.
BANDSMITH_IMPORT(clock_micros) double bandsmith_clock_micros();
BANDSMITH_IMPORT(clock_wait) void bandsmith_clock_wait(uint32_t millis);

// Wake of hal/sleep.h.
BANDSMITH_IMPORT(sleep) int32_t bandsmith_sleep(uint32_t millis, int32_t motion);

// UTF-8 without a line feed.
BANDSMITH_IMPORT(log_line) void bandsmith_log_line(const char* text, size_t length);

// StoreResult of hal/store.h.
BANDSMITH_IMPORT(store_read)
int32_t bandsmith_store_read(const char* key, size_t keyLength, void* bytes, size_t count);
BANDSMITH_IMPORT(store_write)
int32_t bandsmith_store_write(const char* key, size_t keyLength, const void* bytes, size_t count);

// The flash of hal/flash.h: 0 is success.
BANDSMITH_IMPORT(flash_bytes) size_t bandsmith_flash_bytes();
BANDSMITH_IMPORT(flash_read) int32_t bandsmith_flash_read(size_t offset, void* bytes, size_t count);
BANDSMITH_IMPORT(flash_erase_sector) int32_t bandsmith_flash_erase_sector(size_t offset);
BANDSMITH_IMPORT(flash_write) int32_t bandsmith_flash_write(size_t offset, const void* bytes, size_t count);

// What has arrived on the serial port: how many bytes were taken.
BANDSMITH_IMPORT(serial_read) size_t bandsmith_serial_read(char* bytes, size_t capacity);

BANDSMITH_IMPORT(button_is_down) int32_t bandsmith_button_is_down();

// ResetReason of hal/system.h; bytes; millivolts, 0 for none.
BANDSMITH_IMPORT(reset_reason) int32_t bandsmith_reset_reason();
BANDSMITH_IMPORT(free_stack) uint32_t bandsmith_free_stack();
BANDSMITH_IMPORT(battery_millivolts) uint32_t bandsmith_battery_millivolts();
BANDSMITH_IMPORT(feed_watchdog) void bandsmith_feed_watchdog();

// What the host calls: once, then for ever. Defined by src/host/main.cpp of a project.
#ifdef __wasm__
#define BANDSMITH_EXPORT(name) __attribute__((export_name(#name)))
#else
#define BANDSMITH_EXPORT(name)
#endif
BANDSMITH_EXPORT(band_setup) void bandsmith_band_setup();
BANDSMITH_EXPORT(band_loop) void bandsmith_band_loop();
}
