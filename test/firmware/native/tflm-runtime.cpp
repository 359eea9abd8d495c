// A stand-in for TFLite Micro's library: the compiled network behind its interface, and every way in which it
// can fail. The generated engine.cpp and tflm/ run on it; what they make of each answer is tested.
#include <string.h>

#include "compiled/network.h"
#include "engine.h"
#include "model.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tflm/tflm_engine.h"

namespace {

enum Fault { kNone, kOperator, kVersion, kAllocate, kInputSize, kOutputType, kInvoke, kReset };
int fault = kNone;
int resets = 0;
/** Of the small project. */
constexpr int kFeatures = 4;
tflite::Model theModel;
int8_t inputBytes[model::kInputBytes];
int8_t outputBytes[model::kOutputBytes];
TfLiteTensor inputTensor;
TfLiteTensor outputTensor;
/** What the resolver was given for FULLY_CONNECTED, and how often TFLite Micro's own kernel has run. */
TFLMRegistration fullyConnected;
int kernelRuns = 0;
alignas(TfLiteIntArray) unsigned char dimsBytes[3 * sizeof(int)];
TfLiteEvalTensor layerInput;

/** One FULLY_CONNECTED of the network: its registration reads `values`. */
TfLiteStatus runLayer(const int8_t* values, int count) {
  // A resolver that was given no operators has none to run.
  if (fullyConnected.invoke == nullptr) return kTfLiteOk;
  int8_t copy[256];
  memcpy(copy, values, static_cast<size_t>(count));
  TfLiteIntArray* dims = reinterpret_cast<TfLiteIntArray*>(dimsBytes);
  dims->size = 2;
  dims->data[0] = 1;
  dims->data[1] = count;
  layerInput.data.int8 = copy;
  layerInput.dims = dims;
  layerInput.type = kTfLiteInt8;
  return fullyConnected.invoke(nullptr, nullptr);
}

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
  // Another layer of the network, as large and as small as the last, which comes after it.
  static const int8_t other[256] = {99};
  if (runLayer(other, kFeatures) != kTfLiteOk || runLayer(other, kFeatures + 1) != kTfLiteOk)
    return kTfLiteError;
  if (runLayer(compiled::networkFeatures(), kFeatures) != kTfLiteOk) return kTfLiteError;
  // What lay in the arena is gone after it.
  return runLayer(other, kFeatures - 1);
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

TFLMRegistration Register_FULLY_CONNECTED() {
  TFLMRegistration own = {};
  own.invoke = [](TfLiteContext*, TfLiteNode*) {
    ++kernelRuns;
    return kTfLiteOk;
  };
  return own;
}
namespace micro {
const TfLiteEvalTensor* GetEvalInput(const TfLiteContext*, const TfLiteNode*, int) {
  return &layerInput;
}
}  // namespace micro

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
TfLiteStatus Resolver::AddFullyConnected(const TFLMRegistration& registration) {
  fullyConnected = registration;
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

/** Features of a window that differ from the compiled network's, and layers that TFLite Micro's kernel did
 * not compute. */
extern "C" __attribute__((export_name("different_features"))) int differentFeatures() {
  bandsmith::Engine& engine = networkEngine();
  if (!engine.begin()) return -1;
  static int8_t window[model::kInputBytes];
  int different = 0;
  for (int i = 0; i < 50; ++i) {
    for (size_t k = 0; k < sizeof window; ++k)
      window[k] = static_cast<int8_t>(i * 37 + static_cast<int>(k) * 11);
    kernelRuns = 0;
    if (engine.invoke(window) == nullptr || engine.features() == nullptr) return -1;
    if (memcmp(engine.features(), compiled::networkFeatures(), kFeatures) != 0) ++different;
    if (kernelRuns != 4) ++different;
  }
  return different;
}
