// The network as C++ of its own (compiled/network.h, generated) behind the engine's interface.
#pragma once

#include <stdint.h>

#include "bandsmith/app/engine.h"
#include "compiled/network.h"

namespace bandsmith {

class CompiledEngine final : public Engine {
 public:
  /** Nothing to set up: tables are constants, and the arena's size is known. */
  [[nodiscard]] bool begin() override { return true; }
  [[nodiscard]] const int8_t* invoke(const int8_t* window) override;
  const int8_t* features() const override { return compiled::networkFeatures(); }
  const char* error() const override { return "the network has no answer to this window"; }

 private:
  alignas(4) int8_t output_[compiled::kOutputBytes] = {};
};

}  // namespace bandsmith
