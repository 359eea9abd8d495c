// TFLite Micro is no library of ours: says so in words where the compiler would only name a missing file.
// platformio.ini puts this before every source of src/ in the Arduino environment.
#pragma once

#if defined(__cplusplus) && defined(__has_include)
#if !__has_include("tensorflow/lite/micro/micro_interpreter.h")
#error \
    "This Arduino core has no TFLite Micro. Keep the pinned pioarduino platform of platformio.ini: later cores dropped the component. Or build the ESP-IDF environment: pio run."
#endif
#endif
