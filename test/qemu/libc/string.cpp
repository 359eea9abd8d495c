// Compiled with -fno-tree-loop-distribute-patterns, or the loops would become calls of themselves.
#include "string.h"

#include <stdint.h>

void* memcpy(void* to, const void* from, size_t count) {
  uint8_t* target = static_cast<uint8_t*>(to);
  const uint8_t* source = static_cast<const uint8_t*>(from);
  for (size_t i = 0; i < count; ++i) target[i] = source[i];
  return to;
}

void* memset(void* to, int value, size_t count) {
  uint8_t* target = static_cast<uint8_t*>(to);
  for (size_t i = 0; i < count; ++i) target[i] = static_cast<uint8_t>(value);
  return to;
}

void* memmove(void* to, const void* from, size_t count) {
  uint8_t* target = static_cast<uint8_t*>(to);
  const uint8_t* source = static_cast<const uint8_t*>(from);
  if (target <= source) return memcpy(to, from, count);
  while (count > 0) {
    --count;
    target[count] = source[count];
  }
  return to;
}

size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length] != 0) ++length;
  return length;
}

int strcmp(const char* one, const char* other) {
  while (*one != 0 && *one == *other) {
    ++one;
    ++other;
  }
  return static_cast<unsigned char>(*one) - static_cast<unsigned char>(*other);
}
