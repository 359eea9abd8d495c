// Golden windows through the engine: the chip's answers against those of the host that made the network.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/engine.h"

namespace bandsmith {

struct GoldenWindows {
  /** count × inputBytes and count × outputBytes. */
  const int8_t* inputs;
  const int8_t* outputs;
  size_t count;
  size_t inputBytes;
  size_t outputBytes;
};

struct SelfCheck {
  size_t windows;
  /** Windows with at least one output that differs. */
  size_t different;
  /** The engine gave no answer: its error() says why. */
  bool failed;
};

/** `window`: room for one input. */
SelfCheck checkEngine(const GoldenWindows& golden, Engine& engine, int8_t* window);

}  // namespace bandsmith
