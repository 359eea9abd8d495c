// Declarations as in ESP-IDF 5.5's driver/usb_serial_jtag.h.
#pragma once

extern "C" bool usb_serial_jtag_is_connected(void);
