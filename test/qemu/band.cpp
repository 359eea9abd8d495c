// Raw counts through front end, ring, network and decision, as on the band; every window and output is
// printed.
#include "band_config.h"
#include "bandsmith/app/decision.h"
#include "bandsmith/app/window_ring.h"
#include "compiled/network.h"
#include "counts.h"
#include "platform.h"
#include "print.h"

namespace {

bandsmith::BiquadState filterStates[config::kFilterStates];
int8_t storage[compiled::kInputBytes];
alignas(4) int8_t output[compiled::kOutputBytes];

}  // namespace

int main() {
  // Here, since the start-up code runs no constructors.
  bandsmith::FrontEnd frontEnd(config::kFrontEnd, filterStates);
  bandsmith::WindowRing ring(storage, config::kWindowSamples, config::kStrideSamples);
  uint32_t frontEndTicks = 0;
  for (size_t i = 0; i < kSamples; ++i) {
    int8_t sample[bandsmith::kChannelCount];
    const uint32_t before = platform::ticks();
    frontEnd.push(kCounts + i * bandsmith::kChannelCount, sample);
    frontEndTicks += platform::ticks() - before;
    if (!ring.push(sample)) continue;
    const int8_t* window = ring.inOrder();
    const uint32_t start = platform::ticks();
    compiled::runNetwork(window, output);
    const uint32_t end = platform::ticks();
    const bandsmith::Decision decision = bandsmith::decide(output, config::kLabelCount);
    printHex("window ", window, ring.windowBytes());
    printHex("output ", output, sizeof output);
    printNumber("label ", static_cast<uint32_t>(decision.label));
    printNumber("confidence ", decision.confidencePercent);
    printNumber("inference ", end - start);
  }
  printNumber("front-end ", frontEndTicks);
  return 0;
}
