// Whether a message was signed by the owner of a key: Ed25519 (RFC 8032, 5.1.7) with Monocypher's arithmetic.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

constexpr size_t kKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;

[[nodiscard]] bool isSigned(const uint8_t* message, size_t count, const uint8_t* signature,
                            const uint8_t* publicKey);

}  // namespace bandsmith
