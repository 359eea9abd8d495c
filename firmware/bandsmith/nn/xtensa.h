// What an Xtensa core has: XCHAL_HAVE_MAC16, XCHAL_HAVE_CLAMPS and the like, where the core's own header is
// there.
#pragma once

#if defined(__XTENSA__) && defined(__has_include)
#if __has_include(<xtensa/config/core-isa.h>)
#include <xtensa/config/core-isa.h>
#endif
#endif
