// One network on its windows again and again: FRAMES SECONDS; writes the outputs of all windows to stdout, and
// windows a second to stderr.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "network.h"

int main(int count, char** arguments) {
  if (count != 3) return 2;
  FILE* file = fopen(arguments[1], "rb");
  if (file == nullptr) return 2;
  std::vector<int8_t> inputs;
  int8_t window[net::kInputBytes];
  while (fread(window, 1, sizeof window, file) == sizeof window) {
    inputs.insert(inputs.end(), window, window + sizeof window);
  }
  fclose(file);
  const size_t windows = inputs.size() / net::kInputBytes;
  std::vector<int8_t> outputs(windows * net::kOutputBytes);
  const auto runAll = [&] {
    for (size_t i = 0; i < windows; ++i) {
      net::runNetwork(&inputs[i * net::kInputBytes], &outputs[i * net::kOutputBytes]);
    }
  };
  runAll();
  fwrite(outputs.data(), 1, outputs.size(), stdout);
  const auto start = std::chrono::steady_clock::now();
  double seconds = 0;
  double done = 0;
  while (seconds < atof(arguments[2])) {
    runAll();
    done += static_cast<double>(windows);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  fprintf(stderr, "%f\n", done / seconds);
  return 0;
}
