// Declarations as in ESP-IDF 5's freertos/task.h.
#pragma once

#include "freertos/FreeRTOS.h"

typedef struct tskTaskControlBlock* TaskHandle_t;

extern "C" {
void vTaskDelay(const TickType_t xTicksToDelay);
UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t xTask);
}
