// A stretch of NOR flash of the band's own: erased by sectors, written by clearing bits.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

class Flash {
 public:
  static constexpr size_t kSectorBytes = 4096;

  /** Whole sectors; 0 where there is no such flash. */
  virtual size_t bytes() const = 0;

  [[nodiscard]] virtual bool read(size_t offset, void* bytes, size_t count) = 0;

  /** All bits of a sector become 1; `offset` is where it begins. Losing power meanwhile leaves any bits. */
  [[nodiscard]] virtual bool eraseSector(size_t offset) = 0;

  /** Clears the bits that are 0 in `bytes`, and sets none. */
  [[nodiscard]] virtual bool write(size_t offset, const void* bytes, size_t count) = 0;

 protected:
  ~Flash() = default;
};

}  // namespace bandsmith
