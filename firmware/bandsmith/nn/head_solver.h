// A head for one wearer, fitted in integers: the same bits as on the host (src/personalize/solve.ts;
// docs/personalize.md has the mathematics). A round at a time, so that the band lives on in between.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/head.h"
#include "bandsmith/nn/head_errors.h"
#include "bandsmith/nn/head_metric.h"
#include "bandsmith/nn/head_products.h"

namespace bandsmith {

constexpr int32_t kMostHeadWindows = 1024;

/** Windows of one wearer. */
struct HeadExamples {
  int32_t windows;
  int32_t classes;
  /** [windows, features] */
  const int8_t* features;
  /** [windows] */
  const uint8_t* classOf;
  /** [classes] which class of the general head it is, or −1: where its weights start. */
  const int8_t* generalClass;
};

enum class FitProblem : uint8_t {
  kNone,
  kFeatures,
  kClasses,
  kWindows,
  kClassWithoutWindows,
  kMemory,
  kMetric,
};

class HeadSolver {
 public:
  static constexpr int32_t kRounds = 30;
  /** Weights have so many bits below a step of the general head's. */
  static constexpr int32_t kWeightBits = 20;
  /** The bias is the weight of a feature that is always this. */
  static constexpr int32_t kBiasFeature = 128;

  /** Bytes of memory that a fit takes; aligned for int64_t. */
  static constexpr size_t memoryFor(int32_t features, int32_t classes) {
    const size_t width = static_cast<size_t>(features);
    const size_t rows = static_cast<size_t>(paddedClasses(classes));
    const size_t values = rows * (width + 1);
    return width * sizeof(int64_t) + kClassBlock * width * (sizeof(int32_t) + sizeof(int16_t)) +
           3 * values * sizeof(int32_t) + (kWindowBlock + 1) * rows * sizeof(int32_t) +
           values * sizeof(int16_t) + width;
  }

  /** Nothing of what is given is copied; all of it must outlive the fit. */
  FitProblem begin(const Head& general, const HeadMetric& metric, const HeadExamples& examples, void* memory,
                   size_t bytes) {
    general_ = general;
    metric_ = metric;
    examples_ = examples;
    const FitProblem problem = check(memory, bytes);
    if (problem != FitProblem::kNone) return problem;
    width_ = general.features;
    pitch_ = width_ + 1;
    place(memory);
    const int64_t total = findCentre();
    const HeadWindows windows = {examples.windows, width_, examples.features};
    // Before the first round, the gradient's place is free.
    const CurvatureScratch scratch = {product_, gradient_, mapped_, narrowed_};
    setStep(total, largestCurvature(windows, centre_, metric, total, scratch));
    for (int32_t k = 0; k < examples.classes; ++k) setPrior(k);
    round_ = 0;
    return FitProblem::kNone;
  }

  /** One round; whether there are more. */
  bool advance() {
    findGradient();
    for (int32_t k = 0; k < examples_.classes; k += kClassBlock) moveClasses(k);
    return ++round_ < kRounds;
  }

  /** [classes, features + 1], the last of each row the bias's. */
  const int32_t* weights() const { return weights_; }
  /** [features] */
  const int8_t* centre() const { return centre_; }
  const Head& general() const { return general_; }
  const HeadExamples& examples() const { return examples_; }

 private:
  static constexpr int32_t kPenalty = 4;
  /** A half. */
  static constexpr int32_t kPriorShare = 1 << (kWeightBits - 1);
  static constexpr int32_t kBiasBits = 16;
  static constexpr int32_t kImageBits = 4;
  static constexpr int32_t kImageShift = kWeightBits - kImageBits;
  static constexpr int32_t kPullBits = 19;
  static constexpr int32_t kMomentumBits = 15;
  static constexpr int32_t kLargestWeight = 32767 << kImageShift;

  /** Rows of the products: a last class without a partner gets one of zeros. */
  static constexpr int32_t paddedClasses(int32_t classes) {
    return (classes + 1) / kClassBlock * kClassBlock;
  }

