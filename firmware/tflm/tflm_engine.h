// The network in TensorFlow Lite Micro's interpreter, with every answer of it checked.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/engine.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_op_resolver.h"
#include "tflm/feature_keeper.h"

namespace bandsmith {

/** What the interpreter must find in the file; generated from the same graph as the file. */
struct TflmSettings {
  const uint8_t* model;
  uint8_t* arena;
  size_t arenaBytes;
  size_t inputBytes;
  size_t outputBytes;
  /** The network has an LSTM, whose state TFLite Micro keeps from one Invoke to the next; windows begin
   * without one. */
  bool hasState;
};

class TflmEngine final : public Engine {
 public:
  /** `resolver` must hold the model's operators before begin(). */
  TflmEngine(const TflmSettings& settings, const tflite::MicroOpResolver& resolver);

  [[nodiscard]] bool begin() override;
  [[nodiscard]] const int8_t* invoke(const int8_t* window) override;
  const int8_t* features() const override { return keptFeatures(); }
  const char* error() const override { return error_; }

  /** Bytes of the arena in use, after begin(). */
  size_t arenaUsedBytes() const { return interpreter_.arena_used_bytes(); }

 private:
  bool fail(const char* why);

  TflmSettings settings_;
  tflite::MicroInterpreter interpreter_;
  const char* error_ = "";
};

}  // namespace bandsmith
