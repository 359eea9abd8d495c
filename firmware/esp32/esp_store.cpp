// Blobs of ESP-IDF's nvs (programming guide, Non-Volatile Storage Library).
#include "esp32/esp_store.h"

#include <string.h>

#include "nvs_flash.h"

namespace bandsmith {

namespace {

constexpr char kNamespace[] = "bandsmith";

/** Errors of nvs itself stand in a range of their own: what is in the partition is wrong, not the flash. */
bool isOfContent(esp_err_t error) {
  constexpr esp_err_t kRange = 0x100;
  return error >= ESP_ERR_NVS_BASE && error < ESP_ERR_NVS_BASE + kRange;
}

}  // namespace

esp_err_t EspStore::begin(esp_err_t* erasedFor) {
  *erasedFor = ESP_OK;
  if (open_) return ESP_OK;
  esp_err_t result = nvs_flash_init();
  if (isOfContent(result)) {
    *erasedFor = result;
    const esp_err_t erased = nvs_flash_erase();
    if (erased != ESP_OK) return erased;
    result = nvs_flash_init();
  }
  if (result != ESP_OK) return result;
  result = nvs_open(kNamespace, NVS_READWRITE, &handle_);
  open_ = result == ESP_OK;
  return result;
}

StoreResult EspStore::read(const char* key, void* bytes, size_t count) {
  if (!open_ || count > kMaxBytes) return StoreResult::failed;
  size_t length = 0;
  const esp_err_t found = nvs_get_blob(handle_, key, nullptr, &length);
  if (found == ESP_ERR_NVS_NOT_FOUND) return StoreResult::missing;
  if (found != ESP_OK) return StoreResult::failed;
  // Written by another version of the firmware.
  if (length != count) return StoreResult::missing;
  if (nvs_get_blob(handle_, key, scratch_, &length) != ESP_OK) return StoreResult::failed;
  memcpy(bytes, scratch_, count);
  return StoreResult::ok;
}

StoreResult EspStore::write(const char* key, const void* bytes, size_t count) {
  if (!open_ || count > kMaxBytes) return StoreResult::failed;
  // nvs writes the new value before it forgets the old one: a loss of power leaves one of the two.
  if (nvs_set_blob(handle_, key, bytes, count) != ESP_OK) return StoreResult::failed;
  return nvs_commit(handle_) == ESP_OK ? StoreResult::ok : StoreResult::failed;
}

}  // namespace bandsmith
