// What turns an inference into one int8 a class: the network's own last layer, or the wearer's.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bandsmith/app/crc32.h"
#include "bandsmith/app/engine.h"
#include "bandsmith/app/head_file.h"
#include "bandsmith/nn/wrist.h"

namespace bandsmith {

/** The network's own classes. */
struct GeneralHead {
  const char* const* labels;
  size_t labelCount;
  /** Names the network. */
  uint32_t modelId;
};

class ActiveHead {
 public:
  explicit ActiveHead(const GeneralHead& general) : general_(general) {}

  /** `fields` point into memory that stays as it is until the next call of this class. */
  void use(const HeadFields& fields) {
    personal_ = true;
    fields_ = fields;
    for (size_t i = 0; i < fields.classes; ++i) {
      memcpy(text_[i], fields.labels + i * kHeadLabelBytes, kHeadLabelBytes);
      labels_[i] = text_[i];
    }
  }
  void useGeneral() { personal_ = false; }

  /** After the engine's invoke(), whose answer `general` is; nullptr where there is none. */
  const int8_t* outputs(const Engine& engine, const int8_t* general) {
    if (!personal_ || general == nullptr) return general;
    const int8_t* features = engine.features();
    if (features == nullptr) return nullptr;
    runHead(fields_.view, features, output_);
    return output_;
  }

  bool isPersonal() const { return personal_; }
  const char* const* labels() const { return personal_ ? labels_ : general_.labels; }
  size_t labelCount() const { return personal_ ? fields_.classes : general_.labelCount; }
  /** 0 and 0 for the general head. */
  uint32_t sequence() const { return personal_ ? fields_.sequence : 0; }
  uint32_t crc() const { return personal_ ? fields_.crc : 0; }
  /** As its wearer has the band, compared with how it was built. */
  WristOrientation wrist() const {
    return personal_ ? static_cast<WristOrientation>(fields_.orientation) : WristOrientation::same;
  }

  /** Names the labels: totals of other ones are not these. A head of the network's own labels goes on with
   * its totals. */
  uint32_t labelsId() const {
    if (hasGeneralLabels()) return general_.modelId;
    const size_t bytes = fields_.classes * kHeadLabelBytes;
    uint32_t crc = kCrcStart ^ general_.modelId;
    for (size_t i = 0; i < bytes; ++i) {
      crc = crcStep(crc, static_cast<uint8_t>(text_[i / kHeadLabelBytes][i % kHeadLabelBytes]));
    }
    return ~crc;
  }

 private:
  bool hasGeneralLabels() const {
    if (!personal_) return true;
    if (fields_.classes != general_.labelCount) return false;
    for (size_t i = 0; i < general_.labelCount; ++i) {
      if (strcmp(labels_[i], general_.labels[i]) != 0) return false;
    }
    return true;
  }

  GeneralHead general_;
  bool personal_ = false;
  HeadFields fields_ = {};
  char text_[kMostHeadClasses][kHeadLabelBytes + 1] = {};
  const char* labels_[kMostHeadClasses] = {};
  int8_t output_[kMostHeadClasses] = {};
};

}  // namespace bandsmith
