// Declarations as in ESP-IDF 5's FreeRTOS.h and portmacro.h.
#pragma once

#include <stdint.h>

typedef uint32_t TickType_t;
typedef unsigned int UBaseType_t;
typedef uint8_t StackType_t;

#define configTICK_RATE_HZ 100
#define portTICK_PERIOD_MS ((TickType_t)1000 / configTICK_RATE_HZ)
