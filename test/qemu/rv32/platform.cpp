// QEMU's `virt` machine: a 16550 at 0x10000000, and the counter of retired instructions.
#include "platform.h"

namespace platform {

void write(const char* text, size_t length) {
  volatile uint8_t* const transmit = reinterpret_cast<volatile uint8_t*>(0x10000000);
  volatile uint8_t* const lineStatus = transmit + 5;
  constexpr uint8_t kTransmitterEmpty = 0x20;
  constexpr uint8_t kTransmitterIdle = 0x40;
  for (size_t i = 0; i < length; ++i) {
    while ((*lineStatus & kTransmitterEmpty) == 0) {
    }
    *transmit = static_cast<uint8_t>(text[i]);
  }
  // Where the reader of the pipe is slow, two characters still wait; an exit would lose them.
  while ((*lineStatus & kTransmitterIdle) == 0) {
  }
}

/** Retired instructions: exact under -icount alone. In -march, zicsr would choose the 64-bit libgcc. */
uint32_t ticks() {
  uint32_t count;
  __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop" : "=r"(count));
  return count;
}

}  // namespace platform
