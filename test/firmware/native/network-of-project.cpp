// The engine of a generated project's host build: windows of int8 as text in, outputs out.
#include <stdio.h>

#include "compiled/network.h"
#include "engine.h"

int main() {
  bandsmith::Engine& engine = networkEngine();
  if (!engine.begin()) return 1;
  int8_t window[compiled::kInputBytes];
  size_t filled = 0;
  for (int value = 0; scanf("%d", &value) == 1;) {
    window[filled] = static_cast<int8_t>(value);
    if (++filled < sizeof window) continue;
    filled = 0;
    const int8_t* output = engine.invoke(window);
    if (output == nullptr) return 1;
    for (size_t i = 0; i < compiled::kOutputBytes; ++i) printf(i == 0 ? "%d" : " %d", output[i]);
    printf("\n");
  }
  return filled == 0 ? 0 : 1;
}
