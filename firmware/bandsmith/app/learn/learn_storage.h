// All memory that learning takes beside its own state, sized by the project.
#pragma once

#include "bandsmith/app/learn/learner.h"

namespace bandsmith {

template <size_t features, size_t activities, size_t fittedWindows, size_t heldBackWindows>
class LearnStorage {
 public:
  LearnMemory memory() {
    return {{fitted_, heldBack_, classOf_}, weights_, biases_, solver_, sizeof solver_};
  }

 private:
  alignas(int64_t) uint8_t
      solver_[HeadSolver::memoryFor(static_cast<int32_t>(features), static_cast<int32_t>(activities))] = {};
  int32_t biases_[activities] = {};
  int8_t weights_[activities * features] = {};
  int8_t fitted_[activities * fittedWindows * features] = {};
  int8_t heldBack_[activities * heldBackWindows * features] = {};
  uint8_t classOf_[activities * fittedWindows] = {};
};

}  // namespace bandsmith