  FitProblem check(const void* memory, size_t bytes) const {
    if (general_.features < 1 || general_.features > kMostHeadFeatures) return FitProblem::kFeatures;
    if (metric_.features != general_.features) return FitProblem::kMetric;
    if (examples_.classes < kFewestHeadClasses || examples_.classes > kMostHeadClasses) {
      return FitProblem::kClasses;
    }
    for (int32_t k = 0; k < examples_.classes; ++k) {
      if (examples_.generalClass[k] >= general_.classes) return FitProblem::kClasses;
    }
    if (examples_.windows < 1 || examples_.windows > kMostHeadWindows) return FitProblem::kWindows;
    uint32_t seen = 0;
    for (int32_t w = 0; w < examples_.windows; ++w) {
      if (examples_.classOf[w] >= examples_.classes) return FitProblem::kClasses;
      seen |= UINT32_C(1) << examples_.classOf[w];
    }
    const uint32_t all = UINT32_MAX >> (kMostHeadClasses - examples_.classes);
    if (seen != all) return FitProblem::kClassWithoutWindows;
    const bool aligned = reinterpret_cast<uintptr_t>(memory) % alignof(int64_t) == 0;
    const size_t needed = memoryFor(general_.features, examples_.classes);
    return aligned && bytes >= needed ? FitProblem::kNone : FitProblem::kMemory;
  }

  /** Widest first, so that everything is aligned. */
  void place(void* memory) {
    const int32_t rows = paddedClasses(examples_.classes);
    const int32_t values = rows * pitch_;
    product_ = static_cast<int64_t*>(memory);
    mapped_ = reinterpret_cast<int32_t*>(product_ + width_);
    weights_ = mapped_ + kClassBlock * width_;
    ahead_ = weights_ + values;
    gradient_ = ahead_ + values;
    offsets_ = gradient_ + values;
    errors_ = offsets_ + rows;
    image_ = reinterpret_cast<int16_t*>(errors_ + kWindowBlock * rows);
    narrowed_ = image_ + values;
    centre_ = reinterpret_cast<int8_t*>(narrowed_ + kClassBlock * width_);
  }

  /** Centre and largest class; returns Σ |feature − centre|², a square step a value at least. */
  int64_t findCentre() {
    int32_t* counts = offsets_;
    for (int32_t k = 0; k < examples_.classes; ++k) counts[k] = 0;
    for (int32_t w = 0; w < examples_.windows; ++w) ++counts[examples_.classOf[w]];
    largestClass_ = 0;
    for (int32_t k = 0; k < examples_.classes; ++k) {
      if (counts[k] > largestClass_) largestClass_ = counts[k];
    }
    int64_t total = 0;
    for (int32_t j = 0; j < width_; ++j) {
      const int8_t* feature = examples_.features + j;
      int32_t sum = 0;
      for (int32_t w = 0; w < examples_.windows; ++w) sum += feature[w * width_];
      centre_[j] = static_cast<int8_t>(divideRounded(sum, examples_.windows));
      for (int32_t w = 0; w < examples_.windows; ++w) {
        const int32_t distance = feature[w * width_] - centre_[j];
        total += distance * distance;
      }
    }
    const int64_t values = static_cast<int64_t>(examples_.windows) * width_;
    return total > values ? total : values;
  }

