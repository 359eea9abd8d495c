// Declarations as in ESP-IDF 5.5's nvs_flash.h.
#pragma once

#include "esp_err.h"

extern "C" {
esp_err_t nvs_flash_init(void);
esp_err_t nvs_flash_erase(void);
}
