// What objects in flash take together, each beginning at a word.
#pragma once

#include <stddef.h>

namespace bandsmith {

template <typename... Sizes>
constexpr size_t inWholeWords(Sizes... bytes) {
  return (size_t{0} + ... + ((bytes + 3) / 4 * 4));
}

}  // namespace bandsmith
