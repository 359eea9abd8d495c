// ESP-IDF's system, task watchdog and stack calls.
#include "esp32/esp_system_info.h"

#include "esp_system.h"
#include "esp_task_wdt.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

namespace bandsmith {

esp_err_t EspSystemInfo::beginWatchdog() {
  esp_task_wdt_config_t config = {};
  config.timeout_ms = watchdogMillis_;
  // The loop alone: whatever keeps a processor busy keeps the loop from feeding.
  config.idle_core_mask = 0;
  config.trigger_panic = true;
  esp_err_t result = esp_task_wdt_reconfigure(&config);
  // Where nobody has started it yet; sdkconfig and Arduino's core usually have.
  if (result == ESP_ERR_INVALID_STATE) result = esp_task_wdt_init(&config);
  if (result != ESP_OK) return result;
  result = esp_task_wdt_add(nullptr);
  // What it answers for a task that is in already, as Arduino's loop task may be.
  if (result == ESP_ERR_INVALID_ARG) result = esp_task_wdt_status(nullptr);
  watched_ = result == ESP_OK;
  return result;
}

void EspSystemInfo::feedWatchdog() {
  // A task that is no longer in would otherwise fill the log with one error a turn.
  if (watched_) watched_ = esp_task_wdt_reset() == ESP_OK;
}

ResetReason EspSystemInfo::resetReason() {
  switch (esp_reset_reason()) {
    case ESP_RST_POWERON:
      return ResetReason::powerOn;
    case ESP_RST_SW:
      return ResetReason::software;
    case ESP_RST_PANIC:
      return ResetReason::panic;
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT:
      return ResetReason::watchdog;
    case ESP_RST_BROWNOUT:
      return ResetReason::brownOut;
    default:
      return ResetReason::other;
  }
}

uint32_t EspSystemInfo::freeStackBytes() {
  // ESP-IDF counts stacks in bytes, unlike FreeRTOS elsewhere (FreeRTOS (IDF), "Task creation").
  return static_cast<uint32_t>(uxTaskGetStackHighWaterMark(nullptr) * sizeof(StackType_t));
}

}  // namespace bandsmith