  void setStep(int64_t total, int64_t curvature) {
    const int64_t penalty = divideRounded(2 * kPenalty * total, examples_.windows);
    // In sixteenths of the softmax's bound, rounded up: solve.ts has why.
    const int64_t most = (64 * largestClass_ + examples_.windows - 1) / examples_.windows;
    const int64_t share = most < 16 ? most : 16;
    const int64_t steepness = shiftRounded(share * width_ * curvature, 4) + penalty;
    const double unit = static_cast<double>(general_.inputScale) * static_cast<double>(general_.weightScale);
    const double denominator = unit * static_cast<double>(steepness);
    constexpr int32_t kBits = 1 + kWeightBits - kErrorBits;
    const double real = static_cast<double>(width_ << kBits) / denominator;
    constexpr double kLeast = 1.0 / (1 << 29);
    constexpr double kMost = 1 << 9;
    const Multiplier multiplier = quantizeMultiplier(real < kLeast ? kLeast : real > kMost ? kMost : real);
    mantissa_ = static_cast<int32_t>((static_cast<int64_t>(multiplier.mantissa) + (1 << 14)) >> 15);
    shift_ = 16 - multiplier.shift;
    pull_ = divideRounded(penalty << kPullBits, steepness);
    const int64_t root = squareRoot(pull_ << (2 * kMomentumBits - kPullBits));
    constexpr int64_t kOne = INT64_C(1) << kMomentumBits;
    momentum_ = divideRounded((kOne - root) * kOne, kOne + root);
    scaling_ = logitScaling(unit / (1 << kImageBits));
    constexpr int64_t kBiasShare = (1 << kBiasBits) / (kBiasFeature * kBiasFeature);
    const int64_t ofBias =
        divideRounded(kBiasShare * total, static_cast<int64_t>(examples_.windows) * width_);
    biasInverse_ = ofBias > 1 ? ofBias : 1;
  }

  int32_t priorWeight(int32_t k, int32_t j) const {
    const int32_t from = examples_.generalClass[k];
    return from < 0 ? 0 : general_.weights[from * width_ + j] * kPriorShare;
  }

  /** The general bias, as it is where the features are at their centre. */
  int32_t priorBias(int32_t k) const {
    const int32_t from = examples_.generalClass[k];
    if (from < 0) return 0;
    int64_t bias = general_.biases[from];
    for (int32_t j = 0; j < width_; ++j) {
      bias += general_.weights[from * width_ + j] * (centre_[j] - general_.inputZeroPoint);
    }
    return saturateInt32(bias * (kPriorShare / kBiasFeature));
  }

  void setPrior(int32_t k) {
    int32_t* weights = weights_ + k * pitch_;
    for (int32_t j = 0; j < width_; ++j) weights[j] = priorWeight(k, j);
    weights[width_] = priorBias(k);
    for (int32_t j = 0; j < pitch_; ++j) ahead_[k * pitch_ + j] = weights[j];
  }

  /** What the products are taken with: int16, and what the features' centre and the bias add. */
  void makeImage() {
    const int32_t rows = paddedClasses(examples_.classes);
    for (int32_t k = 0; k < rows; ++k) {
      int16_t* image = image_ + k * pitch_;
      int32_t offset = 0;
      for (int32_t j = 0; j < pitch_; ++j) {
        const int64_t weight = k < examples_.classes ? ahead_[k * pitch_ + j] : 0;
        const int64_t bounded = clampTo(weight, -kLargestWeight, kLargestWeight);
        image[j] = static_cast<int16_t>(shiftRounded(bounded, kImageShift));
        offset += image[j] * (j < width_ ? -centre_[j] : kBiasFeature);
      }
      offsets_[k] = offset;
    }
  }

  /** The loss's gradient ahead, summed over windows: [classes, features + 1] with kErrorBits fractional bits.
   */
  void findGradient() {
    makeImage();
    const int32_t rows = paddedClasses(examples_.classes);
    for (int32_t at = 0; at < rows * pitch_; ++at) gradient_[at] = 0;
    for (int32_t w = 0; w < examples_.windows; w += kWindowBlock) addWindows(w, rows);
    for (int32_t k = 0; k < examples_.classes; ++k) {
      int32_t* gradient = gradient_ + k * pitch_;
      const int64_t sum = gradient[width_];
      for (int32_t j = 0; j < width_; ++j) gradient[j] = static_cast<int32_t>(gradient[j] - centre_[j] * sum);
      gradient[width_] = static_cast<int32_t>(sum * kBiasFeature);
    }
  }

