#!/bin/bash
# Builds a C++ compiler for the ESP32's class of core (Xtensa LX6: windowed calls, zero-overhead loops, MAC16, 32-bit
# multiply, FPU) from Debian's own sources, so that `npm run bench:chip` can count its instructions.
# Usage: scripts/toolchain-lx6.sh [PREFIX, default /opt/xtensa-lx] [JOBS]. About ten minutes of one core; cache PREFIX.
# Needs (Debian 12): gcc-12-source binutils-source build-essential flex bison texinfo libgmp-dev libmpfr-dev libmpc-dev
# zlib1g-dev gawk
set -euo pipefail
prefix=${1:-/opt/xtensa-lx}
jobs=${2:-$(nproc)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tar -C "$work" -xf /usr/src/binutils/binutils-*.tar.xz
tar -C "$work" -xf /usr/src/gcc-12/gcc-12*.tar.xz
cd "$work"
binutils=$(echo binutils-*/)
gcc=$(echo gcc-12*/)

# The core's configuration is a header that both share. Its default lacks what the LX6 has, and is big-endian.
for header in "$binutils" "$gcc"; do
  sed -i -E -e 's/^(#define XCHAL_HAVE_BE)\s.*/\1 0/' \
    -e 's/^(#define XCHAL_HAVE_(FP|BOOLEANS|MAC16))\s.*/\1 1/' "${header}include/xtensa-config.h"
done

common=(--prefix="$prefix" --target=xtensa-elf --disable-nls --with-system-zlib)
mkdir build-binutils build-gcc
(
  cd build-binutils
  "../${binutils}configure" "${common[@]}" --disable-gdb --disable-gdbserver --disable-sim --disable-werror \
    --disable-gprofng CFLAGS=-O1 CXXFLAGS=-O1
  make -j"$jobs" MAKEINFO=true
  make install MAKEINFO=true
)
export PATH=$prefix/bin:$PATH
cd build-gcc
"../${gcc}configure" "${common[@]}" --enable-languages=c++ --without-headers --with-newlib --with-gnu-as \
  --with-gnu-ld --enable-checking=release --without-zstd --disable-threads --disable-shared --disable-multilib \
  --disable-libssp --disable-libgomp --disable-libquadmath --disable-decimal-float --disable-libcc1 --disable-lto \
  --disable-plugin --disable-libstdcxx CFLAGS=-O1 CXXFLAGS=-O1
make -j"$jobs" MAKEINFO=true all-gcc
touch gcc/s-tm-texi # Debian's archive has no manuals, so there is nothing to make again
make MAKEINFO=true install-gcc
make -j"$jobs" MAKEINFO=true all-target-libgcc
make MAKEINFO=true install-target-libgcc
"$prefix/bin/xtensa-elf-g++" --version | head -1
