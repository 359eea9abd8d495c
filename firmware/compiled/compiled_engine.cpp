// One inference of the compiled network.
#include "compiled/compiled_engine.h"

namespace bandsmith {

const int8_t* CompiledEngine::invoke(const int8_t* window) {
  compiled::runNetwork(window, output_);
  return output_;
}

}  // namespace bandsmith
