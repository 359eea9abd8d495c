// Declarations as in ESP-IDF 5.5's driver/uart.h and hal/uart_types.h.
#pragma once

#include "esp_err.h"

typedef enum { UART_NUM_0, UART_NUM_1, UART_NUM_MAX } uart_port_t;

extern "C" esp_err_t uart_wait_tx_idle_polling(uart_port_t uart_num);
