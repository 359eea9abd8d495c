// FULLY_CONNECTED as TFLite Micro has it, which keeps a copy of what the network's last layer reads.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tensorflow/lite/micro/micro_common.h"

namespace bandsmith {

/** As src/plan/head-features.ts allows. */
constexpr size_t kMostFeatures = 256;

/**
 * For the resolver. TFLite Micro's own kernel does the work; before that, inputs of `count` int8 values, at
 * most kMostFeatures, are copied: of an Invoke the last ones stay, which are the last layer's.
 */
const TFLMRegistration& featureKeeper(size_t count);

/** Of the last Invoke; nullptr before the first. */
const int8_t* keptFeatures();

}  // namespace bandsmith
