// One network on its frames: outputs, the instructions of each frame, and of each layer in the last one.
#include "frames.h"
#include "network.h"
#include "platform.h"
#include "print.h"

namespace {

uint32_t marks[kMarks];
uint32_t* nextMark;
alignas(4) int8_t output[net::kOutputBytes];

}  // namespace

/** Called twice before the first layer and after each, where the network was made with marks. */
void mark() {
  *nextMark++ = platform::ticks();
}

int main() {
  for (int32_t frame = 0; frame < kFrames; ++frame) {
    nextMark = marks;
    const uint32_t before = platform::ticks();
    net::runNetwork(kInputs + frame * static_cast<int32_t>(net::kInputBytes), output);
    const uint32_t after = platform::ticks();
    printHex("output ", output, sizeof output);
    printNumber("inference ", after - before);
  }
  for (const uint32_t* mark = marks; mark + 1 < nextMark; ++mark) printNumber("layer ", mark[1] - mark[0]);
  return 0;
}