  void addWindows(int32_t first, int32_t rows) {
    const int32_t left = examples_.windows - first;
    WindowRows windows = {};
    for (int32_t i = 0; i < kWindowBlock; ++i) {
      const int32_t w = first + (i < left ? i : left - 1);
      windows.row[i] = examples_.features + w * width_;
    }
    int32_t block[kWindowBlock][kClassBlock];
    for (int32_t k = 0; k < rows; k += kClassBlock) {
      multiplyBlock(windows, image_ + k * pitch_, image_ + (k + 1) * pitch_, width_, block);
      for (int32_t i = 0; i < kWindowBlock; ++i) {
        errors_[i * rows + k] = block[i][0] + offsets_[k];
        errors_[i * rows + k + 1] = block[i][1] + offsets_[k + 1];
      }
    }
    for (int32_t i = 0; i < kWindowBlock; ++i) {
      int32_t* errors = errors_ + i * rows;
      if (i < left) {
        softmaxErrors(errors, examples_.classes, examples_.classOf[first + i], scaling_);
      }
      // A window that is only repeated, and a class that is none, have no part in the gradient.
      for (int32_t k = i < left ? examples_.classes : 0; k < rows; ++k) errors[k] = 0;
    }
    for (int32_t k = 0; k < rows; k += kClassBlock) {
      int32_t* one = gradient_ + k * pitch_;
      int32_t* other = one + pitch_;
      for (int32_t i = 0; i < kWindowBlock; ++i) {
        block[i][0] = errors_[i * rows + k];
        block[i][1] = errors_[i * rows + k + 1];
        one[width_] += block[i][0];
        other[width_] += block[i][1];
      }
      addBlock(windows, block, width_, one, other);
    }
  }

  /** The first of kClassBlock, of which the last may be none: its gradient is zero. */
  void moveClasses(int32_t first) {
    int32_t exponents[kClassBlock];
    applyMetric<kClassBlock>(metric_, gradient_ + first * pitch_, pitch_, narrowed_, mapped_, exponents);
    for (int32_t i = 0; i < kClassBlock && first + i < examples_.classes; ++i) {
      moveClass(first + i, mapped_ + i * width_, exponents[i]);
    }
  }

  void moveClass(int32_t k, const int32_t* mapped, int32_t exponent) {
    const int64_t mantissa = mantissa_;
    for (int32_t j = 0; j < width_; ++j) {
      move(k * pitch_ + j, scaledDown(mapped[j] * mantissa, shift_ - exponent), priorWeight(k, j));
    }
    const int64_t ofBias = (gradient_[k * pitch_ + width_] * biasInverse_) >> kBiasBits;
    move(k * pitch_ + width_, scaledDown(ofBias * mantissa, shift_), priorBias(k));
  }

  void move(int32_t at, int64_t down, int32_t prior) {
    const int64_t from = ahead_[at];
    const int64_t change = down + shiftRounded((from - prior) * pull_, kPullBits);
    const int32_t next = saturateInt32(from - change);
    const int64_t gone = static_cast<int64_t>(next) - weights_[at];
    ahead_[at] = saturateInt32(next + shiftRounded(gone * momentum_, kMomentumBits));
    weights_[at] = next;
  }

  Head general_ = {};
  HeadMetric metric_ = {};
  HeadExamples examples_ = {};
  int32_t width_ = 0;
  int32_t pitch_ = 0;
  int32_t round_ = 0;
  int32_t largestClass_ = 0;
  int32_t mantissa_ = 0;
  int32_t shift_ = 0;
  int64_t pull_ = 0;
  int64_t momentum_ = 0;
  int64_t biasInverse_ = 0;
  LogitScaling scaling_ = {{0, 0}, 0};
  int64_t* product_ = nullptr;
  int32_t* mapped_ = nullptr;
  int32_t* weights_ = nullptr;
  int32_t* ahead_ = nullptr;
  int32_t* gradient_ = nullptr;
  int32_t* offsets_ = nullptr;
  int32_t* errors_ = nullptr;
  int16_t* image_ = nullptr;
  int16_t* narrowed_ = nullptr;
  int8_t* centre_ = nullptr;
};

}  // namespace bandsmith
