// One block after the other.
#include "bandsmith/crypto/sha512.h"

namespace bandsmith {

namespace {

/** FIPS 180-4, 4.2.3: of the cube roots of the first eighty primes. */
constexpr uint64_t kRounds[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

constexpr uint64_t turned(uint64_t value, int bits) {
  return value >> bits | value << (64 - bits);
}

uint64_t loadBig(const uint8_t* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

void storeBig(uint8_t* bytes, uint64_t value) {
  for (int i = 7; i >= 0; --i, value >>= 8) bytes[i] = static_cast<uint8_t>(value);
}

}  // namespace

void Sha512::add(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    block_[bytes_ % kBlock] = bytes[i];
    ++bytes_;
    if (bytes_ % kBlock == 0) compress();
  }
}

void Sha512::end(uint8_t* digest) {
  const uint64_t bits = bytes_ * 8;
  constexpr uint8_t kEnd = 0x80;
  constexpr uint8_t kZero = 0;
  add(&kEnd, 1);
  // The length has 128 bits, of which these messages need the lower half: the upper one is zeros, too.
  while (bytes_ % kBlock != kBlock - 16) add(&kZero, 1);
  for (int i = 0; i < 8; ++i) add(&kZero, 1);
  uint8_t length[8];
  storeBig(length, bits);
  add(length, sizeof length);
  for (int i = 0; i < 8; ++i) storeBig(digest + 8 * i, state_[i]);
}

/** FIPS 180-4, 6.4.2, with a schedule of sixteen words that is renewed as it is used. */
void Sha512::compress() {
  uint64_t words[16];
  for (int i = 0; i < 16; ++i) words[i] = loadBig(block_ + 8 * i);
  uint64_t v[8];
  for (int i = 0; i < 8; ++i) v[i] = state_[i];
  for (int round = 0; round < 80; ++round) {
    uint64_t& word = words[round % 16];
    if (round >= 16) {
      const uint64_t near = words[(round + 14) % 16];
      const uint64_t far = words[(round + 1) % 16];
      const uint64_t small1 = turned(near, 19) ^ turned(near, 61) ^ near >> 6;
      const uint64_t small0 = turned(far, 1) ^ turned(far, 8) ^ far >> 7;
      word += small1 + words[(round + 9) % 16] + small0;
    }
    const uint64_t large1 = turned(v[4], 14) ^ turned(v[4], 18) ^ turned(v[4], 41);
    const uint64_t chosen = (v[4] & v[5]) ^ (~v[4] & v[6]);
    const uint64_t first = v[7] + large1 + chosen + kRounds[round] + word;
    const uint64_t large0 = turned(v[0], 28) ^ turned(v[0], 34) ^ turned(v[0], 39);
    const uint64_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    for (int i = 7; i > 0; --i) v[i] = v[i - 1];
    v[4] += first;
    v[0] = first + large0 + majority;
  }
  for (int i = 0; i < 8; ++i) state_[i] += v[i];
}

}  // namespace bandsmith
