// One inference of the compiled network.
#include "compiled/compiled_engine.h"

namespace bandsmith {

const int8_t* CompiledEngine::invoke(const int8_t* window) {
  return compiled::runNetwork(window, output_) ? output_ : nullptr;
}

}  // namespace bandsmith
