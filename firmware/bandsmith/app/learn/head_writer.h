// A head that the band has made, as a file (the host's twin: src/personalize/head-file.ts).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/head_file.h"
#include "bandsmith/nn/wrist.h"

namespace bandsmith {

/** @param labels [head.classes], each of at most kHeadLabelBytes */
struct MadeHead {
  const Head& head;
  const char* const* labels;
  uint32_t sequence;
  WristOrientation wrist;
};

/** Writes headFileBytes(features, classes) bytes, unsigned; returns how many. */
size_t writeHeadFile(const HeadSettings& settings, const MadeHead& made, uint8_t* file);

}  // namespace bandsmith
