// The band on the host: what the twin calls.
#include "band.h"
#include "host/host_hal.h"

namespace {

bandsmith::HostI2cBus bus;
bandsmith::HostClock hostClock;
bandsmith::HostLog hostLog;
bandsmith::HostStore store;
bandsmith::HostButton button;
bandsmith::HostSleep hostSleep;
bandsmith::HostSystem hostSystem;

}  // namespace

void bandsmith_band_setup() {
  bandSetup({bus, hostClock, hostLog, store, button, hostSleep, hostSystem});
}

void bandsmith_band_loop() {
  bandLoop();
}
