// Retries around register transfers.
#include "bandsmith/drivers/register_device.h"

namespace bandsmith {

template <typename Transfer>
BusResult RegisterDevice::retry(Transfer transfer) {
  BusResult result = transfer();
  for (int attempt = 1; attempt < kAttempts && result != BusResult::ok; ++attempt) {
    clock_.sleepMillis(kPauseMillis);
    // Where even freeing the bus fails, that failure is the one to tell.
    const BusResult freed = bus_.recover();
    result = freed == BusResult::ok ? transfer() : freed;
  }
  return result;
}

BusResult RegisterDevice::counted(BusResult result) {
  if (result != BusResult::ok) ++failedTransfers_;
  return result;
}

BusResult RegisterDevice::transfer(uint8_t first, uint8_t* out, size_t count) {
  return counted(bus_.writeRead(address_, &first, 1, out, count));
}

BusResult RegisterDevice::read(uint8_t first, uint8_t* out, size_t count) {
  return retry([&] { return transfer(first, out, count); });
}

BusResult RegisterDevice::readOnce(uint8_t first, uint8_t* out, size_t count) {
  BusResult result = BusResult::noAcknowledge;
  for (int attempt = 0; attempt < kAttempts && result == BusResult::noAcknowledge; ++attempt) {
    result = transfer(first, out, count);
  }
  return result;
}

BusResult RegisterDevice::write(uint8_t reg, uint8_t value) {
  const uint8_t bytes[] = {reg, value};
  return retry([&] { return counted(bus_.write(address_, bytes, sizeof bytes)); });
}

}  // namespace bandsmith
