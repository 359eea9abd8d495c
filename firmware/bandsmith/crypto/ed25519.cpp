// The hash of R, the key and the message, then one equation.
#include "bandsmith/crypto/ed25519.h"

#include "bandsmith/crypto/sha512.h"
#include "third_party/monocypher/eddsa.h"

namespace bandsmith {

bool isSigned(const uint8_t* message, size_t count, const uint8_t* signature, const uint8_t* publicKey) {
  uint8_t digest[Sha512::kBytes];
  Sha512 hash;
  hash.add(signature, kSignatureBytes / 2);
  hash.add(publicKey, kKeyBytes);
  hash.add(message, count);
  hash.end(digest);
  uint8_t reduced[32];
  monocypher::crypto_eddsa_reduce(reduced, digest);
  return monocypher::crypto_eddsa_check_equation(signature, publicKey, reduced) == 0;
}

}  // namespace bandsmith
