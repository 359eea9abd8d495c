// Monocypher 4.0.3, the part that checks signatures; LICENSE.txt. With SHA-512 it is Ed25519 of RFC 8032.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace monocypher {

/** `expanded`, 64 bytes, modulo the group's order. */
void crypto_eddsa_reduce(uint8_t reduced[32], const uint8_t expanded[64]);

/** 0 where [S]B = R + [h]A, and otherwise -1; `h` is reduced. */
int crypto_eddsa_check_equation(const uint8_t signature[64], const uint8_t public_key[32], const uint8_t h[32]);

}  // namespace monocypher
