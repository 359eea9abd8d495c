// A band that does what no band may do, by the button of the day: the store's value "fault" chooses.
#include "host/host_hal.h"

namespace {
bandsmith::HostStore store;
bandsmith::HostClock hostClock;
bandsmith::HostSystem hostSystem;
uint8_t fault = 0;
uint32_t loops = 0;
}  // namespace

extern "C" void bandsmith_band_setup() {
  if (store.read("fault", &fault, 1) != bandsmith::StoreResult::ok) fault = 0;
}

extern "C" void bandsmith_band_loop() {
  ++loops;
  switch (fault) {
    case 1:  // Allocates.
      if (loops == 3) (void)__builtin_wasm_memory_grow(0, 1);
      break;
    case 2:  // Hands over an address that is not in its memory.
      if (loops == 3) bandsmith_log_line(reinterpret_cast<const char*>(0x7f000000), 10);
      break;
    case 3:  // Traps.
      if (loops == 3) __builtin_trap();
      break;
    case 4:  // Feeds the watchdog once, and never again.
      if (loops == 1) hostSystem.feedWatchdog();
      break;
    case 5:  // Sleeps longer than the watchdog waits, which is allowed.
      hostSystem.feedWatchdog();
      (void)bandsmith_sleep(60'000, 0);
      break;
    case 6:  // Uses much stack.
      if (loops == 3) {
        volatile uint8_t deep[9000];
        for (size_t i = 0; i < sizeof deep; ++i) deep[i] = 1;
      }
      break;
    case 7:  // Takes no time.
      return;
    default:
      break;
  }
  hostClock.sleepMillis(100);
}
