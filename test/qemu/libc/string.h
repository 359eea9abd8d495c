// The functions of the C library that the firmware needs; the cross compilers of Debian come without one.
#pragma once

#include <stddef.h>

extern "C" {
void* memcpy(void* to, const void* from, size_t count);
void* memmove(void* to, const void* from, size_t count);
void* memset(void* to, int value, size_t count);
size_t strlen(const char* text);
int strcmp(const char* one, const char* other);
}
