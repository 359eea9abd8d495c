// Which way the band is worn, relative to the recordings that the network learnt from (the host's twin:
// src/signal/wrist.ts, which says why these signs).
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

/** Bit 0: on the other wrist; bit 1: turned by half a turn, so that twelve o'clock is where six was. */
enum class WristOrientation : uint8_t { same = 0, mirrored = 1, turned = 2, mirroredTurned = 3 };

constexpr size_t kWristOrientations = 4;

/** Worn in one way compared with another: each way is its own inverse, and their bits change signs alone. */
constexpr WristOrientation composed(WristOrientation one, WristOrientation other) {
  return static_cast<WristOrientation>(static_cast<uint8_t>(one) ^ static_cast<uint8_t>(other));
}

/** Signs of ax, ay, az, gx, gy, gz by orientation. */
constexpr int8_t kWristSigns[kWristOrientations][6] = {
    {1, 1, 1, 1, 1, 1},
    {-1, 1, 1, 1, -1, -1},
    {-1, -1, 1, -1, -1, 1},
    {1, -1, 1, -1, 1, -1},
};

}  // namespace bandsmith
