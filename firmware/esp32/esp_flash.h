// The partition "model" as the band's own flash.
#pragma once

#include <stddef.h>

#include "bandsmith/hal/flash.h"
#include "esp_err.h"
#include "esp_partition.h"

namespace bandsmith {

class EspFlash final : public Flash {
 public:
  /** Finds the partition; without one there is no flash. */
  [[nodiscard]] esp_err_t begin();

  size_t bytes() const override { return partition_ == nullptr ? 0 : partition_->size; }
  [[nodiscard]] bool read(size_t offset, void* bytes, size_t count) override;
  [[nodiscard]] bool eraseSector(size_t offset) override;
  [[nodiscard]] bool write(size_t offset, const void* bytes, size_t count) override;

 private:
  const esp_partition_t* partition_ = nullptr;
};

}  // namespace bandsmith
