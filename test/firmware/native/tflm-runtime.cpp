// A stand-in for TFLite Micro's library: the compiled network behind its interface, and every way in which it
// can fail. The generated engine.cpp and tflm/ run on it; what they make of each answer is tested.
#include <string.h>

#include "compiled/network.h"
#include "model.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tflm/tflm_engine.h"

namespace {

enum Fault { kNone, kOperator, kVersion, kAllocate, kInputSize, kOutputType, kInvoke, kReset };
int fault = kNone;
int resets = 0;
tflite::Model theModel;
int8_t inputBytes[model::kInputBytes];
int8_t outputBytes[model::kOutputBytes];
TfLiteTensor inputTensor;
TfLiteTensor outputTensor;

}  // namespace

namespace tflite {

const Model* GetModel(const void*) {
  return &theModel;
}
uint32_t Model::version() const {
  return fault == kVersion ? 4 : 3;
}

MicroInterpreter::MicroInterpreter(const Model*, const MicroOpResolver&, uint8_t*, size_t,
                                   MicroResourceVariables*, MicroProfilerInterface*, bool) {
  state_ = nullptr;
}
MicroInterpreter::~MicroInterpreter() = default;
TfLiteStatus MicroInterpreter::AllocateTensors() {
  return fault == kAllocate ? kTfLiteError : kTfLiteOk;
}
TfLiteStatus MicroInterpreter::Invoke() {
  if (fault == kInvoke) return kTfLiteError;
  compiled::runNetwork(inputBytes, outputBytes);
  return kTfLiteOk;
}
TfLiteStatus MicroInterpreter::Reset() {
  ++resets;
  return fault == kReset ? kTfLiteError : kTfLiteOk;
}
TfLiteTensor* MicroInterpreter::input(size_t) {
  inputTensor.data.int8 = inputBytes;
  inputTensor.type = kTfLiteInt8;
  inputTensor.bytes = sizeof inputBytes - (fault == kInputSize ? 1 : 0);
  return &inputTensor;
}
TfLiteTensor* MicroInterpreter::output(size_t) {
  outputTensor.data.int8 = outputBytes;
  outputTensor.type = fault == kOutputType ? kTfLiteFloat32 : kTfLiteInt8;
  outputTensor.bytes = sizeof outputBytes;
  return &outputTensor;
}
size_t MicroInterpreter::arena_used_bytes() const {
  return 0;
}

// The operators of the small project.
using Resolver = MicroMutableOpResolver<4>;
template <>
TfLiteStatus Resolver::AddAveragePool2D() {
  return kTfLiteOk;
}
template <>
TfLiteStatus Resolver::AddConv2D() {
  return fault == kOperator ? kTfLiteError : kTfLiteOk;
}
template <>
TfLiteStatus Resolver::AddFullyConnected() {
  return kTfLiteOk;
}
template <>
TfLiteStatus Resolver::AddSoftmax() {
  return kTfLiteOk;
}

}  // namespace tflite

extern "C" __attribute__((export_name("set_fault"))) void setFault(int wanted) {
  fault = wanted;
}

/** Two inferences of an engine whose network has a state: how often it was reset, -1 where one failed. */
extern "C" __attribute__((export_name("resets_of_two"))) int resetsOfTwo() {
  static uint8_t arena[16];
  static tflite::MicroMutableOpResolver<4> resolver;
  bandsmith::TflmEngine engine(
      {model::kData, arena, sizeof arena, model::kInputBytes, model::kOutputBytes, true}, resolver);
  static const int8_t window[model::kInputBytes] = {};
  resets = 0;
  if (!engine.begin() || engine.invoke(window) == nullptr || engine.invoke(window) == nullptr) return -1;
  return resets;
}
