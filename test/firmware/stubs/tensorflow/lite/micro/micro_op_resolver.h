// Declarations as in TFLite Micro's micro_op_resolver.h.
#pragma once

namespace tflite {

class MicroOpResolver {
 public:
  virtual ~MicroOpResolver() {}
};

}  // namespace tflite
