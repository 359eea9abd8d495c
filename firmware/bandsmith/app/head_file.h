// A head as a file (src/personalize/head-file.ts of Bandsmith): its fields, and whether it may be used on
// this band.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/crypto/ed25519.h"
#include "bandsmith/nn/head.h"

namespace bandsmith {

constexpr size_t kHeadLabelBytes = 24;
constexpr size_t kModelHashBytes = 32;

/** Before the labels. */
constexpr size_t kHeadHeaderBytes = 80;

/** All of a file with so many features and classes, signature included. */
constexpr size_t headFileBytes(size_t features, size_t classes) {
  const size_t weights = (features * classes + 3) / 4 * 4;
  return kHeadHeaderBytes + classes * (kHeadLabelBytes + 4) + weights + 4 + kSignatureBytes;
}

/** Memory for any file that fits a network of so many features; there must be one even where none fits. */
constexpr size_t mostHeadFileBytes(size_t features) {
  return headFileBytes(features == 0 ? 1 : features, kMostHeadClasses);
}

/** What a head must fit; generated into include/head_config.h. */
struct HeadSettings {
  /** SHA-256 of the general network's .tflite file. */
  const uint8_t* modelHash;
  /** 0 where the network's last layer cannot be exchanged. */
  size_t features;
  float inputScale;
  int32_t inputZeroPoint;
  /** goldenCount × features. */
  const int8_t* goldenFeatures;
  size_t goldenCount;
  /** Of whoever may send heads to the band; nullptr where nobody may. */
  const uint8_t* publicKey;
};

/** Where a head comes from. */
enum class HeadOrigin : uint8_t {
  /** Of the serial port: it must be signed. */
  sent,
  /** Of the band's own flash or made by it: unsigned if it says that the band made it. */
  own,
};

enum class HeadProblem : uint8_t {
  none,
  noHeads,
  notAHead,
  version,
  size,
  checksum,
  model,
  shape,
  fields,
  scales,
  labels,
  noKey,
  unsignedHead,
  signature,
  outputs,
  old,
  flash,
  sequenceUnknown,
};

/** For serial. */
const char* describe(HeadProblem problem);

/** Fields of a file that has passed. */
struct HeadFields {
  uint32_t sequence;
  bool madeHere;
  uint8_t orientation;
  /** Of the file without its signature: names it. */
  uint32_t crc;
  const uint8_t* labels;
  size_t classes;
  HeadView view;
};

/** The number that orders heads, of a file that has not been checked. */
uint32_t headSequence(const uint8_t* header);
/** How long the file says that it is. */
uint32_t headBytes(const uint8_t* header);

/** What a head gives for the golden features: another compiler, or another arithmetic, is seen here. */
uint32_t goldenOutputsCrc(const HeadSettings& settings, const HeadView& view);

/**
 * Everything but the sequence. `file` begins at a whole word, since kernels read biases out of it.
 * `fields` is only set where the answer is none, and points into the file.
 */
[[nodiscard]] HeadProblem checkHeadFile(const HeadSettings& settings, const uint8_t* file, size_t count,
                                        HeadOrigin origin, HeadFields& fields);

}  // namespace bandsmith
