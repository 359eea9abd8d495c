// A head fitted to one wearer: its weights, scales and outputs, and the instructions of the parts of the fit.
#include "bandsmith/nn/head_quantize.h"
#include "platform.h"
#include "print.h"
#include "wearer.h"

using namespace bandsmith;

namespace {

HeadSolver solver;
alignas(8) uint8_t memory[HeadSolver::memoryFor(kFeatures, kClasses)];
int8_t weights[kClasses * kFeatures];
int32_t biases[kClasses];
int8_t outputs[kClasses];

/** Through memory, since a float's bytes are what must be equal. */
void printFloat(const char* name, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  printNumber(name, bits);
}

}  // namespace

int main() {
  const uint32_t start = platform::ticks();
  if (solver.begin(kGeneral, kMetric, kExamples, memory, sizeof memory) != FitProblem::kNone) return 1;
  const uint32_t begun = platform::ticks();
  bool more = solver.advance();
  const uint32_t advanced = platform::ticks();
  while (more) more = solver.advance();
  const uint32_t solved = platform::ticks();
  const Head head = quantizeHead(solver, weights, biases);
  const uint32_t quantized = platform::ticks();
  const HeadView view = viewOf(head);
  printHex("weights ", weights, sizeof weights);
  for (const int32_t bias : biases) printNumber("bias ", static_cast<uint32_t>(bias));
  printFloat("scale ", head.weightScale);
  printFloat("scale ", head.outputScale);
  printNumber("zero ", static_cast<uint32_t>(head.outputZeroPoint));
  for (int32_t w = 0; w < kExamples.windows; ++w) {
    runHead(view, kExamples.features + w * kFeatures, outputs);
    printHex("output ", outputs, sizeof outputs);
  }
  printNumber("begin ", begun - start);
  printNumber("round ", advanced - begun);
  printNumber("fit ", quantized - start);
  printNumber("quantize ", quantized - solved);
  return 0;
}
