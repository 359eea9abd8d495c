// Every network on every frame; each output is printed.
#include "frames.h"
#include "networks.h"
#include "platform.h"
#include "print.h"

int main() {
  static int8_t output[kLargestOutput];
  const int8_t* input = kInputs;
  for (const Network& network : kNetworks) {
    for (int32_t frame = 0; frame < kFrames; ++frame, input += network.inputBytes) {
      if (!network.run(input, output)) return 1;
      printHex("", output, network.outputBytes);
    }
  }
  return 0;
}
