// Declarations as in Arduino core 3's Arduino.h and HardwareSerial.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

class HardwareSerial {
 public:
  void begin(unsigned long baud);
  size_t println(const char* text);
  void flush();
  int available(void);
  int read(void);
};

extern HardwareSerial Serial;

size_t getArduinoLoopTaskStackSize(void);
#define SET_LOOP_TASK_STACK_SIZE(sz)     \
  size_t getArduinoLoopTaskStackSize() { \
    return sz;                           \
  }

void setup(void);
void loop(void);
