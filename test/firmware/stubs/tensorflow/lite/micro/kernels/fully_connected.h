// Declarations as in TFLite Micro's kernels/fully_connected.h.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace tflite {

TFLMRegistration Register_FULLY_CONNECTED();

}  // namespace tflite
