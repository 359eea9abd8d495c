// ESP-IDF's partition API (programming guide, Partitions API), which checks every range itself.
#include "esp32/esp_flash.h"

namespace bandsmith {

namespace {

// As in partitions.csv.
constexpr esp_partition_subtype_t kSubtype = static_cast<esp_partition_subtype_t>(0x40);
constexpr char kLabel[] = "model";

}  // namespace

esp_err_t EspFlash::begin() {
  partition_ = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, kSubtype, kLabel);
  return partition_ == nullptr ? ESP_ERR_NOT_FOUND : ESP_OK;
}

bool EspFlash::read(size_t offset, void* bytes, size_t count) {
  return partition_ != nullptr && esp_partition_read(partition_, offset, bytes, count) == ESP_OK;
}

bool EspFlash::eraseSector(size_t offset) {
  return partition_ != nullptr && esp_partition_erase_range(partition_, offset, kSectorBytes) == ESP_OK;
}

bool EspFlash::write(size_t offset, const void* bytes, size_t count) {
  return partition_ != nullptr && esp_partition_write(partition_, offset, bytes, count) == ESP_OK;
}

}  // namespace bandsmith
