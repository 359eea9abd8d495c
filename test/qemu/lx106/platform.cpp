// QEMU's `sim` machine: output by the simulator's calls, and a cycle counter that runs on virtual time.
#include "platform.h"

namespace platform {

void write(const char* text, size_t length) {
  register int number __asm__("a2") = 4;  // SYS_write
  register int file __asm__("a3") = 1;
  register const char* from __asm__("a4") = text;
  register size_t count __asm__("a5") = length;
  __asm__ volatile("simcall" : "+r"(number), "+r"(file) : "r"(from), "r"(count) : "memory");
}

/** CCOUNT: 40 MHz of virtual time, in which with -icount shift=6 an instruction takes 64 ns, or 64 / 25
 * ticks. */
uint32_t ticks() {
  uint32_t counts;
  __asm__ volatile("rsr %0, ccount" : "=r"(counts)::"memory");
  return counts;
}

}  // namespace platform
