// Set-up and inference with TensorFlow Lite Micro.
#include "tflm/tflm_engine.h"

#include <string.h>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace bandsmith {

namespace {

/** The only version of the .tflite schema there has been in use. */
constexpr uint32_t kSchemaVersion = 3;

bool isInt8Of(const TfLiteTensor* tensor, size_t bytes) {
  return tensor != nullptr && tensor->type == kTfLiteInt8 && tensor->bytes == bytes;
}

}  // namespace

TflmEngine::TflmEngine(const TflmSettings& settings, const tflite::MicroOpResolver& resolver)
    : settings_(settings),
      interpreter_(tflite::GetModel(settings.model), resolver, settings.arena, settings.arenaBytes) {}

bool TflmEngine::begin() {
  if (tflite::GetModel(settings_.model)->version() != kSchemaVersion) return fail("model schema version");
  if (interpreter_.AllocateTensors() != kTfLiteOk) return fail("AllocateTensors: arena too small?");
  if (!isInt8Of(interpreter_.input(0), settings_.inputBytes)) return fail("model input differs");
  if (!isInt8Of(interpreter_.output(0), settings_.outputBytes)) return fail("model output differs");
  return true;
}

const int8_t* TflmEngine::invoke(const int8_t* window) {
  memcpy(interpreter_.input(0)->data.int8, window, settings_.inputBytes);
  if (settings_.hasState && interpreter_.Reset() != kTfLiteOk) {
    error_ = "Reset failed";
    return nullptr;
  }
  if (interpreter_.Invoke() != kTfLiteOk) {
    error_ = "Invoke failed";
    return nullptr;
  }
  return interpreter_.output(0)->data.int8;
}

bool TflmEngine::fail(const char* why) {
  error_ = why;
  return false;
}

}  // namespace bandsmith
