// Where a head file's fields stand (docs/update.md of Bandsmith), for whoever reads or writes one.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

inline constexpr uint8_t kHeadMagic[] = {'B', 'S', 'H', 'D'};
inline constexpr uint16_t kHeadVersion = 1;
inline constexpr uint16_t kHeadMadeHere = 1;
inline constexpr uint8_t kOrientations = 4;

// Where fields begin.
inline constexpr size_t kVersionAt = 4;
inline constexpr size_t kFlagsAt = 6;
inline constexpr size_t kBytesAt = 8;
inline constexpr size_t kSequenceAt = 12;
inline constexpr size_t kModelAt = 16;
inline constexpr size_t kFeaturesAt = 48;
inline constexpr size_t kClassesAt = 50;
inline constexpr size_t kInputScaleAt = 52;
inline constexpr size_t kInputZeroPointAt = 56;
inline constexpr size_t kWeightScaleAt = 60;
inline constexpr size_t kOutputScaleAt = 64;
inline constexpr size_t kOutputZeroPointAt = 68;
inline constexpr size_t kOrientationAt = 72;
inline constexpr size_t kOutputsAt = 76;

}  // namespace bandsmith
