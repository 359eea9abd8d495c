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
bandsmith::HostFlash hostFlash;
bandsmith::HostSerialInput hostInput;

}  // namespace

void bandsmith_band_setup() {
  bandSetup({bus, hostClock, hostLog, store, button, hostSleep, hostSystem, hostFlash, hostInput});
}

void bandsmith_band_loop() {
  bandLoop();
}
