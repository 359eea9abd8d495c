// Field after field.
#include "bandsmith/app/learn/head_writer.h"

#include <string.h>

#include "bandsmith/app/crc32.h"
#include "bandsmith/app/head_layout.h"

namespace bandsmith {

namespace {

/** Chips and hosts are little endian, as the file is. */
template <typename Value>
void store(uint8_t* at, Value value) {
  memcpy(at, &value, sizeof value);
}

}  // namespace

size_t writeHeadFile(const HeadSettings& settings, const MadeHead& made, uint8_t* file) {
  const Head& head = made.head;
  const size_t features = static_cast<size_t>(head.features);
  const size_t classes = static_cast<size_t>(head.classes);
  const size_t bytes = headFileBytes(features, classes);
  memset(file, 0, bytes);
  memcpy(file, kHeadMagic, sizeof kHeadMagic);
  store(file + kVersionAt, kHeadVersion);
  store(file + kFlagsAt, kHeadMadeHere);
  store(file + kBytesAt, static_cast<uint32_t>(bytes));
  store(file + kSequenceAt, made.sequence);
  memcpy(file + kModelAt, settings.modelHash, kModelHashBytes);
  store(file + kFeaturesAt, static_cast<uint16_t>(features));
  store(file + kClassesAt, static_cast<uint16_t>(classes));
  store(file + kInputScaleAt, head.inputScale);
  store(file + kInputZeroPointAt, head.inputZeroPoint);
  store(file + kWeightScaleAt, head.weightScale);
  store(file + kOutputScaleAt, head.outputScale);
  store(file + kOutputZeroPointAt, head.outputZeroPoint);
  file[kOrientationAt] = static_cast<uint8_t>(made.wrist);
  store(file + kOutputsAt, goldenOutputsCrc(settings, viewOf(head)));
  uint8_t* at = file + kHeadHeaderBytes;
  for (size_t i = 0; i < classes; ++i, at += kHeadLabelBytes) {
    const size_t length = strlen(made.labels[i]);
    memcpy(at, made.labels[i], length < kHeadLabelBytes ? length : kHeadLabelBytes);
  }
  memcpy(at, head.weights, features * classes);
  at += (features * classes + 3) / 4 * 4;
  memcpy(at, head.biases, classes * sizeof(int32_t));
  at += classes * sizeof(int32_t);
  uint32_t crc = kCrcStart;
  for (const uint8_t* byte = file; byte < at; ++byte) crc = crcStep(crc, *byte);
  store(at, ~crc);
  return bytes;
}

}  // namespace bandsmith
