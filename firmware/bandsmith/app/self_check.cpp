// Every golden window, every output.
#include "bandsmith/app/self_check.h"

#include <string.h>

namespace bandsmith {

SelfCheck checkEngine(const GoldenWindows& golden, Engine& engine, int8_t* window) {
  SelfCheck result = {0, 0, false};
  for (size_t i = 0; i < golden.count; ++i) {
    // Copied: an engine may read words, and flash tables are aligned for bytes.
    memcpy(window, golden.inputs + i * golden.inputBytes, golden.inputBytes);
    const int8_t* output = engine.invoke(window);
    if (output == nullptr) return {result.windows, result.different, true};
    ++result.windows;
    if (memcmp(output, golden.outputs + i * golden.outputBytes, golden.outputBytes) != 0) ++result.different;
  }
  return result;
}

}  // namespace bandsmith
