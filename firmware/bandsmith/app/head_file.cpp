// Every field, in the order in which it costs least to refuse a file.
#include "bandsmith/app/head_file.h"

#include <string.h>

#include "bandsmith/app/crc32.h"
#include "bandsmith/app/head_layout.h"

namespace bandsmith {

namespace {

uint16_t load16(const uint8_t* at) {
  return static_cast<uint16_t>(at[0] | at[1] << 8);
}

uint32_t load32(const uint8_t* at) {
  return load16(at) | static_cast<uint32_t>(load16(at + 2)) << 16;
}

float loadFloat(const uint8_t* at) {
  const uint32_t bits = load32(at);
  float value = 0;
  memcpy(&value, &bits, sizeof value);
  return value;
}

uint32_t bitsOf(float value) {
  uint32_t bits = 0;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

uint32_t crcOf(const uint8_t* bytes, size_t count) {
  uint32_t crc = kCrcStart;
  for (size_t i = 0; i < count; ++i) crc = crcStep(crc, bytes[i]);
  return ~crc;
}

/** Bytes that follow the first of a character (RFC 3629, section 3); -1 where it begins none. */
int followers(uint8_t first) {
  if (first < 0x80) return 0;
  if (first >= 0xC2 && first < 0xE0) return 1;
  if (first >= 0xE0 && first < 0xF0) return 2;
  return first >= 0xF0 && first < 0xF5 ? 3 : -1;
}

/** UTF-8 without control characters, then zeros. */
bool isLabel(const uint8_t* label) {
  size_t length = 0;
  while (length < kHeadLabelBytes && label[length] != 0) ++length;
  for (size_t i = length; i < kHeadLabelBytes; ++i) {
    if (label[i] != 0) return false;
  }
  for (size_t i = 0; i < length;) {
    const int more = followers(label[i]);
    if (more < 0 || label[i] < 0x20 || label[i] == 0x7F) return false;
    ++i;
    for (int k = 0; k < more; ++k, ++i) {
      if (i >= length || (label[i] & 0xC0) != 0x80) return false;
    }
  }
  return length > 0;
}

/** Each a label, and no two the same. */
bool areLabels(const uint8_t* labels, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* label = labels + i * kHeadLabelBytes;
    if (!isLabel(label)) return false;
    for (size_t k = 0; k < i; ++k) {
      if (memcmp(label, labels + k * kHeadLabelBytes, kHeadLabelBytes) == 0) return false;
    }
  }
  return true;
}

}  // namespace

const char* describe(HeadProblem problem) {
  switch (problem) {
    case HeadProblem::none:
      return "ok";
    case HeadProblem::noHeads:
      return "this network takes no head";
    case HeadProblem::notAHead:
      return "not a head";
    case HeadProblem::version:
      return "another version";
    case HeadProblem::size:
      return "wrong size";
    case HeadProblem::checksum:
      return "checksum";
    case HeadProblem::model:
      return "of another model";
    case HeadProblem::shape:
      return "features or classes";
    case HeadProblem::fields:
      return "unknown fields";
    case HeadProblem::scales:
      return "scales";
    case HeadProblem::labels:
      return "labels";
    case HeadProblem::noKey:
      return "this firmware has no key";
    case HeadProblem::unsignedHead:
      return "not signed";
    case HeadProblem::signature:
      return "signature";
    case HeadProblem::outputs:
      return "golden outputs";
    case HeadProblem::old:
      return "not newer";
    case HeadProblem::flash:
      return "flash";
    case HeadProblem::sequenceUnknown:
      return "the last sequence cannot be read";
  }
  return "unknown";
}

uint32_t headSequence(const uint8_t* header) {
  return load32(header + kSequenceAt);
}

uint32_t headBytes(const uint8_t* header) {
  return load32(header + kBytesAt);
}

uint32_t goldenOutputsCrc(const HeadSettings& settings, const HeadView& view) {
  uint32_t crc = kCrcStart;
  for (size_t i = 0; i < settings.goldenCount; ++i) {
    int8_t output[kMostHeadClasses];
    runHead(view, settings.goldenFeatures + i * settings.features, output);
    for (int32_t c = 0; c < view.classes; ++c) crc = crcStep(crc, static_cast<uint8_t>(output[c]));
  }
  return ~crc;
}

HeadProblem checkHeadFile(const HeadSettings& settings, const uint8_t* file, size_t count, HeadOrigin origin,
                          HeadFields& fields) {
  if (settings.features == 0) return HeadProblem::noHeads;
  if (count < kHeadHeaderBytes || memcmp(file, kHeadMagic, sizeof kHeadMagic) != 0)
    return HeadProblem::notAHead;
  if (load16(file + kVersionAt) != kHeadVersion) return HeadProblem::version;
  const size_t features = load16(file + kFeaturesAt);
  const size_t classes = load16(file + kClassesAt);
  if (features != settings.features || classes < kFewestHeadClasses || classes > kMostHeadClasses) {
    return HeadProblem::shape;
  }
  if (headBytes(file) != count || count != headFileBytes(features, classes)) return HeadProblem::size;
  const size_t signedBytes = count - kSignatureBytes;
  const uint32_t crc = load32(file + signedBytes - 4);
  if (crcOf(file, signedBytes - 4) != crc) return HeadProblem::checksum;
  if (memcmp(file + kModelAt, settings.modelHash, kModelHashBytes) != 0) return HeadProblem::model;
  const uint16_t flags = load16(file + kFlagsAt);
  const uint8_t* orientation = file + kOrientationAt;
  const bool isKnown = (flags & ~kHeadMadeHere) == 0 && orientation[0] < kOrientations;
  if (!isKnown || (orientation[1] | orientation[2] | orientation[3]) != 0) return HeadProblem::fields;

  const bool madeHere = (flags & kHeadMadeHere) != 0;
  const uint8_t* signature = file + signedBytes;
  if (madeHere && origin == HeadOrigin::sent) return HeadProblem::unsignedHead;
  if (!madeHere) {
    if (settings.publicKey == nullptr) return HeadProblem::noKey;
    if (!isSigned(file, signedBytes, signature, settings.publicKey)) return HeadProblem::signature;
  }

  const uint8_t* labels = file + kHeadHeaderBytes;
  if (!areLabels(labels, classes)) return HeadProblem::labels;
  const uint8_t* weights = labels + classes * kHeadLabelBytes;
  const uint8_t* biases = weights + (features * classes + 3) / 4 * 4;
  for (const uint8_t* filler = weights + features * classes; filler < biases; ++filler) {
    if (*filler != 0) return HeadProblem::fields;
  }
  const Head head = {
      static_cast<int32_t>(features),
      static_cast<int32_t>(classes),
      loadFloat(file + kInputScaleAt),
      static_cast<int32_t>(load32(file + kInputZeroPointAt)),
      loadFloat(file + kWeightScaleAt),
      loadFloat(file + kOutputScaleAt),
      static_cast<int32_t>(load32(file + kOutputZeroPointAt)),
      reinterpret_cast<const int8_t*>(weights),
      // Chips and hosts are little endian, as the file is, and the file begins at a whole word.
      static_cast<const int32_t*>(static_cast<const void*>(biases)),
  };
  // To the bit: the features are the network's, and it was made for them.
  if (bitsOf(head.inputScale) != bitsOf(settings.inputScale) ||
      head.inputZeroPoint != settings.inputZeroPoint) {
    return HeadProblem::scales;
  }
  if (!isComputable(head)) return HeadProblem::scales;
  const HeadView view = viewOf(head);
  if (goldenOutputsCrc(settings, view) != load32(file + kOutputsAt)) return HeadProblem::outputs;
  fields = {headSequence(file), madeHere, orientation[0], crc, labels, classes, view};
  return HeadProblem::none;
}

}  // namespace bandsmith
