// SHA-512 (FIPS 180-4), as Ed25519 wants it.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

class Sha512 {
 public:
  static constexpr size_t kBytes = 64;

  void add(const uint8_t* bytes, size_t count);
  /** Of all that was added; the object is used up. */
  void end(uint8_t* digest);

 private:
  static constexpr size_t kBlock = 128;

  void compress();

  uint64_t state_[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
  uint64_t bytes_ = 0;
  uint8_t block_[kBlock] = {};
};

}  // namespace bandsmith
