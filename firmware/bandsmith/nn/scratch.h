// Memory that a kernel has to itself while it runs, taken from the network's one block of bytes.
#pragma once

#include <stddef.h>

namespace bandsmith {

/** Values that begin to live in bytes of another type, which ends what was there: no cast, no aliasing. */
template <typename T, size_t kLength>
struct Scratch {
  T values[kLength];

  static void* operator new(size_t /*size*/, void* bytes) { return bytes; }
};

/** `kLength` values, not initialised, in bytes that are aligned for them. */
template <typename T, size_t kLength>
inline T* scratchIn(void* bytes) {
  return (new (bytes) Scratch<T, kLength>)->values;
}

}  // namespace bandsmith
