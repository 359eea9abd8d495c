// A registration's functions have no object of ours to work on: what they share is static.
#include "tflm/feature_keeper.h"

#include <string.h>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace bandsmith {

namespace {

alignas(4) int8_t features[kMostFeatures];
size_t featureCount = 0;
bool areKept = false;
TFLMRegistration original = {};
TFLMRegistration keeping = {};

size_t elementCount(const TfLiteEvalTensor& tensor) {
  size_t count = 1;
  for (int i = 0; i < tensor.dims->size; ++i) count *= static_cast<size_t>(tensor.dims->data[i]);
  return count;
}

TfLiteStatus keepAndInvoke(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteEvalTensor* input = tflite::micro::GetEvalInput(context, node, 0);
  if (input != nullptr && input->type == kTfLiteInt8 && elementCount(*input) == featureCount) {
    memcpy(features, input->data.int8, featureCount);
    areKept = true;
  }
  return original.invoke(context, node);
}

}  // namespace

const TFLMRegistration& featureKeeper(size_t count) {
  featureCount = count <= kMostFeatures ? count : 0;
  original = tflite::Register_FULLY_CONNECTED();
  keeping = original;
  keeping.invoke = keepAndInvoke;
  return keeping;
}

const int8_t* keptFeatures() {
  return areKept ? features : nullptr;
}

}  // namespace bandsmith
