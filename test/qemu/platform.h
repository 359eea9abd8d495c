// What a test image asks of the emulated machine; each machine is one .cpp with its start-up and linker
// script.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace platform {

void write(const char* text, size_t length);

/** A counter that runs with the executed instructions; how many of its ticks one is, scripts/qemu.ts knows.
 */
uint32_t ticks();

}  // namespace platform
