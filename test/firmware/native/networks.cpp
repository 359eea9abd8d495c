// Every network of networks.h on its frames: a file of inputs in, their outputs on stdout. Input and output
// are allocated to size, so that the address sanitizer sees a step beyond them. Exit code 4: one has no
// answer.
#include <stdio.h>
#include <stdlib.h>

#include "networks.h"

int main(int count, char** arguments) {
  if (count != 3) return 2;
  FILE* frames = fopen(arguments[1], "rb");
  if (frames == nullptr) return 2;
  for (const Network& network : kNetworks) {
    for (int frame = atoi(arguments[2]); frame > 0; --frame) {
      int8_t* input = static_cast<int8_t*>(malloc(network.inputBytes));
      int8_t* output = static_cast<int8_t*>(malloc(network.outputBytes));
      if (fread(input, 1, network.inputBytes, frames) != network.inputBytes) return 3;
      if (!network.run(input, output)) return 4;
      fwrite(output, 1, network.outputBytes, stdout);
      free(input);
      free(output);
    }
  }
  return fclose(frames);
}
