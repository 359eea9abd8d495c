// Declarations as in ESP-IDF 5.5's driver/uart.h and hal/uart_types.h.
#pragma once

#include "esp_err.h"
#include "freertos/FreeRTOS.h"

typedef struct QueueDefinition* QueueHandle_t;

typedef enum { UART_NUM_0, UART_NUM_1, UART_NUM_MAX } uart_port_t;

extern "C" {
esp_err_t uart_wait_tx_idle_polling(uart_port_t uart_num);
esp_err_t uart_driver_install(uart_port_t uart_num, int rx_buffer_size, int tx_buffer_size, int queue_size,
                              QueueHandle_t* uart_queue, int intr_alloc_flags);
int uart_read_bytes(uart_port_t uart_num, void* buf, uint32_t length, TickType_t ticks_to_wait);
esp_err_t uart_set_wakeup_threshold(uart_port_t uart_num, int wakeup_threshold);
}
