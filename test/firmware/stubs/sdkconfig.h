// What ESP-IDF's configuration says of the console. -DSTUB_MCU_ESP32 stands for the chip without a USB of its
// own.
#pragma once

#define CONFIG_ESP_CONSOLE_UART 1
#define CONFIG_ESP_CONSOLE_UART_NUM 0
#ifndef STUB_MCU_ESP32
#define CONFIG_USJ_ENABLE_USB_SERIAL_JTAG 1
#endif
