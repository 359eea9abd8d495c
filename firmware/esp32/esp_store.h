// Values in the flash's nvs partition.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/hal/store.h"
#include "esp_err.h"
#include "nvs.h"

namespace bandsmith {

class EspStore final : public Store {
 public:
  /** Longer values are refused: a value is read into memory of this size before it is given away. */
  static constexpr size_t kMaxBytes = 1024;

  /**
   * Opens the partition. One that is damaged, full or of another version of ESP-IDF is erased and begun anew;
   * `erasedFor` then says why, and is ESP_OK otherwise.
   */
  [[nodiscard]] esp_err_t begin(esp_err_t* erasedFor);

  [[nodiscard]] StoreResult read(const char* key, void* bytes, size_t count) override;
  [[nodiscard]] StoreResult write(const char* key, const void* bytes, size_t count) override;

 private:
  nvs_handle_t handle_ = 0;
  bool open_ = false;
  /** A damaged value is found out while it is read: it must not be half in the caller's memory by then. */
  uint8_t scratch_[kMaxBytes] = {};
};

}  // namespace bandsmith
