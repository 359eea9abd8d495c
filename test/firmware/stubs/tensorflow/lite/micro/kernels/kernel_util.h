// Declarations as in TFLite Micro's kernels/kernel_util.h.
#pragma once

#include "tensorflow/lite/c/common.h"

namespace tflite {
namespace micro {

const TfLiteEvalTensor* GetEvalInput(const TfLiteContext* context, const TfLiteNode* node, int index);

}  // namespace micro
}  // namespace tflite
