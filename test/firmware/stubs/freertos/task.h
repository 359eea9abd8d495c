// Declarations as in ESP-IDF 5's freertos/task.h.
#pragma once

#include "freertos/FreeRTOS.h"

extern "C" void vTaskDelay(const TickType_t xTicksToDelay);
