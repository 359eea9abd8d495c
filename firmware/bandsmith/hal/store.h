// Values that outlive a restart: flash on the band, a map in the twin.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

enum class StoreResult : uint8_t {
  ok,
  /** Nothing of that key and length. */
  missing,
  failed,
};

/** Keys have at most 15 characters (ESP-IDF's nvs). A value is written whole or not at all. */
class Store {
 public:
  /** Reads a value that was written with the same length. `bytes` is untouched unless the result is ok. */
  [[nodiscard]] virtual StoreResult read(const char* key, void* bytes, size_t count) = 0;

  [[nodiscard]] virtual StoreResult write(const char* key, const void* bytes, size_t count) = 0;

 protected:
  ~Store() = default;
};

}  // namespace bandsmith
