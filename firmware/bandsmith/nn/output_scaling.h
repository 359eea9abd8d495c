// From a layer's sums to its outputs: every form that scaledOutput() has, of which the compiler chooses one
// for a layer (src/ops/channel-scaling.ts).
#pragma once

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/defined_scaling.h"
#include "bandsmith/nn/line_scaling.h"
